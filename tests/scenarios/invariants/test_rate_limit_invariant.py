"""A rate limit is kept as long as Braze said, by whoever can know of it."""

from collections.abc import Sequence

import pytest

from scenarios.integration import MakeIntegration
from scenarios.mutants.registry import MUTANTS
from scenarios.our_integration import our_integration
from scenarios.steps import BrazeFails, Crash, Overlap, Participate, Restart, Step
from scenarios.stories import Story, play

FORGETFUL = MUTANTS["rate-limit-forgotten-by-a-restart"].make_integration
CLAIM = "no_call_while_rate_limited"


def broken(make_integration: MakeIntegration, steps: Sequence[Step]) -> list[str]:
    limited = BrazeFails(effect={"kind": "status", "status": 429}, path="/users/export/ids")
    joining = Participate(email="ana@example.com", activation="spring-drop")
    story = Story(name="limited", steps=(limited, joining, *steps))
    return [each.invariant for each in play(story, make_integration).breaches]


def test_a_process_that_forgets_it_is_found_once_it_has_ended() -> None:
    """Facts: rate-limited-429"""
    assert CLAIM in broken(FORGETFUL, [Restart()])


def test_one_that_stores_it_keeps_to_it() -> None:
    """Facts: rate-limited-429"""
    assert broken(our_integration, [Restart()]) == []


@pytest.mark.parametrize("step", [Crash(), Overlap()])
def test_a_process_that_was_not_told_is_not_blamed(step: Step) -> None:
    assert CLAIM not in broken(FORGETFUL, [step, Restart()])
