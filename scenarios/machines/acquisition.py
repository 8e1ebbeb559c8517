"""Acquisition: people take part by email and SMS while the brand's own system is at work."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from quikly_client.participants import Participant
from quikly_client.results import SubscriptionState
from scenarios import strategies
from scenarios.breach import Breach, Invariant
from scenarios.invariants import ALWAYS, AT_THE_END, breaches
from scenarios.lab import GROUP_ID, Lab, MakeIntegration, in_process_lab, our_integration
from scenarios.report import timeline

# Nobody waits longer than this, in simulated time, to be credited or told why not.
LONGEST = timedelta(days=2)


class Acquisition(RuleBasedStateMachine):
    """Both acquisition journeys over one fake, in simulated time.

    Dials take every value that Braze might have; people and addresses collide.
    """

    make_integration: MakeIntegration = staticmethod(our_integration)
    _is_running = False

    @initialize(dials=strategies.dials(), seed=st.integers(0, 3))
    def begin(self, dials: dict[str, Any], seed: int) -> None:
        self.lab: Lab = in_process_lab(seed=seed, make_integration=self.make_integration)
        if dials:
            self.lab.control.turn_dials(dials)
        self._is_running = True

    @rule(
        email=strategies.emails(),
        phone=strategies.phones() | st.none(),
        activation=strategies.activations(),
    )
    def participate(self, email: str, phone: str | None, activation: str) -> None:
        now = self.lab.now
        self.lab.participate(Participant(0, email, phone, activation, now))
        self.lab.integration.run_due(now)

    @rule(
        external_id=strategies.external_ids(),
        email=strategies.emails(),
        phone=strategies.phones() | st.none(),
    )
    def brand_signs_up(self, external_id: str, email: str, phone: str | None) -> None:
        attributes = {"external_id": external_id, "email": email}
        self.lab.brand.track([attributes if phone is None else attributes | {"phone": phone}])

    @rule(phone=strategies.phones(), state=st.sampled_from(list(SubscriptionState)[:2]))
    def brand_sets_state(self, phone: str, state: SubscriptionState) -> None:
        self.lab.brand.set_subscription_state(GROUP_ID, state, phone)

    @rule(span=strategies.waits())
    def wait(self, span: timedelta) -> None:
        self.lab.run(until=self.lab.now + span)

    @rule()
    def next_step(self) -> None:
        self.lab.perform_next()

    @invariant()
    def holds(self) -> None:
        if self._is_running:
            self._check(ALWAYS)

    def teardown(self) -> None:
        if self._is_running:
            self.lab.run(until=self.lab.now + LONGEST)
            self._check(AT_THE_END)

    def _check(self, invariants: Sequence[Invariant]) -> None:
        found = breaches(self.lab.evidence(), invariants)
        if found:
            self._is_running = False  # one failure is told once, not again while tearing down
            raise InvariantBroken(self.lab, found)


class InvariantBroken(AssertionError):
    """What broke, and what had happened on the wire until then, as a person would tell it."""

    def __init__(self, lab: Lab, found: list[Breach]) -> None:
        told = "\n".join(f"  {line}" for line in timeline(lab.evidence()))
        broken = "\n".join(f"  {each} [{each.fact}]" for each in found)
        super().__init__(f"\nWhat happened:\n{told}\nWhat does not hold:\n{broken}")
