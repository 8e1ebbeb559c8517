"""Acquisition: people take part by email and SMS while the brand's own system is at work.

In one of the activations they opt in twice, and text what they like.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from quikly_client.participants import Participant
from quikly_client.results import SubscriptionState
from scenarios import strategies
from scenarios.breach import Breach, Invariant
from scenarios.invariants import ALWAYS, AT_THE_END, breaches, everything_settles
from scenarios.lab import (
    GROUP_ID,
    PARTNER_KEY,
    Lab,
    MakeIntegration,
    Reply,
    in_process_lab,
    our_integration,
)
from scenarios.report import timeline

# Nobody waits longer than this, in simulated time, to be credited or told why not: Braze takes the
# confirmation of a double opt-in for 30 days.
LONGEST = timedelta(days=32)


class Acquisition(RuleBasedStateMachine):
    """All acquisition journeys over one fake, in simulated time.

    Dials take every value that Braze might have, calls go wrong, and people and addresses collide.
    """

    make_integration: MakeIntegration = staticmethod(our_integration)
    _is_running = False
    _has_failed = False

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
        reply=strategies.replies() | st.none(),
    )
    def participate(
        self, email: str, phone: str | None, activation: str, reply: Reply | None
    ) -> None:
        now = self.lab.now
        if phone is not None and reply is not None:
            self.lab.let_reply(phone, reply)
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

    @rule(phone=strategies.phones(), body=strategies.texts())
    def consumer_texts(self, phone: str, body: str) -> None:
        self.lab.text(phone, body)

    @rule(
        effect=strategies.faults(),
        path=strategies.failing_paths(),
        times=st.integers(1, 3),
    )
    def braze_fails(self, effect: Mapping[str, Any], path: str, times: int) -> None:
        match = {"path": path, "api_key": PARTNER_KEY}
        self.lab.control.break_calls(effect, match, times=times)
        self._has_failed = True

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
            # What got lost without a word may well have cost somebody the credit.
            self._check([*ALWAYS, everything_settles] if self._has_failed else AT_THE_END)

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
