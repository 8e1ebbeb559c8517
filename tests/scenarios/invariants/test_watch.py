"""Looking at what is new finds what a look at everything does."""

from collections import Counter
from collections.abc import Sequence

import pytest
from builders import EMAIL, LATER, EvidenceBuilder, a_credit
from hypothesis.stateful import run_state_machine_as_test

from scenarios.budgets import QUICK, afresh
from scenarios.fuzz.hunt import MACHINES
from scenarios.invariants.breach import TRACK, Breach
from scenarios.invariants.watch import ALWAYS, Watch, breaches
from scenarios.machines.story_machine import StoryMachine
from scenarios.mutants.registry import MUTANTS


def test_a_breach_is_told_once_and_when_it_comes(seen: EvidenceBuilder) -> None:
    watch = Watch(seen.evidence, ALWAYS)
    seen.took_part(phone=None)
    seen.looked_up(users=[{"external_id": "crm-1", "email": EMAIL}])
    assert watch.breaches() == []

    seen.evidence.credits = [a_credit()]
    assert watch.breaches() == []

    seen.evidence.credits = [a_credit(), a_credit(LATER)]
    (breach,) = watch.breaches()
    assert (breach.invariant, breach.subject) == ("at_most_one_credit", EMAIL)

    assert watch.breaches() == []


def test_what_was_seen_before_counts_for_what_is_new(seen: EvidenceBuilder) -> None:
    watch = Watch(seen.evidence, ALWAYS)
    for found in ([], ["no_second_profile_for_an_email"]):
        seen.looked_up()
        seen.created(seen.request(TRACK, sent={}))
        assert [each.invariant for each in watch.breaches()] == found


def test_what_came_after_a_credit_was_seen_did_not_earn_it(seen: EvidenceBuilder) -> None:
    seen.took_part()
    seen.evidence.credits = [a_credit()]
    seen.read_state("Subscribed", at=LATER)

    found = [each.invariant for each in breaches(seen.evidence, ALWAYS)]

    assert found == ["sms_credit_only_after_verified_subscribed"]


def test_credits_that_are_told_in_another_order_are_not_new(seen: EvidenceBuilder) -> None:
    one, other, third = (a_credit(activation=name) for name in ("drop", "vip", "swap"))
    seen.evidence.credits = [one, other]
    seen.evidence.credits = [third, other, one]

    assert [each.credit for each in seen.evidence.credited] == [one, other, third]


class LooksTwice(StoryMachine):
    """Compares the two ways to look after each step and at the end, and goes on if things break."""

    found: Counter[Breach]

    def __init__(self) -> None:
        super().__init__()
        self.watched: Counter[Breach] = Counter()

    def _judge(self, found: Sequence[Breach]) -> None:
        always = {each.__name__ for each in ALWAYS}
        self.watched.update(each for each in found if each.invariant in always)
        assert self.watched == Counter(breaches(self.lab.evidence(), ALWAYS))
        self.found.update(self.watched)


@pytest.mark.parametrize(
    "name",
    [
        "credit-before-verify", "asks-twice", "no-wait-after-creation", "credit-on-201",
        "webhook-not-idempotent", "repeats-are-told-otherwise",
    ],
)  # fmt: skip
def test_all_looks_at_what_is_new_find_what_one_at_everything_does(name: str) -> None:
    made = {
        "make_integration": staticmethod(MUTANTS[name].make_integration),
        "found": Counter[Breach](),
    }
    machine = type("LooksTwiceAt", (LooksTwice, MACHINES[MUTANTS[name].machine]), made)

    run_state_machine_as_test(machine, settings=afresh(QUICK))

    assert machine.found  # type: ignore[attr-defined]  # else there was nothing to compare
