"""What must hold of the receiver of webhooks: one function for each claim, over the evidence.

What came of an act is told by the answer alone, so an integration in any language can be judged.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import ceil, floor
from typing import Any, NamedTuple

import orjson

from scenarios.agreed import OFFERS, WEBHOOK_VALUE
from scenarios.evidence import Evidence, News
from scenarios.invariants.breach import Breach, member

# Outcomes after which somebody is decided about.
DECIDED = ("won", "missed")


class Act(NamedTuple):
    """Somebody's act in an offer as it was told to the receiver, and what the receiver said."""

    at: datetime
    offer: Mapping[str, Any]
    event: str
    email: str  # as people are compared by it
    status: int
    said: Any

    @property
    def rank(self) -> Any:
        """That of the tier that was won; None if none was."""
        return member(self.said, "rank") if member(self.said, "outcome") == "won" else None


def webhooks_need_authorization(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """A webhook without the agreed authorization is refused.

    Facts: webhook-answers
    """
    for at, authorization, _, answer in news.webhooks:
        if authorization != f"Bearer {WEBHOOK_VALUE}" and answer.status < 400:
            yield Breach(
                "webhooks_need_authorization", at, authorization or "nobody",
                f"a webhook with this authorization was answered {answer.status}",
                fact="webhook-answers",
            )  # fmt: skip


def no_reward_without_an_email(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """A webhook about a profile without an email is refused.

    Facts: webhook-answers, webhook-blank-attribute
    """
    for act in _acts(news):
        if not act.email and act.status < 400:
            yield _breach(
                "no_reward_without_an_email", act, "a blank email was taken", "webhook-answers"
            )


def repeats_get_the_first_answer(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """Who acts again, or whose webhook is repeated, is told the same as the first time.

    Facts: webhook-repeats-get-the-first-outcome, one-claim-for-each-person, email-stored-lower-case
    """
    first = news.remembered("repeats_get_the_first_answer", dict[tuple[str, str, str], Act])
    for act in _acts(news):
        if act.email and member(act.said, "outcome") in DECIDED:
            before = first.setdefault((act.offer["q_scope"], act.event, act.email), act)
            if before.said != act.said:
                yield _breach(
                    "repeats_get_the_first_answer", act,
                    f"told {act.said}, and before that {before.said}",
                    "webhook-repeats-get-the-first-outcome",
                )  # fmt: skip


def no_offer_is_over_claimed(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """No tier, and no offer, is won more often than it is there.

    Facts: incentive-tier-vocabulary, swap-scarcity
    """
    orders = news.remembered(
        "no_offer_is_over_claimed", dict[tuple[str, Any], set[tuple[str, Any]]]
    )
    for act in _acts(news):
        if act.rank is None:
            continue
        order = (act.email, member(act.said, "qid"))
        for rank, quantity in _quantities(act):
            won = orders.setdefault((act.offer["q_scope"], rank), set())
            is_new = order not in won
            won.add(order)
            if is_new and quantity is not None and len(won) > quantity:
                yield _breach(
                    "no_offer_is_over_claimed", act,
                    f"won as number {len(won)} of {quantity}", "swap-scarcity",
                )  # fmt: skip


def _quantities(act: Act) -> Iterator[tuple[Any, int | None]]:
    """Of the whole offer (None), and of the tier that was won."""
    yield None, act.offer.get("quantity")
    tiers = act.offer.get("incentive_tiers", ())
    yield act.rank, next((each["quantity"] for each in tiers if each["rank"] == act.rank), None)


def no_offer_is_withheld(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """Nobody misses an offer of which some are left.

    Facts: drop-awards, swap-scarcity
    """
    won = news.remembered("no_offer_is_withheld", dict[str, set[str]])
    for act in _acts(news):
        there = act.offer.get("quantity") or sum(
            each["quantity"] for each in act.offer["incentive_tiers"]
        )
        winners = won.setdefault(act.offer["q_scope"], set())
        if act.rank is not None:
            winners.add(act.email)
        elif member(act.said, "outcome") == "missed" and len(winners) < there:
            yield _breach(
                "no_offer_is_withheld", act,
                f"missed, when {len(winners)} of {there} were won", "drop-awards",
            )  # fmt: skip


def falling_offers_fall(_evidence: Evidence, news: News) -> Iterator[Breach]:
    """An offer that decreases over time has the value of the moment at which it is won.

    Facts: swap-scarcity, upper-bound-is-included
    """
    seen = news.remembered("falling_offers_fall", set[tuple[str, str]])
    for act in _acts(news):
        falling = act.offer.get("falling_offer")
        if falling is None or act.rank is None or (act.offer["q_scope"], act.email) in seen:
            continue
        seen.add((act.offer["q_scope"], act.email))
        since = act.at - datetime.fromisoformat(act.offer["opens"])
        spans = since.total_seconds() / falling["every"]
        values = {_value(falling, fallen) for fallen in (ceil(spans) - 1, floor(spans))}
        told = [falling["description"].replace("{value}", f"{value:g}") for value in values]
        if member(act.said, "incentive") not in told:
            yield _breach(
                "falling_offers_fall", act,
                f"won {member(act.said, 'incentive')}, when it was {' or '.join(told)}",
                "swap-scarcity",
            )  # fmt: skip


def _value(falling: Mapping[str, float], times: int) -> float:
    return max(falling["to"], falling["from"] - falling["by"] * max(times, 0))


def _acts(news: News) -> Iterator[Act]:
    """What came with the right authorization, of offers that there are."""
    offers = {each["q_scope"]: each for each in OFFERS}
    for at, authorization, body, answer in news.webhooks:
        told = orjson.loads(body)
        offer = offers.get(told["q_scope"])
        if offer is not None and authorization == f"Bearer {WEBHOOK_VALUE}":
            email = told["email"].strip().lower()
            yield Act(at, offer, told["event"], email, answer.status, answer.body)


def _breach(invariant: str, act: Act, says: str, fact: str) -> Breach:
    return Breach(invariant, act.at, act.email, f"in {act.offer['q_scope']}: {says}", fact)
