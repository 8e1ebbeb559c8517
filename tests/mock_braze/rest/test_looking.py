"""Looking never changes what is looked at, nor what comes later."""

from collections.abc import Callable

import pytest
import requests
from worlds import EMAIL, PHONE, World, advance

LOOKS: list[Callable[[World], requests.Response]] = [
    lambda world: world.export(external_ids=["a", "nobody"]),
    lambda world: world.export(email_address=EMAIL, fields_to_export=["email"]),
    lambda world: world.status("external_id=a"),
    lambda world: world.status("phone=%2B13135550171"),
    lambda world: world.control("GET", "/profiles"),
    lambda world: world.control("GET", "/profiles?email=anna%40example.com"),
    lambda world: world.control("GET", "/clock"),
    lambda world: world.control("GET", "/dials"),
    lambda world: world.control("GET", "/rate_limits"),
    lambda world: world.control("GET", "/subscription_groups"),
    lambda world: world.control("GET", "/health"),
]


def a_lived_in_world() -> World:
    world = World(seed=3, ingestion_jitter=5)
    world.tracked({"external_id": "a", "email": EMAIL, "phone": PHONE, "tier": {"a": [1]}})
    world.set_status(phone=PHONE)
    world.track({"external_id": "b", "email": EMAIL})
    return world


@pytest.mark.parametrize("look", LOOKS)
def test_looking_twice_shows_the_same(look: Callable[[World], requests.Response]) -> None:
    world = a_lived_in_world()

    first, second = look(world), look(world)

    assert first.status_code == second.status_code
    assert first.content == second.content


@pytest.mark.parametrize("look", LOOKS)
def test_what_comes_later_is_the_same_whether_somebody_looked_or_not(
    look: Callable[[World], requests.Response],
) -> None:
    def later(*, looks: int) -> list[str]:
        world = a_lived_in_world()
        for _ in range(looks):
            look(world)
        world.track({"external_id": "c", "email": EMAIL})
        advance(world.workspace, 1)
        made = world.control("POST", "/subscription_groups", {"name": "n", "channel": "sms"})
        key = world.control("POST", "/api_keys", {"permissions": []})
        advance(world.workspace, 200)
        profiles = world.control("GET", "/profiles")
        return [profiles.text, made.text, key.text]

    assert later(looks=0) == later(looks=3)


def test_reading_the_journal_adds_nothing_to_it() -> None:
    world = a_lived_in_world()

    assert world.journal() == world.journal()


def test_no_call_of_the_service_looks_at_all_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.tracked(*({"external_id": f"q-{n}", "phone": PHONE, "email": EMAIL} for n in range(9)))

    def scan(_: object) -> None:
        raise AssertionError("all profiles were looked at")

    monkeypatch.setattr(type(world.workspace.state.profiles), "__iter__", scan)
    calls = [
        world.track({"external_id": "q-1", "n": 1}, {"phone": PHONE}),
        world.export(external_ids=["q-1"]),
        world.export(email_address="nobody@example.com"),
        world.set_status(external_id="q-1"),
        world.set_status(phone=PHONE),
        world.status("external_id=q-1"),
        world.status("phone=%2B13135550171"),
    ]
    advance(world.workspace, 200)

    assert [each.status_code for each in calls] == [201, 201, 201, 201, 201, 200, 200]
