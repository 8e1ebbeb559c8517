"""Acquisition: people take part by email and SMS while the brand's own system is at work.

In one of the activations they opt in twice, and text what they like.
"""

from collections.abc import Mapping
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.stateful import rule

from scenarios import strategies
from scenarios.agreed import DOUBLE_OPT_IN_ACTIVATION
from scenarios.machines.story_machine import StoryMachine
from scenarios.steps import (
    BrandChangesPhone,
    BrandIdentifies,
    BrandSetsState,
    BrandSignsUp,
    BrazeFails,
    ConsumerTexts,
    Group,
    NextStep,
    Overlap,
    Participate,
    Restart,
    Step,
    Wait,
)


class Acquisition(StoryMachine):
    """All acquisition journeys over one fake, in simulated time.

    Dials take every value that Braze might have, calls go wrong, and people and addresses collide.
    """

    @rule(
        email=strategies.emails(),
        phone=st.none() | strategies.phones(),
        activation=strategies.activations(),
        reply=st.none() | strategies.texts(),
        reply_after=strategies.reply_spans(),
        attributes=strategies.further_attributes(),
    )
    def participate(
        self,
        email: str,
        phone: str | None,
        activation: str,
        reply: str | None,
        reply_after: float,
        attributes: dict[str, str],
    ) -> None:
        self.take(
            Participate(
                email=email, phone=phone, activation=activation, reply=reply,
                reply_after=reply_after if reply else 120, attributes=attributes,
            )
        )  # fmt: skip

    @rule(
        email=strategies.emails(),
        phone=strategies.phones(),
        reply=strategies.texts(),
        reply_after=strategies.reply_spans(),
    )
    def opt_in_twice(self, email: str, phone: str, reply: str, reply_after: float) -> None:
        self.take(
            Participate(
                email=email, phone=phone, activation=DOUBLE_OPT_IN_ACTIVATION, reply=reply,
                reply_after=reply_after,
            )
        )  # fmt: skip

    @rule(
        email=strategies.emails(),
        phone=strategies.phones(),
        activation=st.sampled_from(["spring-drop", "summer-swap"]),
    )
    def opt_in_once(self, email: str, phone: str, activation: str) -> None:
        self.take(Participate(email=email, phone=phone, activation=activation))

    @rule(phone=strategies.phones(), group=st.sampled_from(["offers", "rewards"]))
    def stop_in_time(self, phone: str, group: Group) -> None:
        """Between being subscribed and the first look at it."""
        self.take(Wait(seconds=331))
        self.take(ConsumerTexts(phone=phone, body="STOP", group=group))

    @rule(phone=strategies.phones())
    def subscribe_late(self, phone: str) -> None:
        """When the time to confirm is over."""
        self.take(Wait(seconds=30.5 * 86_400))
        self.take(BrandSetsState(phone=phone, state="subscribed", group="rewards"))

    @rule(
        email=strategies.emails(),
        phones=st.permutations(strategies.PHONES),
        seconds=st.sampled_from([1.0, 331.0]),
    )
    def two_customers_share_an_email(self, email: str, phones: list[str], seconds: float) -> None:
        for external_id, phone in zip(strategies.CUSTOMERS, phones, strict=False):
            self.take(BrandSignsUp(external_id=external_id, email=email, phone=phone))
        self.take(Wait(seconds=seconds))

    @rule(
        email=strategies.emails(),
        other=strategies.emails(),
        external_id=strategies.external_ids(),
        activation=strategies.activations(),
    )
    def participant_changes_email(
        self, email: str, other: str, external_id: str, activation: str
    ) -> None:
        """Who took part becomes a customer, and has another address by the next time."""
        self.take(BrandIdentifies(email=email, external_id=external_id))
        self.take(BrandSignsUp(external_id=external_id, email=other))
        self.take(Wait(seconds=331))
        self.take(Participate(email=email, activation=activation))

    @rule(email=strategies.emails(), phone=strategies.phones(), effect=strategies.faults())
    def event_goes_wrong(self, email: str, phone: str, effect: Mapping[str, Any]) -> None:
        """The one that asks for a double opt-in, when the profile has been made."""
        self.take(Participate(email=email, phone=phone, activation=DOUBLE_OPT_IN_ACTIVATION))
        self.take(Wait(seconds=120))
        self.take(BrazeFails(effect=dict(effect), path="/users/track"))
        self.take(Wait(seconds=331))

    @rule(emails=st.permutations(strategies.EMAILS), activation=strategies.activations())
    def restart_while_rate_limited(self, emails: list[str], activation: str) -> None:
        """What the one process was told, the next one is to know."""
        first, then, _ = emails
        limited = {"kind": "status", "status": 429}
        self.take(BrazeFails(effect=limited, path="/users/export/ids"))
        self.take(Participate(email=first, activation=activation))
        self.take(Restart())
        self.take(Participate(email=then, activation=activation))

    @rule(
        external_id=strategies.external_ids(),
        email=strategies.emails(),
        phone=st.none() | strategies.phones(),
    )
    def brand_signs_up(self, external_id: str, email: str, phone: str | None) -> None:
        self.take(BrandSignsUp(external_id=external_id, email=email, phone=phone))

    @rule(external_id=strategies.external_ids(), phone=strategies.phones())
    def brand_changes_phone(self, external_id: str, phone: str) -> None:
        self.take(BrandChangesPhone(external_id=external_id, phone=phone))

    @rule(step=strategies.takings())
    def brand_takes_away(self, step: Step) -> None:
        self.take(step)

    @rule(
        phone=strategies.phones(),
        state=st.sampled_from(["subscribed", "unsubscribed"]),
        group=st.sampled_from(["offers", "rewards"]),
    )
    def brand_sets_state(
        self, phone: str, state: Literal["subscribed", "unsubscribed"], group: Group
    ) -> None:
        self.take(BrandSetsState(phone=phone, state=state, group=group))

    @rule(
        phone=strategies.phones(),
        body=strategies.texts(),
        group=st.sampled_from(["rewards", "rewards", "offers"]),
    )
    def consumer_texts(self, phone: str, body: str, group: Group) -> None:
        self.take(ConsumerTexts(phone=phone, body=body, group=group))

    @rule(
        effect=strategies.faults(),
        path=strategies.failing_paths(),
        times=st.integers(1, 3),
    )
    def braze_fails(self, effect: Mapping[str, Any], path: str, times: int) -> None:
        self.take(BrazeFails(effect=dict(effect), path=path, times=times))

    @rule(seconds=strategies.waits())
    def wait(self, seconds: float) -> None:
        self.take(Wait(seconds=seconds))

    @rule()
    def next_step(self) -> None:
        self.take(NextStep())

    @rule(email=strategies.emails(), activation=strategies.activations())
    def two_workers(self, email: str, activation: str) -> None:
        """Both see who has just come."""
        self.take(Overlap())
        self.take(Participate(email=email, activation=activation))

    @rule(step=strategies.interruptions())
    def interrupt(self, step: Step) -> None:
        self.take(step)
