"""Snapshot → restore → snapshot is the identity, and what was restored behaves as the original."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from random import Random
from typing import Any

import pytest
from a_random_day import DAYS, Step, live, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EMAIL, KEY, PHONE, World, advance, alias_json, an_event

from mock_braze.domain.agenda import Due
from mock_braze.domain.plain_data import BadPlainData, form_of, read
from mock_braze.domain.snapshot import Snapshot
from mock_braze.domain.workspace import Workspace

HERE = Path(__file__).parent


def restored(document: bytes) -> World:
    world = World(seed=99)
    answer = world.control("PUT", "/snapshot", raw=document)
    assert answer.status_code == 200, answer.text
    return world


def a_busy_world() -> World:
    world = World(seed=5, ingestion_jitter=3, status_lag=5)
    world.control("POST", "/api_keys", {"permissions": [], "ip_allowlist": ["10.0.0.0/8", "::1"]})
    alias = {"user_alias": alias_json(), "_update_existing_only": False}
    world.tracked({**alias, "email": EMAIL, "phone": PHONE}, events=[an_event(email=EMAIL)])
    world.tracked({"external_id": "a", "email": EMAIL, "$is": {"$is": [1.5, None]}})
    world.set_status(phone=PHONE)
    world.set_status(phone="+13135550199")
    world.post("/users/track", raw=b"\xff")
    world.track({"external_id": "b", "email": EMAIL}, purchases=[{"external_id": "b"}])
    return world


@settings(max_examples=60)
@given(DAYS, DAYS)
def test_a_restored_world_is_the_same_and_goes_on_in_the_same_way(
    before: list[Step], after: list[Step]
) -> None:
    world = World(seed=5)
    live(world, before)
    document = snapshot(world)

    other = restored(document)

    assert snapshot(other) == document
    assert list(differences(world.workspace.state, other.workspace.state)) == []
    assert live(world, after) == live(other, after)
    assert world.journal() == other.journal()
    assert snapshot(world) == snapshot(other)
    assert list(differences(world.workspace.state, other.workspace.state)) == []


def test_who_got_a_shared_address_first_is_first_after_a_restore(world: World) -> None:
    for name, email in (("a", None), ("b", EMAIL), ("a", EMAIL)):
        world.tracked({"external_id": name, "email": email})

    other = restored(snapshot(world))

    for each in (world, other):
        found = each.control("GET", f"/profiles?email={EMAIL}").json()["profiles"]
        assert [profile["external_id"] for profile in found] == ["b", "a"]
    assert list(differences(world.workspace.state, other.workspace.state)) == []


def differences(one: Any, other: Any, path: str = "state") -> Iterator[str]:
    """Where two worlds differ: in any field, and in the order of everything.

    Of a look-up that is made anew (no argument of its class), the order of keys means nothing.
    What a class leaves out of its comparing, such as sizes that are measured when they are needed,
    is left out here as well.
    """
    if type(one) is not type(other):
        yield f"{path}: {type(one)} is not {type(other)}"
    elif isinstance(one, Random):
        if one.getstate() != other.getstate():
            yield path
    elif isinstance(one, Mapping):
        yield from differences(list(one.items()), list(other.items()), path)
    elif isinstance(one, list | tuple):
        if len(one) != len(other):
            yield f"{path}: {len(one)} items are not {len(other)}"
        for place, pair in enumerate(zip(one, other, strict=False)):
            yield from differences(*pair, f"{path}[{place}]")
    elif is_dataclass(one) and not isinstance(one, Enum):
        for each in (each for each in fields(one) if each.compare):
            pair = [getattr(world, each.name) for world in (one, other)]
            if not each.init:
                pair = [dict(sorted(look_up.items(), key=repr)) for look_up in pair]
            yield from differences(*pair, f"{path}.{each.name}")
    elif hasattr(one, "__dict__") and not isinstance(one, Enum):
        yield from differences(vars(one), vars(other), path)
    elif one != other:
        yield f"{path}: {one!r} is not {other!r}"


@pytest.mark.parametrize("mode", ["scaled", "system"])
def test_a_clock_that_runs_by_itself_runs_on_after_a_restore(world: World, mode: str) -> None:
    now = world.control("PUT", "/clock", {"mode": mode}).json()["now"]
    document = snapshot(world)

    other = restored(document)

    clock = other.control("GET", "/clock").json()
    assert clock["mode"] == json.loads(document)["state"]["clock"]["mode"] == mode
    assert clock["now"] >= now


def test_what_is_nested_to_the_limit_survives(world: World) -> None:
    nested: Any = "end"
    for _ in range(98):
        nested = {"$is": nested}
    world.track({"external_id": "a", "deep": nested, "wide": [nested, {"x": nested}]})
    too_deep: Any = "end"
    for _ in range(240):
        too_deep = [too_deep]
    world.track({"external_id": "a", "too_deep": too_deep})

    other = restored(snapshot(world))

    for each in (world, other):
        advance(each.workspace, 5)
    assert other.user("a") == world.user("a")
    assert snapshot(other) == snapshot(world)


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_a_world_can_be_restored_in_another_process(hash_seed: str) -> None:
    world = a_busy_world()

    elsewhere = subprocess.run(
        [sys.executable, str(HERE / "a_restored_day.py")],
        input=snapshot(world),
        env={
            **os.environ,
            "PYTHONHASHSEED": hash_seed,
            "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])]),
        },
        capture_output=True,
        check=True,
    )

    for _ in range(5):
        world.control("POST", "/clock/next")
    world.track({"external_id": "late"})
    assert elsewhere.stdout == snapshot(world)


def test_everything_a_workspace_is_is_in_the_snapshot() -> None:
    """Add what is new here to `Snapshot`, or say why it is not in it."""
    workspace = World().workspace

    of_the_moment = {"lock", "name", "claims", "calls_receivers"}  # who is at work on it now
    assert vars(workspace).keys() - of_the_moment == {"keys", "_first_dials", "state"}
    assert Workspace.__slots__ if hasattr(Workspace, "__slots__") else True


def test_whatever_can_come_true_later_can_be_stored() -> None:
    kinds = [Due]
    for kind in kinds:
        kinds += kind.__subclasses__()

    for kind in kinds[1:]:
        with pytest.raises(BadPlainData):  # and not NotPlain, which names the attribute
            read({"no such": 1}, kind)


def test_all_fields_of_the_state_can_be_stored() -> None:
    assert form_of(Snapshot)
    for each in ("state", "dials", "profiles", "journal", "agenda", "subscriptions"):
        assert each in json.dumps(json.loads(snapshot(a_busy_world())))


def test_a_restored_world_takes_over_its_keys() -> None:
    world = a_busy_world()
    other = World()
    other.control("POST", "/api_keys", {"permissions": ["users.track"], "key": "old"})

    answer = other.control("PUT", "/snapshot", raw=snapshot(world))

    assert answer.json() == {"workspace": "default", "profiles": 2}
    assert other.post("/users/track", headers={"Authorization": "Bearer old"}).status_code == 401
    (generated,) = set(world.workspace.keys) - {KEY}
    headers = {"Authorization": f"Bearer {generated}"}
    assert other.post("/users/track", headers=headers).status_code == 403


def test_a_snapshot_whose_keys_open_another_workspace_is_refused(world: World) -> None:
    document = snapshot(world)
    world.control("POST", "/workspaces", {"name": "brand"})
    before = world.control("GET", "/snapshot?workspace=brand").content

    answer = world.control("PUT", "/snapshot?workspace=brand", raw=document)

    assert (answer.status_code, answer.json()) == (
        409,
        {"problems": ["keys of the snapshot open default; restore it there, or on another server"]},
    )
    assert world.control("GET", "/snapshot?workspace=brand").content == before


def test_a_snapshot_may_be_far_larger_than_a_request(world: World) -> None:
    for number in range(60):
        text = {f"n{each}": "x" * 250 for each in range(250)}
        world.track({"external_id": f"a-{number}", **text})
    document = snapshot(world)

    assert len(document) > 4 * 1024 * 1024
    assert snapshot(restored(document)) == document


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "the body is not JSON: "),
        (b"{", "the body is not JSON: "),
        (b"[]", "$: this is no snapshot; GET /control/snapshot gives one"),
        (b"{}", "$: this is no snapshot; GET /control/snapshot gives one"),
        (b'{"version": 0}', "$.version: this is a snapshot of version 0, not of 2"),
        (b'{"version": "2"}', "$.version: this is a snapshot of version '2', not of 2"),
        (b'{"version": 2}', "$: 'keys' is missing"),
    ],
)
def test_what_is_no_snapshot_is_refused(world: World, raw: bytes, problem: str) -> None:
    before = snapshot(world)

    answer = world.control("PUT", "/snapshot", raw=raw)

    assert answer.status_code == 400
    assert answer.json()["problems"][0].startswith(problem)
    assert snapshot(world) == before


def test_a_damaged_snapshot_is_refused_with_every_problem_and_its_path(world: World) -> None:
    document = json.loads(snapshot(a_busy_world()))
    state = document["state"]
    profile = next(iter(state["profiles"]["by_braze_id"]))
    document["keys"][0]["permissions"] = 5
    state["colour"] = "red"
    state["clock"]["mode"] = "slow"
    state["dials"]["creation_lag"] = "soon"
    state["seeds"]["streams"]["profiles"] = "AAAA"
    state["agenda"]["heap"][0][2]["is"] = "os.system"
    state["subscriptions"]["groups"] = []
    del state["profiles"]["by_braze_id"][profile]["created_at"]
    state["journal"]["entries"][1]["at"] = "2026-13-01"

    answer = world.control("PUT", "/snapshot", raw=json.dumps(document).encode())

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "problems": [
                "$.keys[0].permissions: this must be an array, not 5",
                "$.state: there is no member 'colour' in a State",
                "$.state.clock: 'mode' must be one of manual, scaled, system, not 'slow'",
                "$.state.dials.creation_lag: this must be a number of seconds, not 'soon'",
                "$.state.seeds: the random stream 'profiles' is damaged",
                "$.state.journal.entries[1].at: this must be an ISO 8601 time, not '2026-13-01'",
                f"$.state.profiles.by_braze_id['{profile}']: 'created_at' is missing",
                "$.state.subscriptions.groups: this must be an object, not []",
                "$.state.agenda.heap[0][2]: there is no Due called 'os.system'",
            ]
        },
    )


def test_a_journal_with_a_gap_is_refused(world: World) -> None:
    document = json.loads(snapshot(a_busy_world()))
    del document["state"]["journal"]["entries"][0]

    answer = world.control("PUT", "/snapshot", raw=json.dumps(document).encode())

    assert (
        answer.json()["problems"][0] == "$.state.journal.entries[0].number: this must be 1, not 2"
    )


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every container of a document with each of its keys."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        yield document, key
        if isinstance(value, dict | list):
            yield from places(value)


BUSY = snapshot(a_busy_world())


@settings(max_examples=100)
@given(st.data())
def test_any_change_of_a_snapshot_leaves_a_whole_world_or_the_old_one(data: st.DataObject) -> None:
    document = json.loads(BUSY)
    found = list(places(document))
    container, key = found[data.draw(st.integers(0, len(found) - 1))]
    container[key] = data.draw(
        st.sampled_from([None, True, -1, 1e300, "", "a", "2026-01-05T09:00:00+00:00", [], {}, [[]]])
    )
    world = World()
    before = snapshot(world)

    answer = world.control("PUT", "/snapshot", raw=json.dumps(document).encode())

    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 400:
        assert answer.json()["problems"]
        assert snapshot(world) == before
    else:
        once = snapshot(world)
        assert snapshot(restored(once)) == once
