"""`/sms/invalid_phone_numbers`: numbers that a provider or carrier has called invalid."""

from typing import Any

import pytest
from worlds import OTHER_PHONE, PHONE, SMS_GROUP, World, advance, effects, profile

from mock_braze.domain.subscriptions.invalid_phones import is_marked_invalid

PATH = "/sms/invalid_phone_numbers"
RANGE = "start_date=2026-01-01&end_date=2026-02-01"


def report(world: World, phone: str = PHONE, **members: Any) -> Any:
    return world.control("POST", "/sms/invalid_phone_numbers", {"phone": phone, **members})


def phones(world: World, query: str = RANGE) -> list[str]:
    return [each["phone"] for each in world.get(f"{PATH}?{query}").json()["sms"]]


def test_an_invalid_number_is_listed_with_its_moment_and_reason(world: World) -> None:
    """Facts: invalid-phones-body"""
    empty = world.get(f"{PATH}?{RANGE}")

    told = report(world, "(313) 555-0171", reason="deactivated")

    assert (told.status_code, told.json()) == (201, {"phone": PHONE, "reason": "deactivated"})
    assert (empty.status_code, empty.text) == (200, '{"sms":[],"message":"success"}')
    assert world.get(f"{PATH}?{RANGE}").text == (
        f'{{"sms":[{{"phone":"{PHONE}","invalid_detected_at":"2026-01-05 09:00:00 +0000",'
        '"reason":"deactivated"}],"message":"success"}'
    )


def test_numbers_are_asked_for_by_reason_by_range_and_by_themselves(world: World) -> None:
    """Facts: invalid-phones-query"""
    report(world)
    advance(world.workspace, 86_400)
    report(world, OTHER_PHONE, reason="deactivated")

    assert phones(world) == [OTHER_PHONE, PHONE]
    assert phones(world, f"{RANGE}&reason=provider_error") == [PHONE]
    assert phones(world, f"{RANGE}&reason=deactivated") == [OTHER_PHONE]
    assert phones(world, "start_date=2026-01-05&end_date=2026-01-06") == [PHONE]
    assert phones(world, f"{RANGE}&limit=1") == [OTHER_PHONE]
    assert phones(world, f"{RANGE}&limit=500&offset=2") == []
    for asked in ("%2B13135550171", "+13135550171", "13135550171"):
        assert phones(world, f"phone_numbers[]={asked}") == [PHONE]
    assert phones(world, "phone_numbers[]=13135550171&phone_numbers[]=13135550172") == [
        OTHER_PHONE,
        PHONE,
    ]


@pytest.mark.parametrize(
    "sent", [[PHONE], ["13135550171"], [13135550171], [PHONE, OTHER_PHONE] * 25]
)
def test_numbers_are_removed_with_or_without_a_plus(world: World, sent: list[Any]) -> None:
    """Facts: invalid-phones-remove, invalid-phones-bad-input"""
    report(world)

    answer = world.post(f"{PATH}/remove", {"phone_numbers": sent})

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert phones(world) == []


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, "phone_numbers must be an array of phone numbers"),
        ({"phone_numbers": PHONE}, "phone_numbers must be an array of phone numbers"),
        ({"phone_numbers": []}, "phone_numbers must be an array of phone numbers"),
        ({"phone_numbers": [None]}, "phone_numbers must be an array of phone numbers"),
        ({"phone_numbers": [PHONE] * 51}, "The max number of ids per request was exceeded"),
    ],
)
def test_a_removal_that_cannot_be_read_is_refused(
    world: World, members: dict[str, Any], message: str
) -> None:
    """Facts: invalid-phones-remove, invalid-phones-bad-input"""
    answer = world.post(f"{PATH}/remove", members)

    assert (answer.status_code, answer.json()) == (400, {"message": message})


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "start_date and end_date are required"),
        ("phone_numbers[]=", "start_date and end_date are required"),
        (f"{RANGE}&reason=bored", "reason must be 'provider_error' or 'deactivated'"),
        (f"{RANGE}&limit=501", "Limit is invalid"),
    ],
)
def test_a_list_that_is_badly_asked_for_is_refused(world: World, query: str, message: str) -> None:
    """Facts: invalid-phones-query, bad-list-query"""
    answer = world.get(f"{PATH}?{query}")

    assert (answer.status_code, answer.json()) == (400, {"message": message})


def test_profiles_that_have_the_number_are_marked_and_later_ones_are_not(world: World) -> None:
    """Facts: invalid-phone-marks-present-profiles"""
    world.tracked(*({"external_id": name, "phone": PHONE} for name in ("a", "b")))
    report(world)
    world.tracked({"external_id": "later", "phone": PHONE})
    state = world.workspace.state

    def marks() -> list[bool]:
        people = (profile(world.workspace, name) for name in ("a", "b", "later"))
        return [is_marked_invalid(state, each) for each in people]

    reported = marks()
    report(world)
    again = marks()
    world.post(f"{PATH}/remove", {"phone_numbers": [PHONE]})

    assert (reported, again, marks()) == ([True, True, False], [True] * 3, [False] * 3)


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, ["'phone' is missing"]),
        (
            {"phone": "12", "reason": "bored"},
            [
                "'phone' must be a phone number, not '12'",
                "'reason' must be one of provider_error, deactivated, not 'bored'",
            ],
        ),
    ],
)
def test_a_report_that_cannot_be_read_is_refused(
    world: World, body: dict[str, Any], problems: list[str]
) -> None:
    answer = world.control("POST", "/sms/invalid_phone_numbers", body)

    assert (answer.status_code, answer.json()) == (400, {"problems": problems})


def test_a_misspelt_member_is_told(world: World) -> None:
    world.post(f"{PATH}/remove", {"phone_number": [PHONE]})
    world.get(f"{PATH}?{RANGE}&phone_number=1")

    assert world.hazards() == ["unknown_member_ignored"] * 2


def test_nothing_is_sent_to_an_invalid_number(world: World) -> None:
    """Facts: invalid-phone-marks-present-profiles"""
    world.tracked({"external_id": "a", "phone": PHONE})
    help_wanted = {"phone": PHONE, "group_id": SMS_GROUP, "body": "HELP"}

    def sent() -> int:
        world.control("POST", "/sms/inbound", help_wanted)
        return len(world.control("GET", "/sms/outbox").json()["messages"])

    before = sent()
    report(world)
    while_invalid = sent()
    world.post(f"{PATH}/remove", {"phone_numbers": [PHONE]})

    assert (before, while_invalid, sent()) == (1, 1, 2)
    (dropped,) = [each for each in effects(world.workspace) if each.effect == "message_not_sent"]
    assert dropped.details == {"group_id": SMS_GROUP, "phone": PHONE}
