"""Many threads on one fake: every request is served whole, and none is lost."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from worlds import EMAIL, KEY, PHONE, START, World, advance, attributes_of

from mock_braze.server import ServerOptions, app_of, threaded

THREADS, ROUNDS = 8, 10


pytestmark = pytest.mark.usefixtures("threads_that_interrupt_each_other_often")


def in_threads(work: Callable[[int], list[int]]) -> list[int]:
    with ThreadPoolExecutor(THREADS) as pool:
        return [status for each in pool.map(work, range(THREADS)) for status in each]


def assert_is_dense(journal: bytes) -> None:
    numbers = [json.loads(line)["number"] for line in journal.splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_increment_is_lost_among_reads_writes_and_moves_of_the_clock() -> None:
    world = World()

    def work(thread: int) -> list[int]:
        statuses = []
        for turn in range(ROUNDS):
            calls = [
                world.track({"external_id": "a", "n": {"inc": 1}, "phone": PHONE}),
                world.export(external_ids=["a"]),
                world.set_status(phone=PHONE),
                world.control("POST", "/clock/advance", {"seconds": 0.5}),
                world.control("GET", "/profiles" if turn % 2 else "/subscription_groups"),
                world.control("POST", "/subscription_groups", {"name": "n", "channel": "sms"}),
            ]
            statuses += [each.status_code for each in calls]
        return statuses

    statuses = in_threads(work)
    advance(world.workspace, 200)

    assert set(statuses) == {200, 201}
    assert attributes_of(world.workspace, "a") == {"n": THREADS * ROUNDS}
    assert_is_dense(world.journal())


def test_threads_over_a_real_port_lose_nothing_either() -> None:
    options = ServerOptions(api_key=KEY, start=START)
    with threaded(app_of(options)) as url:

        def work(thread: int) -> list[int]:
            with requests.Session() as session:
                session.trust_env = False
                session.headers["Authorization"] = f"Bearer {KEY}"
                body = {"attributes": [{"external_id": "a", "n": {"inc": 1}, "email": EMAIL}]}
                return [
                    each.status_code
                    for _ in range(5)
                    for each in (
                        session.post(f"{url}/users/track", json=body),
                        session.post(f"{url}/users/export/ids", json={"external_ids": ["a"]}),
                    )
                ]

        statuses = in_threads(work)
        requests.post(f"{url}/control/clock/advance", json={"seconds": 2}, timeout=5)
        (found,) = requests.get(f"{url}/control/profiles", timeout=5).json()["profiles"]
        journal = requests.get(f"{url}/control/journal", timeout=5).content

    assert set(statuses) == {201}
    assert found["custom_attributes"] == {"n": THREADS * 5}
    assert_is_dense(journal)


def test_a_world_can_be_reset_while_it_is_used() -> None:
    world = World()

    def work(thread: int) -> list[int]:
        return [
            each.status_code
            for _ in range(ROUNDS)
            for each in (
                world.track({"external_id": "a"}),
                world.control("POST", "/reset"),
                world.export(external_ids=["a"]),
            )
        ]

    assert set(in_threads(work)) == {200, 201}
    assert_is_dense(world.journal())


def test_workspaces_made_at_the_same_time_have_names_and_keys_of_their_own() -> None:
    world = World()
    made = []

    def work(thread: int) -> list[int]:
        answers = [world.control("POST", "/workspaces", {"seed": 1}) for _ in range(ROUNDS)]
        made.extend(each.json() for each in answers)
        return [each.status_code for each in answers]

    assert set(in_threads(work)) == {201}
    assert len({each["workspace"] for each in made}) == THREADS * ROUNDS
    assert len({each["api_key"] for each in made}) == THREADS * ROUNDS
