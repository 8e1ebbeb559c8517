"""Who wins what: from how an activation stands and what somebody does to the outcome.

Nothing here knows the time, or remembers. Acts are decided one after the other, each with the
standing that the one before left, so the same acts in the same order have the same outcomes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from quikly_client.activations.activation import Activation, Award, IncentiveTier, Kind
from quikly_client.activations.claims import Claim, Order, Outcome, Stage
from quikly_client.activations.draw import drawn, won_at_once

DRAW = "draw"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does: `event` at a moment. `receipt_token` is their secret if they win."""

    stage: Stage
    email: str
    event: str
    at: datetime
    receipt_token: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How an activation stands: outcomes kept so far, and claims by the rank of their tier.

    `latest` is when it was last decided about, and `seed` that of its draw since the first act.
    """

    seed: str = ""
    decided: int = 0
    claim_counts: Mapping[int, int] = field(default_factory=dict)
    latest: datetime | None = None
    is_drawn: bool = False

    def after(self, claim: Claim) -> "Standing":
        """How it stands once `claim` is kept."""
        counts = dict(self.claim_counts)
        if claim.tier is not None:
            counts[claim.tier.rank] = counts.get(claim.tier.rank, 0) + 1
        return replace(self, decided=claim.number, claim_counts=counts, latest=claim.at)


@dataclass(frozen=True, slots=True)
class TierStanding:
    """A tier with how often it was claimed.

    Facts: incentive-tier-vocabulary
    """

    tier: IncentiveTier
    claim_count: int

    @property
    def all_claimed(self) -> bool:
        """Whether none is left of it."""
        return self.tier.quantity is not None and self.claim_count >= self.tier.quantity


def begun(activation: Activation) -> Standing:
    """How an activation stands before anybody acts."""
    return Standing(seed=activation.seed)


def tier_standings(activation: Activation, standing: Standing) -> list[TierStanding]:
    """The tiers of an activation as they stand, the best first."""
    return [
        TierStanding(tier, standing.claim_counts.get(tier.rank, 0)) for tier in activation.tiers
    ]


def stage_of(activation: Activation, event: str) -> Stage | None:
    """What it is to do `event`; None when the activation knows no such event."""
    if event in activation.opt_in_events:
        return Stage.ENTRY
    if event not in activation.events:
        return None
    return Stage.CLAIM if activation.drawn_at is None else Stage.ENTRY


def decide(
    activation: Activation, standing: Standing, act: Act, *, has_entered: bool = False
) -> Claim:
    """What comes of an act by somebody who is at this stage for the first time.

    `has_entered` says whether they opted in before. A clock that went back does not help anybody:
    nothing is earlier than what was decided before.

    Facts: activation-kinds
    """
    at = act.at if standing.latest is None else max(act.at, standing.latest)
    claim = Claim(activation.q_scope, act.stage, act.email, act.event, 0, at, Outcome.MISSED)
    untimely = _untimely(activation, claim, has_entered)
    if untimely is not None:
        return replace(claim, outcome=untimely)
    claim = replace(claim, number=standing.decided + 1)
    if claim.stage is Stage.ENTRY:
        is_hype = activation.kind is Kind.HYPE
        return replace(claim, outcome=Outcome.OPTED_IN if is_hype else Outcome.ENTERED)
    return awarded(claim, _tier_for(activation, standing, claim), act.receipt_token)


def awarded(claim: Claim, tier: IncentiveTier | None, receipt_token: str) -> Claim:
    """The claim with what it won.

    Facts: claim-makes-an-order
    """
    if tier is None:
        return replace(claim, outcome=Outcome.MISSED)
    order = Order(f"{claim.q_scope}:{claim.number}", receipt_token)
    return replace(claim, outcome=Outcome.WON, tier=tier, order=order)


def decide_draw(
    activation: Activation,
    standing: Standing,
    entries: Iterable[Claim],
    at: datetime,
    receipt_tokens: Iterable[str],
) -> list[Claim]:
    """The outcome of all who entered, drawn at once; winners first, in the order of the draw.

    Facts: drop-awards
    """
    emails = [entry.email for entry in entries]
    if standing.latest is not None:
        at = max(at, standing.latest)
    winners = drawn(activation, standing.seed, emails)
    missed = [email for email in emails if email not in winners]
    outcomes: list[tuple[str, IncentiveTier | None]] = [
        *winners.items(),
        *((email, None) for email in missed),
    ]
    tokens = iter(receipt_tokens)
    return [
        awarded(
            Claim(
                activation.q_scope, Stage.CLAIM, email, DRAW, standing.decided + place, at,
                Outcome.MISSED,
            ),
            tier,
            "" if tier is None else next(tokens),
        )
        for place, (email, tier) in enumerate(outcomes, start=1)
    ]  # fmt: skip


def _untimely(activation: Activation, claim: Claim, has_entered: bool) -> Outcome | None:
    """Why the act leads nowhere now.

    Facts: activation-kinds
    """
    is_entry = claim.stage is Stage.ENTRY
    if claim.at < activation.opens:
        return Outcome.NOT_OPEN
    if activation.closes is not None and claim.at >= activation.closes:
        return Outcome.CLOSED
    if activation.kind is not Kind.HYPE or activation.drops is None:
        return None
    has_dropped = claim.at >= activation.drops
    if is_entry:
        return Outcome.CLOSED if has_dropped else None
    if not has_dropped:
        return Outcome.NOT_OPEN
    return None if has_entered else Outcome.NOT_OPTED_IN


def _tier_for(activation: Activation, standing: Standing, claim: Claim) -> IncentiveTier | None:
    """The best tier that is still there for a claim.

    Facts: drop-awards, swap-scarcity
    """
    claim_count = sum(standing.claim_counts.values())
    if activation.quantity is not None and claim_count >= activation.quantity:
        return None
    if activation.award is Award.CHANCE:
        tier = won_at_once(activation, standing.seed, claim.email)
        return tier if tier in _left(activation, standing) else None
    response_time = claim.at - activation.claims_from
    return next(
        (tier for tier in _left(activation, standing) if _is_met(tier, response_time)), None
    )


def _left(activation: Activation, standing: Standing) -> list[IncentiveTier]:
    return [each.tier for each in tier_standings(activation, standing) if not each.all_claimed]


def _is_met(tier: IncentiveTier, response_time: timedelta) -> bool:
    # Inferred: a response in the very last moment is still in time (upper-bound-is-included)
    return tier.upper_response_time is None or response_time <= tier.upper_response_time
