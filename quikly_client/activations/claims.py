"""What came of one person's act in an activation, and the order that a winner gets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from quikly_client import shortened
from quikly_client.activations.activation import IncentiveTier


class Outcome(StrEnum):
    """What an act led to."""

    WON = "won"
    MISSED = "missed"
    ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class Order:
    """What a claim makes: `qid` names it, and the `receipt_token` lets its owner see it.

    Facts: claim-makes-an-order
    """

    qid: str
    receipt_token: str

    def __repr__(self) -> str:
        return f"Order({self.qid!r})"


@dataclass(frozen=True, slots=True)
class Claim:
    """One person (an email address, as Braze stores it) in one activation, and the outcome.

    `number` counts those of the activation in the order in which they were decided, from 1, and
    `at` never falls along it. A winner has a tier and an order.
    """

    q_scope: str
    email: str
    event: str
    number: int
    at: datetime
    outcome: Outcome
    tier: IncentiveTier | None = None
    order: Order | None = None

    def __str__(self) -> str:
        return f"{shortened.email(self.email)} in {self.q_scope}: {self.outcome}"
