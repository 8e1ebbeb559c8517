"""Rules of faults, as they are made, told, removed and refused."""

from typing import Any

import pytest
from worlds import PHONE, World

from mock_braze.domain.fault_reading import read_rule
from mock_braze.domain.faults import FaultKind

GOOD: list[dict[str, Any]] = [
    {"kind": "latency", "seconds": 0.5},
    {"kind": "status", "status": 429, "body": "json"},
    {"kind": "status", "status": 503, "body": "html"},
    {"kind": "connection_reset"},
    {"kind": "truncated_body"},
    {"kind": "malformed_body"},
    {"kind": "slow_drip", "seconds": 2},
    {"kind": "accepted_but_lost"},
    {"kind": "applied_then_lost", "answer": "reset", "body": "json"},
    {"kind": "applied_then_lost", "answer": 502, "body": "empty"},
    {"kind": "duplicate_processing"},
]


def problems(world: World, sent: Any) -> list[str]:
    answer = world.control("POST", "/faults", sent)
    assert answer.status_code == 400
    return list(answer.json()["problems"])


@pytest.mark.parametrize("effect", GOOD, ids=lambda effect: effect["kind"])
def test_a_rule_is_told_as_it_was_made(world: World, effect: dict[str, Any]) -> None:
    match = {"method": "POST", "path": "/users/*", "identifier": PHONE, "api_key": "k", "nth": 3}
    sent = {"match": match, "effect": effect, "times": 2, "probability": 0.5}

    made = world.control("POST", "/faults", sent)

    told = {"id": 1, **sent, "seen": 0, "fired": 0}
    assert (made.status_code, made.json()) == (201, told)
    assert world.control("GET", "/faults").json() == {"faults": [told]}


def test_every_kind_is_made_above() -> None:
    assert {effect["kind"] for effect in GOOD} == set(FaultKind)


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        ({"kind": "status", "status": 500}, {"status": 500, "body": "json"}),
        ({"kind": "status", "status": 502}, {"status": 502, "body": "html"}),
        ({"kind": "applied_then_lost"}, {"answer": 504, "body": "html"}),
    ],
)
def test_a_gateway_speaks_html_unless_it_is_told_otherwise(
    world: World, effect: dict[str, Any], told: dict[str, Any]
) -> None:
    """Facts: errors-may-not-be-json"""
    made = world.control("POST", "/faults", {"effect": effect}).json()

    assert made["effect"] == {"kind": effect["kind"], **told}


def test_all_rules_are_removed_or_one(world: World) -> None:
    for _ in range(3):
        world.control("POST", "/faults", {"effect": {"kind": "malformed_body"}})

    one = world.control("DELETE", "/faults?id=2")
    again = world.control("DELETE", "/faults?id=2")
    left = [each["id"] for each in world.control("GET", "/faults").json()["faults"]]
    others = world.control("DELETE", "/faults")
    next_one = world.control("POST", "/faults", {"effect": {"kind": "malformed_body"}})

    assert (one.json(), others.json(), left) == ({"removed": 1}, {"removed": 2}, [1, 3])
    assert (again.status_code, again.json()) == (404, {"problems": ["there is no rule 2"]})
    assert world.control("DELETE", "/faults?id=x").status_code == 400
    assert next_one.json()["id"] == 4


def test_every_problem_of_a_rule_is_told_at_once(world: World) -> None:
    sent = {
        "match": {"path": 5, "verb": "GET", "nth": 0},
        "effect": {"kind": "latency", "seconds": -1, "status": 5},
        "times": 0,
        "probability": 2,
        "repeat": True,
    }

    assert problems(world, sent) == [
        "'effect.seconds' must be over 0 and at most 3600, not -1",
        "'match.nth' must be a whole number from 1 on, not 0",
        "'match.path' must be text, not 5",
        "'probability' must be a number over 0 and at most 1, not 2",
        "'times' must be a whole number from 1 on, not 0",
        "there is no member 'effect.status' of latency; it takes seconds",
        "there is no member 'match.verb'; there are method, path, identifier, api_key, nth",
        "there is no member 'repeat'; there are match, effect, times, probability",
    ]
    assert world.control("GET", "/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    ("effect", "problem"),
    [
        (None, "'effect' must be an object with a kind"),
        ("latency", "'effect' must be an object with a kind"),
        ({}, "'effect.kind' must be one of latency, status,"),
        ({"kind": []}, "'effect.kind' must be one of latency, status,"),
        ({"kind": "latency"}, "'effect.seconds' is missing"),
        ({"kind": "latency", "seconds": "5"}, "'effect.seconds' must be over 0"),
        ({"kind": "status", "status": 400}, "'effect.status' must be one of 429, 500, 501, 502"),
        ({"kind": "status", "status": 503.0}, "'effect.status' must be one of 429, 500, 501, 502"),
        (
            {"kind": "status", "status": 503, "body": "xml"},
            "'effect.body' must be one of json, html",
        ),
        (
            {"kind": "applied_then_lost", "answer": 500},
            "'effect.answer' must be one of 502, 503, 504",
        ),
        (
            {"kind": "malformed_body", "seconds": 1},
            "there is no member 'effect.seconds' of malformed",
        ),
    ],
)
def test_an_effect_that_makes_no_sense_is_refused(world: World, effect: Any, problem: str) -> None:
    (told,) = problems(world, {"effect": effect})

    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("match", "problem"),
    [
        (
            {"path": "/users/trak"},
            "'match.path' '/users/trak' is no path of an endpoint; close to it is /users/track; "
            "* stands for any text",
        ),
        (
            {"path": "users/track"},
            "'match.path' 'users/track' is no path of an endpoint; close to it is /users/track; "
            "* stands for any text",
        ),
        ({"path": "?"}, "'match.path' '?' is no path of an endpoint; * stands for any text"),
        ({"method": "PSOT"}, "'match.method' must be one of GET, HEAD, POST, not 'PSOT'"),
    ],
)
def test_a_rule_that_can_match_no_call_is_refused(
    world: World, match: dict[str, Any], problem: str
) -> None:
    assert problems(world, {"match": match, "effect": {"kind": "malformed_body"}}) == [problem]


@pytest.mark.parametrize("effect", GOOD, ids=lambda effect: effect["kind"])
def test_what_a_server_cannot_play_is_refused_with_the_reason(effect: dict[str, Any]) -> None:
    on_the_wire = effect["kind"] in (
        "latency", "connection_reset", "truncated_body", "slow_drip"
    ) or effect.get("answer") == "reset"  # fmt: skip

    try:
        read_rule({"effect": effect}, has_the_wire=False, paths=())
        refused = ""
    except ValueError as bad:
        refused = str(bad)

    reason = "its connections in hand; `braze-lab serve --server threaded` has"
    assert (reason in refused) is on_the_wire
    assert bool(refused) is on_the_wire
