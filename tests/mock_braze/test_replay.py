"""A journal, replayed into an empty workspace, makes the same world again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import orjson
import pytest
import requests
from a_random_day import DAYS, Step, live, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import EMAIL, EMAIL_GROUP, KEY, PHONE, SMS_GROUP, START, World

from mock_braze.domain import clock as clock_module
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.faults import FaultEffect, FaultKind, FaultMatch
from mock_braze.domain.snapshot import write_snapshot
from mock_braze.domain.workspaces import Workspaces
from mock_braze.replay import BadJournal, read_steps, replay

TO_MANUAL = ("PUT", "/control/clock", {"mode": "manual"})
CLOCKS = st.sampled_from(
    [
        TO_MANUAL,
        ("PUT", "/control/clock", {"mode": "scaled", "factor": 1e6}),
        ("PUT", "/control/clock", {"mode": "scaled", "factor": 600}),
        ("PUT", "/control/clock", {"mode": "manual", "now": "2031-01-01"}),
        ("GET", "/control/clock", None),
        ("GET", "/control/profiles", None),
    ]
)


def a_recorded_world(seed: int = 5) -> World:
    """One whose groups are in its journal."""
    world = World(seed=seed)
    world.workspace.reset()
    for channel, group in (("sms", SMS_GROUP), ("email", EMAIL_GROUP)):
        made = {"id": group, "name": channel, "channel": channel}
        assert world.control("POST", "/subscription_groups", made).status_code == 201
    return world


def replayed(journal: bytes, seed: int = 5) -> dict[str, Any]:
    workspaces = Workspaces(ManualClock(START), seed=seed, api_key=KEY)
    workspace = replay(read_steps(journal.splitlines()), workspaces)
    return plain(orjson.dumps(write_snapshot(workspace.snapshot())))


def plain(document: bytes) -> dict[str, Any]:
    """A snapshot without what a running clock tells clients of the real time."""
    whole: dict[str, Any] = json.loads(document)
    for entry in whole["state"]["journal"]["entries"]:
        if entry["is"] == "RequestAnswered":
            entry["response_headers"] = [
                each for each in entry["response_headers"] if each[0] != "X-Ratelimit-Reset"
            ]
    return whole


@settings(max_examples=60)
@given(DAYS)
def test_a_replayed_day_ends_in_the_same_state(steps: list[Step]) -> None:
    world = a_recorded_world()
    live(world, steps)
    journal = world.journal()

    assert replayed(journal) == plain(snapshot(world))


@contextmanager
def time_passes_with_each_reading(seconds: float) -> Iterator[None]:
    """Of the machine's clock: a second reading within a call would tell another time."""
    readings = count()
    ticking = SimpleNamespace(monotonic=lambda: next(readings) * seconds, time=START.timestamp)
    with patch.object(clock_module, "time", ticking):
        yield


@settings(max_examples=60)
@given(DAYS, st.lists(st.tuples(CLOCKS, st.integers(0, 25)), min_size=1, max_size=4))
def test_so_does_a_day_on_clocks_that_run_by_themselves(
    steps: list[Step], clocks: list[tuple[Step, int]]
) -> None:
    world = a_recorded_world()
    for clock, place in clocks:
        steps.insert(place, clock)
    with time_passes_with_each_reading(0.001):
        live(world, [*steps, TO_MANUAL])

    assert replayed(world.journal()) == plain(snapshot(world))


def test_what_was_due_before_a_call_or_a_move_comes_before_it() -> None:
    world = a_recorded_world()
    calls = [
        ("/clock/advance", {"seconds": 100}),
        ("/subscription_groups", {"name": "n", "channel": "sms"}),
        ("/clock/next", None),
    ]

    with time_passes_with_each_reading(0.5):
        world.control("PUT", "/clock", {"mode": "scaled", "factor": 1.5})
        for path, body in calls:
            world.track({"external_id": "a", "email": EMAIL})
            for _ in range(5):
                world.workspace.clock.now()
            world.control("POST", path, body)
        live(world, [TO_MANUAL])

    times = [json.loads(line)["at"] for line in world.journal().splitlines()]
    assert times == sorted(times)
    assert replayed(world.journal()) == plain(snapshot(world))


def test_a_replay_leaves_the_same_journal_byte_for_byte() -> None:
    world = a_recorded_world()
    world.control("POST", "/api_keys", {"permissions": ["users.track"], "ip_allowlist": ["::1"]})
    world.tracked({"external_id": "a", "email": EMAIL, "phone": PHONE})
    world.set_status(phone=PHONE)
    world.post("/users/track", raw=b"\xff\x00")
    world.post("/users/track", raw=b" " * (4 * 1024 * 1024 + 1))
    world.call("DELETE", "/no/where%20at all?%C3%BC=1")
    journal = world.journal()

    workspaces = Workspaces(ManualClock(START), seed=5, api_key=KEY)
    replay(read_steps(journal.splitlines()), workspaces)

    other = World()
    other.workspace.state = workspaces.default.state
    assert other.journal().splitlines() == journal.splitlines()


def test_a_restored_journal_can_be_replayed() -> None:
    world = a_recorded_world()
    world.tracked({"external_id": "a", "email": EMAIL})
    other = World()
    other.control("PUT", "/snapshot", raw=snapshot(world))

    assert replayed(other.journal()) == plain(snapshot(world))


def test_the_address_of_a_client_is_replayed() -> None:
    world = a_recorded_world()
    world.control(
        "POST", "/api_keys", {"key": "far", "permissions": ["users.track"], "ip_allowlist": ["::1"]}
    )
    world.post("/users/track", headers={"Authorization": "Bearer far"})
    journal = world.journal().replace(b'"address":"127.0.0.1"', b'"address":"::1"')

    statuses = [
        entry["status"]
        for entry in replayed(journal)["state"]["journal"]["entries"]
        if entry["is"] == "RequestAnswered"
    ]

    assert statuses == [400]  # it was 403 from the other address


def test_urls_of_the_server_are_replayed_wherever_it_was_reached() -> None:
    """That of a file, and that of the next page."""
    world = a_recorded_world()
    everybody = {"attribute": "email", "operator": "exists"}
    world.control("POST", "/segments", {"id": "all", "name": "all", "filter": everybody})
    for number in range(51):
        world.tracked({"external_id": "a", f"points-{number}": number})
    headers = {"Authorization": f"Bearer {KEY}", "Host": "127.0.0.1:4711"}
    asked = {"segment_id": "all", "fields_to_export": ["email"]}
    exported = world.post("/users/export/segment", asked, headers=headers)
    listed = world.get("/custom_attributes", headers=headers)
    world.control("POST", "/clock/advance", {"seconds": 600})

    assert "http://127.0.0.1:4711/control/exports/" in exported.text
    assert "http://127.0.0.1:4711/custom_attributes?cursor=" in listed.headers["Link"]
    assert replayed(world.journal()) == plain(snapshot(world))


GOOD = {
    "number": 1,
    "at": "2026-01-05T09:00:00.000Z",
    "kind": "request",
    "request": {"method": "GET", "path": "/", "query": "", "headers": {}, "body": ""},
    "response": {"status": 404},
}


ANSWER = {"status": 200, "headers": [], "body": "", "failure": None, "reason": ""}
ANSWERED = {
    "kind": "webhook",
    "delivery": 1,
    "made_at": "2026-01-05T09:00:00Z",
    "called": "http://localhost",
    "answer": ANSWER,
}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"", "this is not JSON ("),
        (b"{", "this is not JSON ("),
        (b"5", "this is no JSON object"),
        ({"number": None}, "'number' must be a whole number, not null"),
        ({"number": 7}, "here should be entry 2, not 7; a replay needs the whole journal, so "),
        ({"at": "noon"}, "'at' must be an ISO 8601 time, not 'noon'"),
        ({"kind": 5}, "'kind' must be text, not 5"),
        ({"kind": "clock"}, "'to' is missing"),
        ({"kind": "control"}, "'method' is missing"),
        ({"request": []}, "'request' must be an object, not []"),
        ({"request": {**GOOD["request"], "headers": {"a": 1}}}, "'headers' must hold text only"),
        ({"request": {**GOOD["request"], "body_base64": "?"}}, "'body_base64' is no base64"),
        ({"request": {**GOOD["request"], "body": None}}, "'body' must be text, not null"),
        ({"response": {}}, "'status' is missing"),
        ({"kind": "webhook"}, "'answer' is missing"),
        ({**ANSWERED, "delivery": "1"}, "'delivery' must be a whole number, not '1'"),
        ({**ANSWERED, "made_at": 5}, "'made_at' must be text, not 5"),
        ({**ANSWERED, "answer": {}}, "'headers' is missing"),
        ({**ANSWERED, "answer": {**ANSWER, "failure": "bad"}}, "there is no failure 'bad'"),
        ({**ANSWERED, "answer": {**ANSWER, "failure": []}}, "there is no failure []"),
        (
            {**ANSWERED, "answer": {**ANSWER, "headers": [["a", 1]]}},
            "each of 'headers' must be a name with its value, not [\"a\", 1]",
        ),
    ],
)  # type: ignore[misc]
def test_a_line_that_is_no_entry_is_named(line: Any, problem: str) -> None:
    bad = line if isinstance(line, bytes) else json.dumps({**GOOD, "number": 2, **line}).encode()

    with pytest.raises(BadJournal) as caught:
        read_steps([json.dumps(GOOD).encode(), bad])

    assert [each[: len(problem) + 8] for each in caught.value.problems] == [f"line 2: {problem}"]


def test_all_bad_lines_are_told_up_to_twenty() -> None:
    with pytest.raises(BadJournal) as caught:
        read_steps([b"?"] * 30)

    assert [each.split(":")[0] for each in caught.value.problems] == [
        *(f"line {number}" for number in range(1, 21)),
        "…",
    ]


def test_an_archive_in_place_of_a_journal_is_told_once() -> None:
    archive = a_recorded_world().control("GET", "/journal?format=har").content

    with pytest.raises(BadJournal, match="over several lines, as an HTTP Archive is") as caught:
        read_steps(archive.splitlines())

    assert len(caught.value.problems) == 1


def test_a_journal_that_goes_back_in_time_is_refused() -> None:
    moves = [
        {"number": 1, "kind": "clock", "at": "2026-01-05T09:00:00Z", "to": "2026-01-06T09:00:00Z"},
        {"number": 2, "kind": "clock", "at": "2026-01-05T09:00:00Z", "to": "2026-01-05T10:00:00Z"},
    ]
    steps = read_steps(json.dumps(each).encode() for each in moves)

    with pytest.raises(BadJournal, match="line 2: the clock goes back to 2026-01-05T10:00:00"):
        replay(steps, Workspaces(ManualClock(START)))


def test_an_answer_to_a_webhook_that_is_not_due_is_refused() -> None:
    steps = read_steps([json.dumps({**GOOD, **ANSWERED}).encode()])

    with pytest.raises(BadJournal, match="line 1: no receiver is called for delivery 1 here"):
        replay(steps, Workspaces(ManualClock(START)))


def test_every_call_that_changes_the_world_is_journaled_and_no_other() -> None:
    world = World()

    world.workspace.state.faults.add(FaultMatch(), FaultEffect(FaultKind.MALFORMED_BODY), 1, 1)
    world.control("DELETE", "/faults?workspace=default&id=1")
    world.control("PATCH", "/dials", {"no such": 1})
    world.control("GET", "/dials")
    world.control("POST", "/nowhere")
    world.control("POST", "/workspaces")
    world.control("POST", "/clock/next")

    assert [json.loads(line) for line in world.journal().splitlines()] == [
        {
            "number": 1,
            "at": "2026-01-05T09:00:00.000Z",
            "kind": "control",
            "method": "DELETE",
            "path": "/control/faults",
            "query": "id=1",
            "body": "",
        }
    ]


def test_faults_happen_again_in_a_replay() -> None:
    world = a_recorded_world()
    kinds = ("accepted_but_lost", "duplicate_processing", "connection_reset", "malformed_body")
    for kind in kinds:
        made = {"effect": {"kind": kind}, "times": 1, "match": {"method": "POST"}}
        assert world.control("POST", "/faults", made).status_code == 201
    chance = {"effect": {"kind": "status", "status": 503}, "probability": 0.5}
    world.control("POST", "/faults", chance)
    for name in "abcdefghij":
        with suppress(requests.ConnectionError):
            world.track({"external_id": name, "n": {"inc": 1}})
    world.control("POST", "/clock/advance", {"seconds": 200})

    assert replayed(world.journal()) == plain(snapshot(world))
