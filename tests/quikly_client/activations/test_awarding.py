from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from activation_texts import (
    DROP,
    FALLING,
    HYPE,
    OPENS,
    PATIENT,
    SWAP,
    a_tier,
    an_activation,
    played,
)
from hypothesis import given
from hypothesis import strategies as st

from quikly_client.activations import (
    Activation,
    Award,
    Claim,
    IncentiveTier,
    Kind,
    Order,
    Outcome,
)
from quikly_client.activations.activation import AWARDS
from quikly_client.activations.audit import audit, recomputed
from quikly_client.activations.awarding import (
    Act,
    Standing,
    begun,
    decide,
    decide_draw,
    stage_of,
    tier_standings,
)
from quikly_client.activations.claims import Stage

RACE = [a_tier(1, quantity=2, upper_response_time=10), a_tier(2, quantity=2)]


def won(claims: Sequence[Claim]) -> dict[str, int | None]:
    """The rank of the tier that each has won."""
    return {claim.email: claim.tier and claim.tier.rank for claim in claims}


def an_act(stage: Stage = Stage.CLAIM, seconds: float = 0, email: str = "ana@example.com") -> Act:
    return Act(stage, email, "login", OPENS + timedelta(seconds=seconds), "token")


def test_by_rank_the_first_get_the_best_tier_while_there_is_any() -> None:
    """Facts: drop-awards"""
    drop = an_activation(incentive_tiers=[a_tier(1, quantity=1), a_tier(2, quantity=2)])

    claims = played(drop, [(0, "a"), (1, "b"), (2, "c"), (3, "d")])

    assert won(claims) == {"a": 1, "b": 2, "c": 2, "d": None}
    assert [claim.outcome for claim in claims] == ["won", "won", "won", "missed"]
    assert [claim.number for claim in claims] == [1, 2, 3, 4]


def test_by_response_time_a_late_response_or_a_taken_tier_leads_to_the_next() -> None:
    """Facts: drop-awards, incentive-tier-vocabulary"""
    drop = an_activation(award="response_time", incentive_tiers=RACE)

    claims = played(drop, [(1, "a"), (10, "b"), (10, "c"), (10.001, "d"), (11, "e")])

    assert won(claims) == {"a": 1, "b": 1, "c": 2, "d": 2, "e": None}
    assert drop.claim_by_speed


def test_a_response_slower_than_every_tier_wins_nothing() -> None:
    tiers = [a_tier(1, upper_response_time=5), a_tier(2, upper_response_time=10)]
    drop = an_activation(award="response_time", incentive_tiers=tiers, quantity=9)

    assert won(played(drop, [(10, "a"), (10.001, "b")])) == {"a": 2, "b": None}


def test_a_swap_gives_its_offer_until_the_quantity_runs_out() -> None:
    """Facts: swap-scarcity"""
    swap = an_activation(SWAP, quantity=2, incentive_tiers=[a_tier(1)])

    assert won(played(swap, [(0, "a"), (9e6, "b"), (9e6, "c")])) == {"a": 1, "b": 1, "c": None}


def test_a_falling_offer_is_worth_less_as_time_passes() -> None:
    """Facts: swap-scarcity"""
    swap = an_activation(
        SWAP, award="time", incentive_tiers=None, falling_offer=FALLING, quantity=4
    )

    claims = played(swap, [(60, "a"), (61, "b"), (180, "c"), (9e6, "d"), (9e6, "e")])

    assert [claim.tier and claim.tier.description for claim in claims] == [
        "40 % off", "30 % off", "20 % off", "10 % off", None,
    ]  # fmt: skip


def test_the_quantity_of_all_tiers_bounds_them_together() -> None:
    drop = an_activation(incentive_tiers=[a_tier(1, quantity=2), a_tier(2, quantity=2)], quantity=3)

    assert won(played(drop, [(0, each) for each in "abcd"])) == {"a": 1, "b": 1, "c": 2, "d": None}


def test_a_winner_gets_an_order() -> None:
    """Facts: claim-makes-an-order"""
    (claim,) = played(an_activation(), [(0, "ana@example.com")])

    assert claim.order == Order("spring-2026:1", "token of ana@example.com")


def test_whoever_missed_gets_none() -> None:
    """Facts: claim-makes-an-order"""
    *_, claim = played(an_activation(), [(0, "a"), (0, "b"), (0, "c")])

    assert (claim.outcome, claim.tier, claim.order) == (Outcome.MISSED, None, None)


def test_tiers_tell_how_often_they_were_claimed() -> None:
    """Facts: incentive-tier-vocabulary"""
    drop = an_activation(incentive_tiers=[a_tier(1, quantity=1), a_tier(2, quantity=2)])
    standing = begun(drop)
    for email in "ab":
        standing = standing.after(decide(drop, standing, an_act(email=email)))

    told = [
        (each.tier.rank, each.tier.description, each.tier.quantity, each.claim_count,
         each.all_claimed)
        for each in tier_standings(drop, standing)
    ]  # fmt: skip
    assert told == [(1, "offer 1", 1, 1, True), (2, "offer 2", 2, 1, False)]


@pytest.mark.parametrize(
    ("base", "stage", "days", "has_entered", "outcome"),
    [
        (DROP, Stage.CLAIM, -0.001, False, "not_open"),
        (DROP, Stage.CLAIM, 0, False, "won"),
        (DROP, Stage.CLAIM, 6.999, False, "won"),
        (DROP, Stage.CLAIM, 7, False, "closed"),
        (HYPE, Stage.ENTRY, -0.001, False, "not_open"),
        (HYPE, Stage.ENTRY, 0, False, "opted_in"),
        (HYPE, Stage.ENTRY, 3, False, "closed"),
        (HYPE, Stage.CLAIM, 2.999, True, "not_open"),
        (HYPE, Stage.CLAIM, 3, True, "won"),
        (HYPE, Stage.CLAIM, 3, False, "not_opted_in"),
        (HYPE, Stage.CLAIM, 7, True, "closed"),
    ],
)
def test_acts_count_in_their_time_only(
    base: dict[str, Any], stage: Stage, days: float, has_entered: bool, outcome: str
) -> None:
    """Facts: activation-kinds"""
    activation = an_activation(base, closes="2026-03-09T09:00:00Z")

    claim = decide(
        activation, begun(activation), an_act(stage, days * 86_400), has_entered=has_entered
    )

    assert claim.outcome == outcome
    assert claim.number == (1 if claim.outcome.is_kept else 0)


def test_the_response_time_of_a_hype_counts_from_the_drop() -> None:
    """Facts: activation-kinds"""
    hype = an_activation(HYPE, award="response_time", incentive_tiers=RACE)

    acts = [an_act(seconds=3 * 86_400 + wait) for wait in (10, 11)]
    claims = [decide(hype, begun(hype), act, has_entered=True) for act in acts]

    assert [claim.tier and claim.tier.rank for claim in claims] == [1, 2]


def test_a_clock_that_goes_back_helps_nobody() -> None:
    drop = an_activation(award="response_time", incentive_tiers=RACE)

    first, second = played(drop, [(11, "a"), (1, "b")])

    assert second.at == first.at
    assert won([first, second]) == {"a": 2, "b": 2}


@pytest.mark.parametrize(
    ("base", "members", "stages"),
    [
        (DROP, {}, {"login": Stage.CLAIM}),
        (HYPE, {}, {"login": Stage.CLAIM, "notify_me": Stage.ENTRY}),
        (DROP, {"award": "chance", "seed": "s", "closes": "2027-01-01"}, {"login": Stage.ENTRY}),
        (DROP, {"award": "chance", "seed": "s",
                "incentive_tiers": [a_tier(1, quantity=1, odds=0.5)]}, {"login": Stage.CLAIM}),
    ],
)  # fmt: skip
def test_an_event_is_an_entry_or_a_claim(
    base: dict[str, Any], members: dict[str, Any], stages: dict[str, Stage]
) -> None:
    activation = an_activation(base, **members)

    events = ("login", "notify_me", "unknown")
    assert {e: found for e in events if (found := stage_of(activation, e))} == stages


# ---------------------------------------------------------------- what holds for any acts

PEOPLE = st.sampled_from("abcdefghij")
ACTS = st.lists(st.tuples(st.integers(0, 40) | st.sampled_from((9.5, 10.5)), PEOPLE), max_size=25)
IN_TIME = ACTS.map(lambda acts: sorted(acts, key=lambda act: act[0]))
QUANTITIES = st.integers(1, 4)


AWARDED = [
    (award, kind) for kind, awards in AWARDS.items() if kind is not Kind.HYPE for award in awards
]
TIMED = (Award.RESPONSE_TIME, Award.TIME)


@st.composite
def activations(draw: st.DrawFn, is_timed: bool | None = None) -> Activation:
    """Activations of every award that decides at once, with one to three tiers."""
    likely = [each for each in AWARDED if is_timed in (None, each[0] in TIMED)]
    award, kind = draw(st.sampled_from(likely))
    bounds = draw(st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True))
    tiers = [
        IncentiveTier(
            rank,
            f"offer {rank}",
            draw(QUANTITIES),
            timedelta(seconds=bound) if award in TIMED else None,
            draw(st.sampled_from((0.1, 0.3))) if award is Award.CHANCE else None,
        )
        for rank, bound in enumerate(sorted(bounds), start=1)
    ]
    return Activation(
        "spring", "spring-2026", kind, award, OPENS,
        tuple(tiers), quantity=draw(st.none() | QUANTITIES), seed="seed", events=("login",),
    )  # fmt: skip


@PATIENT
@given(activation=activations(), acts=ACTS)
def test_there_are_never_more_claims_than_quantity(
    activation: Activation, acts: list[tuple[float, str]]
) -> None:
    claims = played(activation, acts)

    counts = Counter(claim.tier.rank for claim in claims if claim.tier is not None)
    assert all(counts[tier.rank] <= (tier.quantity or 0) for tier in activation.tiers)
    assert activation.quantity is None or counts.total() <= activation.quantity


@PATIENT
@given(activation=activations(), acts=ACTS)
def test_whatever_was_decided_is_decided_so_again(
    activation: Activation, acts: list[tuple[float, str]]
) -> None:
    claims = played(activation, acts)

    assert recomputed(activation, activation.seed, claims[::-1]) == claims
    assert audit(activation, activation.seed, claims) == []


@PATIENT
@given(activation=activations(is_timed=True), acts=IN_TIME)
def test_a_faster_response_never_gets_a_worse_tier(
    activation: Activation, acts: list[tuple[float, str]]
) -> None:
    """Facts: incentive-tier-vocabulary"""
    nothing = len(activation.tiers) + 1
    ranks = [
        (claim.at, nothing if claim.tier is None else claim.tier.rank)
        for claim in played(activation, acts)
    ]

    for (faster, better), (slower, worse) in pairwise(ranks):
        assert faster <= slower
        assert better <= worse


@PATIENT
@given(every=st.integers(1, 20), quantity=st.none() | QUANTITIES, acts=IN_TIME)
def test_a_later_response_never_gets_a_better_falling_offer(
    every: int, quantity: int | None, acts: list[tuple[float, str]]
) -> None:
    """Facts: swap-scarcity"""
    swap = an_activation(
        SWAP, award="time", incentive_tiers=None, quantity=quantity,
        falling_offer=FALLING | {"every": every, "description": "{value}"},
    )  # fmt: skip

    offers = [
        -1 if claim.tier is None else float(claim.tier.description) for claim in played(swap, acts)
    ]

    assert offers == sorted(offers, reverse=True)


@PATIENT
@given(activation=activations(is_timed=False), people=st.permutations("abcd"))
def test_of_those_who_act_at_the_same_time_the_first_decided_is_first(
    activation: Activation, people: list[str]
) -> None:
    claims = played(activation, [(1, email) for email in people])

    assert [claim.number for claim in claims] == [1, 2, 3, 4]
    shuffled = sorted(claims, key=lambda claim: claim.email)
    assert recomputed(activation, activation.seed, shuffled) == claims


# ---------------------------------------------------------------- what an audit finds


def test_an_audit_tells_each_claim_that_is_not_what_it_should_be() -> None:
    drop = an_activation(incentive_tiers=[a_tier(1, quantity=1), a_tier(2, quantity=1)])
    first, second, third = played(drop, [(0, "ana@example.com"), (1, "ben@example.com"), (2, "c")])
    tampered = [
        Claim(**fields(second) | {"number": 1}),
        Claim(**fields(first) | {"number": 2}),
        third,
    ]

    assert audit(drop, "", tampered) == [
        "be…@example.com is number 1, won (offer 2), but should be number 1, won (offer 1)",
        "an…@example.com is number 2, won (offer 1), but should be number 2, won (offer 2)",
    ]
    assert audit(drop, "", [first, second, third, third]) == [
        "… was decided about again as number 3"
    ]


def test_an_audit_of_a_draw_finds_a_winner_that_was_not_drawn() -> None:
    hype = an_activation(HYPE, award="chance", seed="s", events=None)
    standing, claims = begun(hype), list[Claim]()
    for email in "abcd":
        claims.append(decide(hype, standing, an_act(Stage.ENTRY, email=email)))
        standing = standing.after(claims[-1])
    drawn = decide_draw(hype, standing, claims, OPENS + timedelta(days=3), iter("tokens"))

    assert audit(hype, "s", [*claims, *drawn]) == []
    assert len(audit(hype, "another seed", [*claims, *drawn])) >= 1
    without_one = [*claims, *drawn[1:]]
    assert audit(hype, "s", without_one) == ["… should be number 5, won (50 % off), but is missing"]
    assert audit(hype, "s", [drawn[0]]) == [
        "… is number 5, won (50 % off), but nothing leads to it"
    ]


def fields(claim: Claim) -> dict[str, Any]:
    return {name: getattr(claim, name) for name in Claim.__slots__}


def test_a_standing_counts_what_is_kept() -> None:
    claim = played(an_activation(), [(0, "a")])[0]

    assert Standing().after(claim) == Standing(decided=1, claim_counts={1: 1}, latest=OPENS)
