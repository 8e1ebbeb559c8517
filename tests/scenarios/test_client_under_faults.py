"""Our client keeps every invariant while calls go wrong, and gets everybody to an end."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from builders import NOON, PHONE, a_participant

from scenarios.agreed import DOUBLE_OPT_IN_ACTIVATION, PARTNER_KEY
from scenarios.invariants.endings import everything_settles
from scenarios.invariants.watch import ALWAYS, breaches
from scenarios.lab import Lab, Reply, in_process_lab
from scenarios.strategies import FAILING_PATHS, FAULTS

EVES_PHONE = "+13135550105"


def a_run(effect: Mapping[str, Any], path: str, times: int = 3) -> Lab:
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
            a_participant("eve@example.com", EVES_PHONE, DOUBLE_OPT_IN_ACTIVATION),
        ]
    )
    lab.let_reply(EVES_PHONE, Reply())
    lab.run()
    return lab


@pytest.mark.parametrize("path", FAILING_PATHS)
@pytest.mark.parametrize("effect", FAULTS, ids=lambda effect: "-".join(map(str, effect.values())))
def test_the_client_keeps_the_invariants_under_a_fault(
    effect: Mapping[str, Any], path: str
) -> None:
    """Facts: server-error-outcome-unknown"""
    lab = a_run(effect, path)

    assert breaches(lab.evidence(), [*ALWAYS, everything_settles]) == []
    faults = [each for each in lab.control.journal() if each["kind"] == "fault"]
    assert len(faults) == 3


@pytest.mark.parametrize("path", FAILING_PATHS)
@pytest.mark.parametrize(
    "effect",
    [each for each in FAULTS if each["kind"] != "accepted_but_lost"],
    ids=lambda effect: "-".join(map(str, effect.values())),
)
def test_everybody_is_credited_once_the_calls_work_again(
    effect: Mapping[str, Any], path: str
) -> None:
    lab = a_run(effect, path)

    assert len(lab.integration.credits()) == 5
