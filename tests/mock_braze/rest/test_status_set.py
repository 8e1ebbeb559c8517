from typing import Any
from urllib.parse import urlencode

import pytest
from worlds import EMAIL, EMAIL_GROUP, PHONE, SMS_GROUP, World

BOTH = '{"message":"Either an email address or a phone number should be provided, but not both."}'


@pytest.mark.parametrize(
    ("group", "members", "asked"),
    [
        (SMS_GROUP, {"phone": PHONE}, "phone=%2B13135550171"),
        (SMS_GROUP, {"phone": [PHONE]}, "phone=%2B13135550171"),
        (SMS_GROUP, {"phone": "(313) 555-0171"}, "phone=%2B13135550171"),
        (SMS_GROUP, {"phone": "+13135551212"}, "phone=%2B13135551212"),
        (SMS_GROUP, {"external_id": "a"}, "external_id=a"),
        (SMS_GROUP, {"external_id": ["a"]}, "external_id=a"),
        (SMS_GROUP, {"external_id": "a", "phone": "no number"}, "external_id=a"),
        (SMS_GROUP, {"external_id": "a", "email": []}, "external_id=a"),
        (SMS_GROUP, {"phone": PHONE, "email": None}, "phone=%2B13135550171"),
        (SMS_GROUP, {"phone": PHONE, "use_double_opt_in_logic": False}, "phone=%2B13135550171"),
        (EMAIL_GROUP, {"email": "Anna@Example.com"}, f"email={EMAIL}"),
        (EMAIL_GROUP, {"external_id": ["a", "b"]}, "external_id=a"),
    ],
)
def test_a_state_is_set_by_one_identifier_or_a_list(
    world: World, group: str, members: dict[str, Any], asked: str
) -> None:
    """Facts: status-set-external-id-forms"""
    world.tracked({"external_id": "a", "phone": PHONE, "email": EMAIL})

    answer = world.set_status(group, **members)

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert list(world.status(asked, group).json()["status"].values()) == ["Subscribed"]


@pytest.mark.parametrize(
    "members",
    [
        {"email": EMAIL, "phone": PHONE},
        {"email": EMAIL, "phone": PHONE, "external_id": "a"},
        {"email": [EMAIL], "phone": [PHONE]},
    ],
)
def test_email_and_phone_are_not_taken_together(world: World, members: dict[str, Any]) -> None:
    """Facts: status-set-email-and-phone"""
    answer = world.set_status(**members)

    assert (answer.status_code, answer.text) == (400, BOTH)


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"external_id": ""},
        {"external_id": []},
        {"external_id": ["a", None]},
        {"external_id": {}},
        {"external_id": True},
        {"user_alias": {"alias_name": "a", "alias_label": "b"}},
        {"phone": "123"},
        {"phone": 3135550171},
        {"phone": [PHONE, ""]},
        {"phone": {}},
        {"email": EMAIL},
        {"external_id": [f"{n}" for n in range(51)]},
        {"phone": [PHONE] * 51},
        {"subscription_state": None, "phone": PHONE},
        {"subscription_state": "Subscribed", "phone": PHONE},
        {"subscription_state": "opted_in", "phone": PHONE},
        {"subscription_state": ["subscribed"], "phone": PHONE},
        {"subscription_group_id": None, "phone": PHONE},
        {"subscription_group_id": 5, "phone": PHONE},
        {"subscription_group_id": [SMS_GROUP], "phone": PHONE},
    ],
)
def test_a_change_that_cannot_be_understood_is_refused_and_nothing_is_set(
    world: World, members: dict[str, Any]
) -> None:
    answer = world.set_status(**members)

    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]
    assert world.status("phone=%2B13135550171").json()["status"] == {PHONE: "unknown"}


def test_double_opt_in_for_a_number_nobody_has_stores_nothing(world: World) -> None:
    """Facts: double-opt-in-needs-a-profile"""
    answer = world.set_status(phone=PHONE, use_double_opt_in_logic=True)
    world.tracked({"external_id": "a", "phone": PHONE})

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert world.status("phone=%2B13135550171").json()["status"] == {PHONE: "unknown"}
    assert world.hazards() == ["double_opt_in_not_started"]


@pytest.mark.parametrize(
    ("group", "members", "asked", "told"),
    [
        (SMS_GROUP, {"subscription_state": "unsubscribed", "phone": PHONE}, PHONE, "Unsubscribed"),
        (SMS_GROUP, {"use_double_opt_in_logic": "true", "phone": PHONE}, PHONE, "Subscribed"),
        (EMAIL_GROUP, {"email": EMAIL}, EMAIL, "Subscribed"),
        (SMS_GROUP, {"external_id": "a"}, "a", "Subscribed"),
    ],
)
def test_the_double_opt_in_flag_is_ignored_where_it_has_no_meaning(
    world: World, group: str, members: dict[str, Any], asked: str, told: str
) -> None:
    """Facts: double-opt-in-flag-single-group"""
    world.tracked({"external_id": "a"})

    world.set_status(group, **{"use_double_opt_in_logic": True, **members})

    kind = next(name for name in ("phone", "email", "external_id") if name in members)
    query = urlencode({kind: asked})
    assert world.status(query, group).json()["status"] == {asked: told}


def test_a_phone_is_no_identifier_in_an_email_group(world: World) -> None:
    assert world.set_status(EMAIL_GROUP, phone=PHONE).status_code == 400


def test_the_printed_sample_with_its_brackets_repaired_lacks_the_state(world: World) -> None:
    """Facts: page-sample-subscription-status"""
    printed = (
        f'{{"subscription_group_id": "{SMS_GROUP}", '
        f'"subscription_status": "subscribed", "phone": "{PHONE}"}}}}]'
    ).encode()

    refused = world.post("/subscription/status/set", raw=printed)
    repaired = world.post("/subscription/status/set", raw=printed.removesuffix(b"}]"))

    assert (refused.status_code, refused.text) == (400, '{"message":"Bad Request"}')
    assert repaired.status_code == 400
    assert world.hazards() == ["unknown_member_ignored"]


def test_the_group_is_checked_before_the_state_and_the_state_before_the_identifiers(
    world: World,
) -> None:
    """Facts: check-order-of-status-set"""
    nothing = world.post("/subscription/status/set", {}).json()["message"]
    only_group = world.post(
        "/subscription/status/set", {"subscription_group_id": SMS_GROUP}
    ).json()["message"]
    group_and_state = world.set_status().json()["message"]

    assert [nothing, only_group, group_and_state] == [
        "Invalid subscription group ID",
        "Invalid subscription state",
        "An external_id, email or phone is required",
    ]


@pytest.mark.parametrize("body", [[], "text", 5, [[]]])
def test_a_body_that_is_no_object_counts_as_an_empty_one(world: World, body: Any) -> None:
    answer = world.post("/subscription/status/set", body)

    assert (answer.status_code, answer.text) == (
        400,
        '{"message":"Invalid subscription group ID"}',
    )


def test_with_the_double_opt_in_flag_nothing_is_stored_while_no_profile_has_the_number(
    world: World,
) -> None:
    answer = world.set_status(
        phone=PHONE, subscription_state="subscribed", use_double_opt_in_logic=True
    )

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert world.status(f"phone=%2B{PHONE[1:]}").json()["status"] == {PHONE: "unknown"}
    assert world.hazards() == ["double_opt_in_not_started"]
