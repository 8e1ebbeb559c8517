"""Sixteen threads read and write one workspace while another one is used beside it.

A few rounds in every run; ten seconds with BRAZE_LAB_BUDGET=soak.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, islice
from threading import Event, Timer
from typing import Any

import pytest
import requests
from worlds import EMAIL, EMAIL_GROUP, PHONE, World, add_groups, advance, attributes_of

THREADS = 16
IS_SOAK = os.environ.get("BRAZE_LAB_BUDGET") == "soak"
SOAK_SECONDS = 10
LARGE_LIMITS = {"track": 10**9, "shared_pool": 10**9, "export": 10**9, "status_set": 10**9}

pytestmark = pytest.mark.usefixtures("threads_that_interrupt_each_other_often")


def rounds(stop: Event) -> Iterator[int]:
    """Round numbers, until it is enough."""
    if IS_SOAK:
        for number in count():
            if stop.is_set():
                return
            yield number
    yield from islice(count(), 4)


def a_world_without_limits() -> World:
    world = World()
    assert world.control("PATCH", "/rate_limits", LARGE_LIMITS).status_code == 200
    return world


def one_round(world: World, thread: int, turn: int) -> list[int]:
    """Every kind of call; 2 increments of the counter that all share, 1 of the thread's own."""
    own = f"thread-{thread}"
    answers = [
        world.track({"external_id": "shared", "n": {"inc": 1}, "email": EMAIL, "phone": PHONE}),
        world.track(
            {"external_id": own, "n": {"inc": 1}}, {"external_id": "shared", "n": {"inc": 1}}
        ),
        world.track({"external_id": f"{own}-{turn}", "email": f"{turn}@example.com"}),
        world.export(external_ids=["shared", own, "nobody"]),
        world.export(email_address=f"{turn}@example.com"),
        world.set_status(phone=PHONE, subscription_state=("subscribed", "unsubscribed")[turn % 2]),
        world.set_status(EMAIL_GROUP, email=EMAIL),
        world.status("phone=%2B13135550171"),
        world.control("POST", "/clock/advance", {"seconds": 0.25}),
        world.control("GET", "/profiles?email=" + EMAIL),
    ]
    return [each.status_code for each in answers]


def work_of(world: World, thread: int, stop: Event) -> tuple[int, Counter[int]]:
    statuses: Counter[int] = Counter()
    turns = 0
    for turn in rounds(stop):
        statuses.update(one_round(world, thread, turn))
        turns += 1
    return turns, statuses


def test_sixteen_threads_lose_no_update_get_no_500_and_leave_a_consistent_journal() -> None:
    world = a_world_without_limits()
    stop = Event()
    timer = Timer(SOAK_SECONDS, stop.set)
    timer.start()

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(lambda thread: work_of(world, thread, stop), range(THREADS)))
    timer.cancel()
    advance(world.workspace, 200)

    turns = [each for each, _ in done]
    assert {status for _, statuses in done for status in statuses} == {200, 201}
    assert attributes_of(world.workspace, "shared")["n"] == 2 * sum(turns)
    for thread, own in enumerate(turns):
        assert attributes_of(world.workspace, f"thread-{thread}")["n"] == own
    assert_is_consistent(world.journal(), requests=8 * sum(turns))


def assert_is_consistent(journal: bytes, requests: int) -> None:
    """Numbers without a gap, time that never goes back, causes that came before."""
    entries = [json.loads(line) for line in journal.splitlines()]
    calls = {each["number"] for each in entries if each["kind"] == "request"}
    effects = [each for each in entries if each["kind"] == "effect"]

    assert [each["number"] for each in entries] == list(range(1, len(entries) + 1))
    assert len(calls) == requests
    times = [each["at"] for each in entries if each["kind"] == "clock"]
    assert times == sorted(times)
    assert effects
    assert all(each["request"] in calls and each["request"] < each["number"] for each in effects)


class Neighbour(World):
    """Another workspace of the same server, called with a key of its own."""

    def __init__(self, world: World) -> None:
        self.session = world.session
        made = world.control("POST", "/workspaces", {"name": "neighbour"}).json()
        self.key = made["api_key"]
        workspace = world.workspaces.named("neighbour")
        assert workspace is not None
        self.workspace = workspace
        add_groups(workspace)

    def call(self, method: str, path: str, body: Any = None, **how: Any) -> requests.Response:
        if path.startswith("/control"):
            path += "&workspace=neighbour" if "?" in path else "?workspace=neighbour"
        headers = {"Authorization": f"Bearer {self.key}"}
        return super().call(method, path, body, **how, headers=headers)


def test_workspaces_used_at_the_same_time_never_see_each_other() -> None:
    world = World()
    sides = [(world, "mine", "theirs"), (Neighbour(world), "theirs", "mine")]

    def work(thread: int) -> None:
        side, own, _ = sides[thread % 2]
        for turn in range(10):
            side.track({"external_id": "shared", "n": {"inc": 1}, "phone": PHONE})
            side.track({"external_id": own, "owner": own})
            side.control("POST", "/clock/advance", {"seconds": 5})
            state = "subscribed" if own == "mine" else "unsubscribed"
            side.set_status(phone=PHONE, subscription_state=state)
            side.export(external_ids=[f"{turn}"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    states = []
    for side, own, foreign in sides:
        side.control("POST", "/clock/advance", {"seconds": 200})
        side.set_status(
            phone=PHONE, subscription_state="subscribed" if own == "mine" else "unsubscribed"
        )
        answered = side.export(external_ids=["shared", own, foreign]).json()
        assert [each["external_id"] for each in answered["users"]] == ["shared", own]
        assert answered["invalid_user_ids"] == [foreign]
        assert answered["users"][0]["custom_attributes"] == {"n": 20}
        states.append(side.status("phone=%2B13135550171").json()["status"])
    assert states == [{PHONE: "Subscribed"}, {PHONE: "Unsubscribed"}]
