"""Who takes part while the process is killed: one short story for each way through a journey."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from quikly_client.activations import Activation, activation_in
from quikly_client.activations.claims import Stage
from quikly_client.claim_desk import ClaimDesk
from quikly_client.journeys.participation import Cascade, CustomEvent, Workflow
from quikly_client.journeys.rules import ActivationRules
from quikly_client.participants import Participant
from quikly_client.results import SubscriptionState
from quikly_client.worker import Worker
from scenarios.agreed import GROUP_ID, START
from scenarios.crashes.wire import SentRequest
from scenarios.lab import Lab

EMAIL, PHONE, ACTIVATION = "ana@example.com", "+13135550101", "drop"
OUTCOME = Cascade(
    "won", {"quikly_level": "gold"}, (CustomEvent("quikly_won", START, {"offer": "half"}),)
)

OFFER = activation_in("""
name: drop
q_scope: drop-2026
kind: drop
award: rank
opens: 2025-01-01T00:00:00Z
incentive_tiers: [{rank: 1, description: half, quantity: 1, level: gold}]
events: [login]
cascade:
  attributes: {quikly_level: level}
  events: [{name: quikly_won, properties: {offer: incentive}}]
""")


def _nothing(lab: Lab) -> None:
    """The brand does nothing beforehand."""


def _nothing_happens(lab: Lab, sent: SentRequest) -> None:
    """Nobody reacts to a call."""


@dataclass(frozen=True, slots=True)
class Story:
    """A participant of one workflow, what the brand has done before, and who reacts to calls.

    With an `offer`, whoever is credited takes part in it; with `by_webhook`, Braze calls for a
    customer who does something, and calls again after a kill.
    With `hangs_on_an_event`, an event that was never sent leaves the participant without credit.
    """

    name: str
    phone: str | None = None
    before: Callable[[Lab], None] = _nothing
    happened: Callable[[Lab, SentRequest], None] = _nothing_happens
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_outcome_alone: bool = False
    offer: Activation | None = None
    by_webhook: bool = False
    hangs_on_an_event: bool = False

    def begin(self, worker: Worker, desk: ClaimDesk, now: datetime) -> None:
        """Let the participant in, or an outcome be written back; again after a kill."""
        if self.by_webhook and self.offer is not None:
            desk.act(self.offer, Stage.CLAIM, "login", EMAIL)
        elif self.is_outcome_alone:
            worker.write_back(ACTIVATION, EMAIL, OUTCOME, now)
        else:
            worker.participate(Participant(2, EMAIL, self.phone, ACTIVATION, START), now)


def _customer(**attributes: str) -> Callable[[Lab], None]:
    def sign_up(lab: Lab) -> None:
        lab.brand.track([{"external_id": "crm-1", "email": EMAIL, **attributes}])

    return sign_up


def _subscribed(lab: Lab) -> None:
    lab.brand.set_subscription_state(GROUP_ID, SubscriptionState.SUBSCRIBED, PHONE)


def _asked_and_confirmed(lab: Lab, sent: SentRequest) -> None:
    """The brand's campaign runs on the event, and the consumer confirms at once."""
    if b"quikly_opt_in_requested" in sent.body:
        _subscribed(lab)


DOUBLE_OPT_IN = {
    "rules": ActivationRules(with_phone=Workflow.SMS_DOUBLE_OPT_IN),
    "opt_in_window": timedelta(hours=2),
}
WRITTEN_BACK = {"rules": ActivationRules(cascade=OUTCOME)}

STORIES: Sequence[Story] = (
    Story("email, new to Braze"),
    Story("email, a customer", before=_customer()),
    Story("sms, new to Braze", PHONE),
    Story("sms, a customer without a phone", PHONE, before=_customer()),
    Story("sms, a customer with this phone", PHONE, before=_customer(phone=PHONE)),
    Story("sms, subscribed already", PHONE, before=_subscribed),
    Story(
        "double opt-in, new to Braze", PHONE, happened=_asked_and_confirmed,
        settings=DOUBLE_OPT_IN, hangs_on_an_event=True,
    ),
    Story("email, a customer, with an outcome", before=_customer(), settings=WRITTEN_BACK),
    Story("an outcome for a customer", before=_customer(), is_outcome_alone=True),
    Story("email, a customer, who wins", before=_customer(), offer=OFFER),
    Story("a customer who wins by a webhook", before=_customer(), offer=OFFER, by_webhook=True),
)  # fmt: skip
