from datetime import timedelta
from typing import Any

from activation_texts import DROP, OPENS, an_activation

from quikly_client.activations import Claim, IncentiveTier, Order, Outcome, cascade_of
from quikly_client.activations.claims import Stage

EVERY_DETAIL = {
    "a": "activation", "o": "outcome", "l": "level", "i": "incentive", "r": "rank", "q": "qid",
    "t": "receipt_token", "at": "claimed_at",
}  # fmt: skip


def a_claim(**members: Any) -> Claim:
    values: dict[str, Any] = {
        "q_scope": "spring-2026",
        "stage": Stage.CLAIM,
        "email": "ana@example.com",
        "event": "login",
        "number": 7,
        "at": OPENS + timedelta(milliseconds=1500),
        "outcome": Outcome.WON,
        "tier": IncentiveTier(2, "20 % off", level="silver"),
        "order": Order("spring-2026:7", "token"),
    }
    return Claim(**(values | members))


def test_a_winner_is_told_in_attributes_and_events() -> None:
    """Facts: outcomes-cascade"""
    activation = an_activation(
        DROP,
        cascade={
            "attributes": {"quikly_level": "level"},
            "events": [{"name": "won", "properties": EVERY_DETAIL}, {"name": "told"}],
        },
    )

    assert cascade_of(activation, a_claim()) == {
        "attributes": {"quikly_level": "silver"},
        "events": [
            {
                "name": "won",
                "time": "2026-03-02T09:00:01.500Z",
                "properties": {
                    "a": "spring-drop",
                    "o": "won",
                    "l": "silver",
                    "i": "20 % off",
                    "r": 2,
                    "q": "spring-2026:7",
                    "t": "token",
                    "at": "2026-03-02T09:00:01.500Z",
                },
            },
            {"name": "told", "time": "2026-03-02T09:00:01.500Z", "properties": {}},
        ],
    }


def test_of_whoever_missed_only_what_there_is_is_told() -> None:
    activation = an_activation(
        DROP, cascade={"attributes": EVERY_DETAIL, "events": [{"name": "won"}]}
    )

    assert cascade_of(activation, a_claim(outcome=Outcome.MISSED, tier=None, order=None)) == {
        "attributes": {"a": "spring-drop", "o": "missed", "at": "2026-03-02T09:00:01.500Z"},
        "events": [],
    }


def test_the_level_of_a_tier_without_one_is_its_rank() -> None:
    activation = an_activation(DROP, cascade={"attributes": {"level": "level"}})

    told = cascade_of(activation, a_claim(tier=IncentiveTier(2, "20 % off")))

    assert told["attributes"] == {"level": 2}


def test_without_a_cascade_nothing_is_told() -> None:
    assert cascade_of(an_activation(), a_claim()) == {"attributes": {}, "events": []}


def test_a_claim_in_a_message_shows_neither_address_nor_token() -> None:
    """Facts: claim-makes-an-order"""
    claim = a_claim()

    assert str(claim) == "an…@example.com in spring-2026: won"
    assert repr(claim.order) == "Order('spring-2026:7')"
