"""Our client keeps every invariant while calls go wrong, and gets everybody to an end."""

from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, PHONE, a_participant

from scenarios.invariants import ALWAYS, breaches, everything_settles
from scenarios.lab import PARTNER_KEY, Lab, in_process_lab

EFFECTS: list[dict[str, Any]] = [
    {"kind": "latency", "seconds": 20},
    {"kind": "latency", "seconds": 60},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503, "body": "empty"},
    {"kind": "connection_reset"},
    {"kind": "truncated_body"},
    {"kind": "malformed_body"},
    {"kind": "slow_drip", "seconds": 10},
    {"kind": "slow_drip", "seconds": 3600},
    {"kind": "accepted_but_lost"},
    {"kind": "applied_then_lost", "answer": 504},
    {"kind": "applied_then_lost", "answer": "reset"},
    {"kind": "duplicate_processing"},
]
PATHS = [
    "/users/track",
    "/users/export/ids",
    "/subscription/status/set",
    "/subscription/status/get",
]


def a_run(effect: dict[str, Any], path: str, times: int = 3) -> Lab:
    lab = in_process_lab(start=NOON)
    match = {"path": path, "api_key": PARTNER_KEY}
    lab.control.break_calls(effect, match, times=times)
    later = NOON + timedelta(minutes=1)
    lab.expect(
        [
            a_participant(),
            a_participant("ben@example.com", None),
            a_participant("cho@example.com", "+13135550102", at=later),
            a_participant("dan@example.com", PHONE, at=later),
        ]
    )
    lab.run()
    return lab


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: "-".join(map(str, effect.values())))
def test_the_client_keeps_the_invariants_under_a_fault(effect: dict[str, Any], path: str) -> None:
    """Facts: server-error-outcome-unknown"""
    lab = a_run(effect, path)

    assert breaches(lab.evidence(), [*ALWAYS, everything_settles]) == []
    faults = [each for each in lab.control.journal() if each["kind"] == "fault"]
    assert len(faults) == 3


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "effect",
    [each for each in EFFECTS if each["kind"] != "accepted_but_lost"],
    ids=lambda effect: "-".join(map(str, effect.values())),
)
def test_everybody_is_credited_once_the_calls_work_again(effect: dict[str, Any], path: str) -> None:
    lab = a_run(effect, path)

    assert len(lab.integration.credits()) == 4
