"""Who takes part while the process is killed: one short story for each way through a journey."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from quikly_client.participants import Participant
from quikly_client.results import SubscriptionState
from scenarios.crashes.wire import SentRequest
from scenarios.lab import GROUP_ID, START, Lab

EMAIL, PHONE = "ana@example.com", "+13135550101"


def _nothing(lab: Lab) -> None:
    """The brand does nothing beforehand."""


def _nothing_happens(lab: Lab, sent: SentRequest) -> None:
    """Nobody reacts to a call."""


@dataclass(frozen=True, slots=True)
class Story:
    """A participant of one workflow, what the brand has done before, and who reacts to calls."""

    name: str
    phone: str | None = None
    before: Callable[[Lab], None] = _nothing
    happened: Callable[[Lab, SentRequest], None] = _nothing_happens
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def participant(self) -> Participant:
        return Participant(2, EMAIL, self.phone, "drop", START)


def _customer(*attributes: Mapping[str, str]) -> Callable[[Lab], None]:
    def sign_up(lab: Lab) -> None:
        lab.brand.track([{"external_id": "crm-1", "email": EMAIL, **dict(*attributes)}])

    return sign_up


def _subscribed(lab: Lab) -> None:
    lab.brand.set_subscription_state(GROUP_ID, SubscriptionState.SUBSCRIBED, PHONE)


STORIES: Sequence[Story] = (
    Story("email, new to Braze"),
    Story("email, a customer", before=_customer()),
    Story("sms, new to Braze", PHONE),
    Story("sms, a customer without a phone", PHONE, before=_customer()),
    Story("sms, a customer with this phone", PHONE, before=_customer({"phone": PHONE})),
    Story("sms, subscribed already", PHONE, before=_subscribed),
)
