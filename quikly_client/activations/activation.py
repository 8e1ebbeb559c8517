"""What an activation is: its kind, its times, its incentive tiers, and whom it acquires how."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """Facts: activation-kinds"""

    HYPE = "hype"
    DROP = "drop"
    SWAP = "swap"


class Award(StrEnum):
    """By what it is decided who gets which tier.

    Facts: drop-awards, swap-scarcity
    """

    RANK = "rank"
    RESPONSE_TIME = "response_time"
    CHANCE = "chance"
    QUANTITY = "quantity"
    TIME = "time"


AWARDS: Mapping[Kind, tuple[Award, ...]] = {
    Kind.HYPE: (Award.RANK, Award.RESPONSE_TIME, Award.CHANCE),
    Kind.DROP: (Award.RANK, Award.RESPONSE_TIME, Award.CHANCE),
    Kind.SWAP: (Award.QUANTITY, Award.TIME),
}


@dataclass(frozen=True, slots=True)
class IncentiveTier:
    """One incentive, the better the lower its `rank`.

    It is there for responses of at most `upper_response_time`, and `quantity` times; None is no
    bound. `odds` are those of an instant win. `level` is what a winner has reached.

    Facts: incentive-tier-vocabulary
    """

    rank: int
    description: str
    quantity: int | None = None
    upper_response_time: timedelta | None = None
    odds: float | None = None
    level: int | str | None = None


class Acquisition(StrEnum):
    """By which workflow a participant is acquired."""

    EMAIL = "email"
    SMS = "sms"
    DOUBLE_OPT_IN = "double_opt_in"


PropertyValue = str | int | float | bool


@dataclass(frozen=True, slots=True)
class TriggerEvent:
    """The custom event on which the brand's campaign runs its double opt-in."""

    name: str
    properties: Mapping[str, PropertyValue]


@dataclass(frozen=True, slots=True)
class WorkflowTerms:
    """The workflow of an activation's participants, and what of the brand's it needs."""

    kind: Acquisition
    subscription_group_id: str | None = None
    event: TriggerEvent | None = None


class Detail(StrEnum):
    """What of a claim can be written back to Braze.

    `level` and `incentive` are of those who won; `rank` is their tier's.
    """

    ACTIVATION = "activation"
    OUTCOME = "outcome"
    LEVEL = "level"
    INCENTIVE = "incentive"
    RANK = "rank"
    QID = "qid"
    RECEIPT_TOKEN = "receipt_token"
    CLAIMED_AT = "claimed_at"


@dataclass(frozen=True, slots=True)
class CascadeEventTerms:
    """A custom event for each winner, and which property tells which detail."""

    name: str
    properties: Mapping[str, Detail]


@dataclass(frozen=True, slots=True)
class CascadeTerms:
    """Which custom attributes and events tell Braze what came of a claim.

    Facts: outcomes-cascade
    """

    attributes: Mapping[str, Detail]
    events: tuple[CascadeEventTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation as its file says.

    `name` is that of the participants file, `q_scope` the one that webhooks know. Acts count from
    `opens` until before `closes` (None: for ever). A Hype takes opt-ins until before `drops`, and
    claims from then on. `tiers` are in order of rank; `quantity` bounds all of them together.
    """

    name: str
    q_scope: str
    kind: Kind
    award: Award
    opens: datetime
    tiers: tuple[IncentiveTier, ...]
    drops: datetime | None = None
    closes: datetime | None = None
    quantity: int | None = None
    seed: str = ""
    events: tuple[str, ...] = ()
    opt_in_events: tuple[str, ...] = ()
    workflow: WorkflowTerms | None = None
    user_attributes: tuple[str, ...] = ()
    cascade: CascadeTerms = CascadeTerms({})

    @property
    def claim_by_speed(self) -> bool:
        """Whether the tier hangs on how fast the response was."""
        return self.award in (Award.RESPONSE_TIME, Award.TIME)

    @property
    def claims_from(self) -> datetime:
        """From when on rewards can be claimed; response times count from here."""
        return self.opens if self.drops is None else self.drops

    @property
    def drawn_at(self) -> datetime | None:
        """When all who entered are drawn from at once; None when every act is decided at once."""
        if self.award is not Award.CHANCE or self.tiers[0].odds is not None:
            return None
        return self.closes if self.drops is None else self.drops
