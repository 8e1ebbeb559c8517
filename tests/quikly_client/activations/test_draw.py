import subprocess
from collections import Counter
from datetime import timedelta

from activation_texts import DROP, HYPE, OPENS, PATIENT, a_tier, an_activation, played
from hypothesis import given
from hypothesis import strategies as st

from quikly_client.activations import Claim, Outcome
from quikly_client.activations.awarding import Standing, decide_draw
from quikly_client.activations.claims import Stage
from quikly_client.activations.draw import drawn, ticket, won_at_once

EMAILS = st.lists(st.text("abc@.", min_size=1, max_size=5), max_size=12)
TIERS = [a_tier(1, quantity=1), a_tier(2, quantity=2)]
RAFFLE = an_activation(DROP, award="chance", seed="s", closes="2027-01-01", incentive_tiers=TIERS)


def an_entry(email: str) -> Claim:
    return Claim("spring-2026", Stage.ENTRY, email, "login", 1, OPENS, Outcome.ENTERED)


def test_a_ticket_can_be_computed_by_anybody_who_knows_the_seed() -> None:
    """Facts: drop-awards"""
    command = "printf '%s\\n%s\\n%s' 'my seed' spring-2026 ana@example.com | sha256sum"
    printed = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)

    assert ticket("my seed", "spring-2026", "ana@example.com") == printed.stdout.split()[0]


@PATIENT
@given(emails=EMAILS, seed=st.text(max_size=3), chance=st.randoms(use_true_random=False))
def test_equal_inputs_make_an_equal_draw(emails: list[str], seed: str, chance: object) -> None:
    """Facts: drop-awards"""
    shuffled = [*emails, *emails]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert list(drawn(RAFFLE, seed, shuffled).items()) == list(drawn(RAFFLE, seed, emails).items())


@PATIENT
@given(emails=EMAILS, quantity=st.none() | st.integers(1, 4))
def test_a_draw_gives_away_what_there_is_and_no_more(
    emails: list[str], quantity: int | None
) -> None:
    raffle = an_activation(
        DROP, award="chance", seed="s", closes="2027-01-01", incentive_tiers=TIERS,
        quantity=quantity,
    )  # fmt: skip

    winners = drawn(raffle, "s", emails)

    assert len(winners) == min(len(set(emails)), 3, quantity or 3)
    assert [tier.rank for tier in winners.values()] == [1, 2, 2][: len(winners)]
    tickets = [ticket("s", raffle.q_scope, email) for email in winners]
    others = [ticket("s", raffle.q_scope, email) for email in set(emails) - winners.keys()]
    assert tickets == sorted(tickets)
    assert all(max(tickets, default="") < other for other in others)


def test_everybody_is_told_of_the_draw() -> None:
    """Facts: drop-awards, claim-makes-an-order"""
    entries = [an_entry(email) for email in "abcde"]
    standing = Standing(seed="s", decided=5, latest=OPENS + timedelta(days=400))
    tokens = iter(["one", "two", "three"])

    claims = decide_draw(RAFFLE, standing, entries, OPENS + timedelta(days=365), tokens)

    assert sorted(claim.email for claim in claims) == list("abcde")
    assert [claim.number for claim in claims] == [6, 7, 8, 9, 10]
    assert [claim.outcome for claim in claims] == ["won"] * 3 + ["missed"] * 2
    assert [claim.order and claim.order.receipt_token for claim in claims] == [
        "one", "two", "three", None, None,
    ]  # fmt: skip
    assert {claim.event for claim in claims} == {"draw"}
    assert {claim.at for claim in claims} == {OPENS + timedelta(days=400)}


def test_every_seed_draws_others() -> None:
    emails = [f"{number}@example.com" for number in range(30)]

    winners = {tuple(drawn(RAFFLE, str(seed), emails)) for seed in range(50)}

    assert len(winners) == 50


def test_an_instant_win_hangs_on_seed_and_person_alone_while_there_is_any() -> None:
    """Facts: drop-awards"""
    tiers = [a_tier(1, quantity=999, odds=0.1), a_tier(2, quantity=1, odds=0.3)]
    drop = an_activation(DROP, award="chance", seed="s", incentive_tiers=tiers)
    people = [f"{number}@example.com" for number in range(2000)]

    ranks = Counter(
        tier and tier.rank for tier in (won_at_once(drop, "s", person) for person in people)
    )
    claims = played(drop, [(0, person) for person in people])

    assert 150 < ranks[1] < 250
    assert 530 < ranks[2] < 670
    given_away = Counter(claim.tier and claim.tier.rank for claim in claims)
    assert given_away == {1: ranks[1], 2: 1, None: 1999 - ranks[1]}


def test_with_odds_of_one_everybody_wins() -> None:
    tiers = [a_tier(1, quantity=1, odds=1)]
    drop = an_activation(DROP, award="chance", seed="s", incentive_tiers=tiers)

    assert {won_at_once(drop, "s", str(number)) for number in range(500)} == {drop.tiers[0]}


def test_when_winners_are_drawn() -> None:
    """Facts: activation-kinds"""
    hype = an_activation(HYPE, award="chance", seed="s", events=None)
    at_once = [a_tier(1, quantity=1, odds=1)]

    assert hype.drawn_at == hype.drops
    assert RAFFLE.drawn_at == RAFFLE.closes
    assert an_activation(award="chance", seed="s", incentive_tiers=at_once).drawn_at is None
    assert an_activation().drawn_at is None
