"""The machine holds for our client, and what it finds in one that is wrong is told shortly."""

import pytest
from hypothesis.stateful import run_state_machine_as_test

from scenarios.budgets import chosen
from scenarios.fuzz.hunt import Search, hunt
from scenarios.machines.acquisition import Acquisition
from scenarios.mutants.registry import MUTANTS


def test_all_journeys_hold_under_everything_nobody_knows() -> None:
    run_state_machine_as_test(Acquisition, settings=chosen())


@pytest.mark.parametrize(
    ("mutant", "invariant", "longest"),
    [
        ("no-wait-after-creation", "no_subscription_update_before_creation_lag", 4),
        ("credit-before-verify", "sms_credit_only_after_verified_subscribed", 4),
        ("asks-twice", "no_event_is_sent_twice", 5),
    ],
)
def test_a_client_that_is_wrong_is_found_in_a_short_story(
    mutant: str, invariant: str, longest: int
) -> None:
    search = Search(examples=300, steps=6, most=1)

    (story,) = hunt(MUTANTS[mutant].make_integration, search).findings

    assert invariant in story.breaks
    assert len(story.steps) <= longest
