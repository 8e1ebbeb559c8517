from datetime import UTC, datetime
from typing import Any

import pytest
from worlds import START, World, set_state

from mock_braze.domain.users.addresses import Address, AddressKind

AT_START = "2026-01-05T09:00:00+00:00"


def told(world: World) -> dict[str, Any]:
    return world.control("GET", "/clock").json()


def test_the_clock_tells_mode_time_and_what_is_due_next(world: World) -> None:
    before = told(world)
    world.track({"external_id": "a"})

    assert before == {"mode": "manual", "now": AT_START, "next_due": None}
    assert told(world)["next_due"] == "2026-01-05T09:00:02+00:00"


def test_advancing_settles_what_becomes_due(world: World) -> None:
    world.track({"external_id": "a"})

    answer = world.control("POST", "/clock/advance", {"seconds": 2.5})

    assert answer.json() == {
        "mode": "manual",
        "now": "2026-01-05T09:00:02.500000+00:00",
        "next_due": "2026-01-05T09:02:00+00:00",
    }
    assert len(world.export(external_ids=["a"]).json()["users"]) == 1


def test_next_jumps_from_one_due_time_to_the_following(world: World) -> None:
    world.track({"external_id": "a"})
    set_state(world.workspace, Address(AddressKind.PHONE, "+13135550171"))

    times = [world.control("POST", "/clock/next").json()["now"] for _ in range(5)]

    assert times == [
        "2026-01-05T09:00:02+00:00",
        "2026-01-05T09:02:00+00:00",
        "2026-02-04T09:00:00+00:00",
        "2026-02-04T09:00:00+00:00",
        "2026-02-04T09:00:00+00:00",
    ]


def test_a_manual_clock_can_be_set_forward_in_any_zone(world: World) -> None:
    answer = world.control("PUT", "/clock", {"mode": "manual", "now": "2026-01-05T11:00:00+01:00"})

    assert answer.json()["now"] == "2026-01-05T10:00:00+00:00"
    (line,) = world.control("GET", "/journal?kind=clock").content.splitlines()
    assert line == (
        b'{"number":1,"at":"2026-01-05T09:00:00.000Z","kind":"clock","to":"2026-01-05T10:00:00.000Z"}'
    )


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "problem"),
    [
        ("POST", "/clock/advance", {}, 400, "'seconds' is missing"),
        ("POST", "/clock/advance", {"seconds": None}, 400, "'seconds' is missing"),
        ("POST", "/clock/advance", {"seconds": "5"}, 400, "'seconds' must be a number, not '5'"),
        ("POST", "/clock/advance", {"seconds": True}, 400, "'seconds' must be a number, not true"),
        ("POST", "/clock/advance", {"seconds": -1}, 409, "-1 s is backwards"),
        ("POST", "/clock/advance", {"seconds": 1e12}, 409, "1e+12 s leaves the calendar"),
        ("POST", "/clock/advance", {"seconds": 1e300}, 400, "1e+300 seconds is no span of time"),
        ("POST", "/clock/advance", {"seconds": float("nan")}, 400, "nan seconds is no span"),
        ("POST", "/clock/advance", {"seconds": float("inf")}, 400, "inf seconds is no span"),
        ("POST", "/clock/advance", {"seconds": 10**400}, 400, "seconds is no span of time"),
        ("PUT", "/clock", {}, 400, "'mode' is missing"),
        ("PUT", "/clock", {"mode": "fast"}, 400, "'mode' must be one of manual, scaled, system"),
        ("PUT", "/clock", {"mode": 5}, 400, "'mode' must be text, not 5"),
        ("PUT", "/clock", {"mode": "manual", "now": "soon"}, 400, "'now' must be an ISO 8601 time"),
        ("PUT", "/clock", {"mode": "manual", "now": "2025-01-01"}, 409, "is before 2026-01-05"),
        ("PUT", "/clock", {"mode": "manual", "now": "9999-01-01"}, 409, "leaves the calendar"),
        ("PUT", "/clock", {"mode": "scaled", "factor": 0}, 400, "'factor' must be over 0"),
        ("PUT", "/clock", {"mode": "scaled", "factor": -1}, 400, "'factor' must be over 0"),
        ("PUT", "/clock", {"mode": "scaled", "factor": 1e7}, 400, "'factor' must be over 0"),
        ("PUT", "/clock", {"mode": "scaled", "factor": float("nan")}, 400, "'factor' must be over"),
        ("PUT", "/clock", {"mode": "system", "now": "2027-01-01"}, 400, "cannot be set"),
    ],
)
def test_a_clock_call_that_makes_no_sense_changes_nothing(
    world: World, method: str, path: str, body: dict[str, Any], status: int, problem: str
) -> None:
    answer = world.control(method, path, body)

    assert answer.status_code == status
    (said,) = answer.json()["problems"]
    assert problem in said
    assert told(world) == {"mode": "manual", "now": AT_START, "next_due": None}


def test_everything_wrong_with_a_clock_is_told_at_once(world: World) -> None:
    told = [
        world.control("PUT", "/clock", sent).json()["problems"]
        for sent in (
            {"mode": "fast", "factor": -1, "now": "soon"},
            {"mode": "system", "factor": 2, "now": "2026-03-02T09:00:00Z"},
            {"mode": "manual", "factor": 2},
        )
    ]

    assert told == [
        [
            "'mode' must be one of manual, scaled, system, not 'fast'",
            "'factor' must be over 0 and at most 1000000, not -1",
            "'now' must be an ISO 8601 time, not 'soon'",
        ],
        [
            "'factor' is for the mode scaled; leave it out for system",
            "the system clock cannot be set; leave 'now' out",
        ],
        ["'factor' is for the mode scaled; leave it out for manual"],
    ]


def test_a_scaled_clock_runs_and_settles_when_somebody_looks(world: World) -> None:
    world.track({"external_id": "a"})

    answer = world.control("PUT", "/clock", {"mode": "scaled", "factor": 1e6})
    while told(world)["next_due"] is not None:
        assert told(world)["mode"] == "scaled"  # some simulated seconds pass between two looks

    assert answer.json()["mode"] == "scaled"
    effects = world.control("GET", "/journal?kind=effect").content
    assert effects.count(b"profile_created") == effects.count(b"profile_finished") == 1
    assert world.control("POST", "/clock/advance", {"seconds": 86_400}).status_code == 200


def test_the_system_clock_is_taken_once_its_time_has_come_and_cannot_be_moved() -> None:
    world = World()
    world.workspace.state.clock._now = datetime(2025, 1, 1, tzinfo=UTC)  # type: ignore[attr-defined]

    taken = world.control("PUT", "/clock", {"mode": "system"})
    moved = world.control("POST", "/clock/advance", {"seconds": 1})

    assert taken.json()["mode"] == "system"
    assert (moved.status_code, moved.json()) == (
        409,
        {"problems": ["the system clock cannot be moved; set a manual or scaled one"]},
    )


def test_the_system_clock_is_refused_while_the_workspace_is_ahead_of_it(world: World) -> None:
    world.control("PUT", "/clock", {"mode": "manual", "now": "2999-01-01"})

    assert world.control("PUT", "/clock", {"mode": "system"}).status_code == 409
    assert told(world)["mode"] == "manual"


def test_a_manual_clock_stops_where_the_scaled_one_was(world: World) -> None:
    world.control("PUT", "/clock", {"mode": "scaled", "factor": 1000})

    stopped = world.control("PUT", "/clock", {"mode": "manual"}).json()

    assert stopped == told(world)
    assert datetime.fromisoformat(stopped["now"]) > START
