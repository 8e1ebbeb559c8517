"""A double opt-in from the event to the credit, with the brand's Canvas and texting consumers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from builders import EMAIL, NOON, PHONE, a_participant

from quikly_client.journeys.participation import Outcome, Participation
from quikly_client.results import SubscriptionState
from scenarios.agreed import DOUBLE_OPT_IN_ACTIVATION, DOUBLE_OPT_IN_GROUP_ID, OPT_IN_EVENT
from scenarios.invariants.watch import AT_THE_END, breaches
from scenarios.lab import Lab, Reply, in_process_lab

DAY = timedelta(days=1)


def a_lab(**dials: Any) -> Lab:
    lab = in_process_lab(start=NOON)
    if dials:
        lab.control.turn_dials(dials)
    return lab


def run(lab: Lab, *replies: Reply) -> Participation:
    """Somebody new takes part and texts back; everything goes on to its end."""
    for reply in replies:
        lab.let_reply(PHONE, reply)
    lab.expect([a_participant(activation=DOUBLE_OPT_IN_ACTIVATION)])
    lab.run()
    assert breaches(lab.evidence(), AT_THE_END) == []
    lab.move_to(lab.now + timedelta(minutes=1))  # what was written last becomes readable
    (participation,) = lab.integration.participations()
    return participation


def the_profile(lab: Lab) -> Mapping[str, Any]:
    (profile,) = lab.control.profiles(email=EMAIL)
    return profile


def test_whoever_confirms_is_credited_and_the_brand_is_told_the_level() -> None:
    """Facts: quikly-double-opt-in, double-opt-in-confirmed, outcomes-cascade"""
    lab = a_lab()

    participation = run(lab, Reply())

    assert participation.reason == "double opt-in confirmed"
    assert len(lab.integration.credits()) == 1
    profile = the_profile(lab)
    assert profile["subscription_states"] == {DOUBLE_OPT_IN_GROUP_ID: "subscribed"}
    assert profile["custom_events"] == {OPT_IN_EVENT: 1}
    assert profile["custom_attributes"] == {
        "quikly_activations": [DOUBLE_OPT_IN_ACTIVATION],
        "quikly_level": "vip",
    }
    assert [each.message for each in lab.evidence().messages] == ["prompt", "confirmation"]


@pytest.mark.parametrize(
    ("replies", "last"),
    [
        ((), "unknown"),
        ((Reply("STOP"),), "unsubscribed"),
        ((Reply("yes please"),), "unknown"),
        ((Reply(after=30 * DAY + timedelta(seconds=1)),), "unknown"),
    ],
)
def test_whoever_does_not_confirm_in_time_is_never_credited(
    replies: tuple[Reply, ...], last: str
) -> None:
    """Facts: quikly-double-opt-in, double-opt-in-lapses"""
    lab = a_lab()

    participation = run(lab, *replies)

    assert participation.outcome is Outcome.EXPIRED
    assert participation.reason == (
        f"the double opt-in was not confirmed within 30 days; the state was {last} at the end"
    )
    assert lab.integration.credits() == []
    assert "quikly_level" not in the_profile(lab)["custom_attributes"]


def test_whoever_says_stop_and_then_starts_again_and_confirms_is_credited() -> None:
    lab = a_lab()
    lab.expect([a_participant(activation=DOUBLE_OPT_IN_ACTIVATION)])
    lab.run(until=NOON + timedelta(hours=1))

    for body in ("STOP", "START", "Y"):
        lab.text(PHONE, body)
    lab.run()

    assert [each.reason for each in lab.integration.credits()] == ["double opt-in confirmed"]
    assert breaches(lab.evidence(), AT_THE_END) == []


def test_whoever_is_subscribed_already_is_credited_without_being_asked() -> None:
    """Facts: subscribed-is-credited-at-once"""
    lab = a_lab()
    lab.brand.track([{"external_id": "crm-1", "email": EMAIL, "phone": PHONE}])
    lab.move_to(NOON + timedelta(hours=1))
    lab.brand.set_subscription_state(DOUBLE_OPT_IN_GROUP_ID, SubscriptionState.SUBSCRIBED, PHONE)

    participation = run(lab)

    assert participation.reason == "already subscribed"
    assert lab.evidence().messages == []
    assert the_profile(lab)["custom_attributes"] == {"quikly_level": "vip"}


@pytest.mark.parametrize("preset", ["instant", "documented", "pessimistic"])
def test_a_confirmation_is_credited_under_every_preset(preset: str) -> None:
    lab = a_lab(preset=preset)

    assert run(lab, Reply()).outcome is Outcome.CREDITED


@pytest.mark.parametrize(
    "dials",
    [
        {"prompt_delivery": "dropped"},
        {"pending_status": "unsubscribed"},
        {"pending_status": "unknown"},
    ],
)
def test_what_is_said_while_it_waits_credits_nobody(dials: dict[str, str]) -> None:
    """Facts: double-opt-in-unfinished-is-not-subscribed"""
    assert run(a_lab(**dials)).outcome is Outcome.EXPIRED


def test_a_customer_with_another_number_is_not_asked() -> None:
    lab = a_lab()
    lab.brand.track([{"external_id": "crm-1", "email": EMAIL, "phone": "+13135550199"}])
    lab.move_to(NOON + timedelta(hours=1))

    participation = run(lab)

    assert participation.outcome is Outcome.NOT_CREDITED
    assert "another number" in str(participation.reason)
    assert the_profile(lab)["custom_events"] == {}


def test_nobody_waits_for_more_than_the_window() -> None:
    participation = run(a_lab())

    assert participation.asked_at is not None
    assert participation.settled_at == participation.asked_at + 30 * DAY
