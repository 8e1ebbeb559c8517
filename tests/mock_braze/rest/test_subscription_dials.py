"""What nobody has seen Braze answer about groups: each dial of it, in every position."""

from typing import Any

import pytest
from worlds import EMAIL, EMAIL_GROUP, PHONE, SMS_GROUP, World

BY_PHONE = "phone=%2B13135550171"
LOST = ["subscription_update_lost"]


@pytest.mark.parametrize("spelling", ["unknown", "Unknown"])
def test_no_history_is_spelt_as_the_dial_says(spelling: str) -> None:
    """Facts: status-unknown-is-lower-case"""
    world = World(unknown_status=spelling)

    assert world.status("external_id=a").json()["status"] == {"a": spelling}


@pytest.mark.parametrize(
    ("dial", "group", "members", "hazards"),
    [
        ("missing_state", SMS_GROUP, {"phone": PHONE, "subscription_state": None}, LOST),
        ("missing_state", SMS_GROUP, {"phone": PHONE, "subscription_state": "maybe"}, LOST),
        ("missing_subscriber", SMS_GROUP, {}, LOST),
        ("bad_phone", SMS_GROUP, {"phone": "12"}, LOST),
        ("bad_phone", EMAIL_GROUP, {"email": "no email"}, LOST),
        ("wrong_channel", SMS_GROUP, {"email": EMAIL}, LOST),
    ],
)
def test_what_is_refused_may_be_a_success_that_does_nothing(
    dial: str, group: str, members: dict[str, Any], hazards: list[str]
) -> None:
    """Facts: status-set-missing-state, status-set-needs-identifier, status-set-bad-phone"""
    ignoring = World(**{dial: "unknown" if dial == "wrong_channel" else "ignored"})

    assert World().set_status(group, **members).status_code == 400
    answer = ignoring.set_status(group, **members)

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert ignoring.status(BY_PHONE).json()["status"] == {PHONE: "unknown"}
    assert ignoring.hazards() == hazards


def test_a_good_number_beside_an_ignored_one_is_set() -> None:
    world = World(bad_phone="ignored")
    world.tracked({"external_id": "a", "phone": PHONE})

    world.set_status(phone=["12", PHONE])

    assert world.status(BY_PHONE).json()["status"] == {PHONE: "Subscribed"}


def test_of_too_many_the_first_fifty_may_count() -> None:
    """Facts: subscription-identifier-limit"""
    world = World(too_many_subscribers="first_50")
    names = [f"{n}" for n in range(51)]
    world.tracked(*[{"external_id": name} for name in names])

    assert World().set_status(external_id=names).status_code == 400
    assert world.set_status(external_id=names).status_code == 201
    told = world.status("&".join(f"external_id={name}" for name in names[1:])).json()["status"]
    asked = world.status("&".join(f"external_id={name}" for name in names)).json()["status"]

    assert [name for name, status in told.items() if status == "unknown"] == ["50"]
    assert len(asked) == 50


def test_a_query_about_nobody_may_be_answered_with_nothing() -> None:
    world = World(missing_subscriber="ignored")

    assert world.status("").json() == {"status": {}, "message": "success"}
    assert world.get("/subscription/user/status").json() == {
        "users": [],
        "total_count": 0,
        "message": "success",
    }


def test_a_queried_phone_that_is_no_number_is_unknown_or_refused() -> None:
    """Facts: status-get-identifier-rules"""
    refusing = World(bad_queried_phone="refused")

    assert World().status("phone=12").json()["status"] == {"12": "unknown"}
    assert refusing.status("phone=12").status_code == 400
    assert refusing.status(BY_PHONE).status_code == 200


def test_email_and_phone_in_a_query_are_an_error_unless_the_email_wins() -> None:
    """Facts: status-get-email-and-phone"""
    query = f"email={EMAIL}&{BY_PHONE}"
    lenient = World(email_and_phone_query="email_wins")

    assert World().status(query, EMAIL_GROUP).status_code == 400
    assert lenient.status(query, EMAIL_GROUP).json()["status"] == {EMAIL: "unknown"}


def test_an_external_id_wins_over_any_address(world: World) -> None:
    """Facts: status-get-external-id-wins"""
    world.tracked({"external_id": "a", "phone": PHONE})
    world.set_status(phone=PHONE)

    answer = world.status(f"external_id=a&email={EMAIL}&phone=%2B13135550172")

    assert answer.json()["status"] == {"a": "Subscribed"}


def test_groups_are_not_asked_or_set_by_alias_or_braze_id(world: World) -> None:
    """Facts: groups-know-no-alias"""
    world.tracked({"external_id": "a"})
    braze_id = world.user("a")["braze_id"]

    assert world.status(f"braze_id={braze_id}").status_code == 400
    assert world.set_status(braze_id=braze_id).status_code == 400
    assert world.set_status(user_alias={"alias_name": "a", "alias_label": "b"}).status_code == 400
