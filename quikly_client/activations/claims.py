"""What came of one person's act in an activation, and the order that a winner gets."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from quikly_client import shortened
from quikly_client.activations.activation import IncentiveTier


class Stage(StrEnum):
    """Opting in to a Hype, or entering a draw, comes before claiming and decides nothing yet."""

    ENTRY = "entry"
    CLAIM = "claim"


class Outcome(StrEnum):
    """What an act led to. The last three change nothing: whoever acts again is judged again.

    Facts: too-early-is-no-outcome
    """

    WON = "won"
    MISSED = "missed"
    ENTERED = "entered"
    OPTED_IN = "opted_in"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    NOT_OPTED_IN = "not_opted_in"

    @property
    def is_kept(self) -> bool:
        """Whether it is this person's outcome from now on."""
        return self not in (Outcome.NOT_OPEN, Outcome.CLOSED, Outcome.NOT_OPTED_IN)


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
    `at` never falls along it; what is not kept has the number 0. A winner has a tier, as it was
    then, and an order. `event` is the act that led to it, or `draw`.
    """

    q_scope: str
    stage: Stage
    email: str
    event: str
    number: int
    at: datetime
    outcome: Outcome
    tier: IncentiveTier | None = None
    order: Order | None = None

    def __str__(self) -> str:
        return f"{shortened.email(self.email)} in {self.q_scope}: {self.outcome}"
