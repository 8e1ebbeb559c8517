"""`/v2/subscription/status/set`: several groups in one call, under plural names."""

from typing import Any
from urllib.parse import quote

import pytest
import requests
from worlds import EMAIL, EMAIL_GROUP, OTHER_EMAIL, OTHER_PHONE, PHONE, SMS_GROUP, World

PATH = "/v2/subscription/status/set"
BOTH = '{"message":"Either an email address or a phone number should be provided, but not both."}'


def in_group(group: str = SMS_GROUP, **members: Any) -> dict[str, Any]:
    return {"subscription_group_id": group, "subscription_state": "subscribed", **members}


def set_v2(world: World, *changes: Any) -> requests.Response:
    return world.post(PATH, {"subscription_groups": list(changes)})


def state_by(world: World, kind: str, value: str, group: str = SMS_GROUP) -> str:
    return str(world.status(f"{kind}={quote(value)}", group).json()["status"][value])


def test_one_call_sets_states_in_several_groups(world: World) -> None:
    """Facts: v2-plural-names, v2-success-body"""
    world.tracked({"external_id": "a", "phone": PHONE}, {"external_id": "b", "phone": OTHER_PHONE})
    other = world.workspace.add_group("Sales", world.workspace.group(SMS_GROUP).channel).id

    answer = set_v2(
        world,
        in_group(phones=[PHONE, OTHER_PHONE]),
        in_group(other, phones=[PHONE], subscription_state="unsubscribed"),
    )

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert state_by(world, "external_id", "a") == "Subscribed"
    assert state_by(world, "external_id", "b") == "Subscribed"
    assert state_by(world, "external_id", "a", other) == "Unsubscribed"
    assert world.hazards() == []


def test_external_ids_may_name_email_and_sms_groups_in_one_call(world: World) -> None:
    """Facts: v2-mixed-channels-by-external-id"""
    world.tracked({"external_id": "a", "phone": PHONE, "email": EMAIL})

    answer = set_v2(world, in_group(external_ids=["a"]), in_group(EMAIL_GROUP, external_ids=["a"]))

    assert answer.status_code == 201
    assert state_by(world, "phone", PHONE) == state_by(world, "email", EMAIL, EMAIL_GROUP)
    assert state_by(world, "phone", PHONE) == "Subscribed"


@pytest.mark.parametrize(
    "changes",
    [
        [in_group(phones=[PHONE]), in_group(EMAIL_GROUP, emails=[EMAIL])],
        [in_group(phones=[PHONE], emails=[EMAIL])],
        [in_group(phones=[PHONE]), in_group(EMAIL_GROUP, external_ids=["a"], emails=[EMAIL])],
    ],
)
def test_emails_and_phones_are_not_taken_in_one_request(world: World, changes: list[Any]) -> None:
    """Facts: v2-emails-or-phones"""
    answer = set_v2(world, *changes)

    assert (answer.status_code, answer.text) == (400, BOTH)
    assert state_by(world, "phone", PHONE) == "unknown"


@pytest.mark.parametrize("phone", ["3135550171", "(313) 555-0171", "13135550171", "+1313 5550171"])
def test_a_phone_that_is_not_in_e164_is_rejected_here_and_completed_by_the_older_endpoint(
    world: World, phone: str
) -> None:
    """Facts: v2-phones-in-e164, status-set-loose-phone"""
    rejected = set_v2(world, in_group(phones=[phone]))
    completed = world.set_status(phone=phone)

    assert (rejected.status_code, rejected.json()) == (
        400,
        {"message": "Invalid email address or phone number"},
    )
    assert completed.status_code == 201
    assert state_by(world, "phone", PHONE) == "Subscribed"


def test_the_older_endpoint_may_be_as_strict_by_a_dial() -> None:
    world = World(loose_phone="refused")

    assert world.set_status(phone="3135550171").status_code == 400
    assert world.set_status(phone=PHONE).status_code == 201


@pytest.mark.parametrize(
    "changes",
    [
        [in_group("00000000-0000-4000-8000-000000000000", phones=[PHONE])],
        [in_group(phones=[PHONE], subscription_state="maybe")],
        [in_group()],
        [in_group(phones=[])],
        [in_group(phones=[PHONE] * 51)],
        [in_group(external_ids=["a"] * 51)],
        [in_group(external_ids=["a", None])],
        [in_group(EMAIL_GROUP, phones=[PHONE])],
        [in_group(EMAIL_GROUP, emails=["no email"])],
        [in_group(phone=PHONE)],
        ["text"],
        [None],
        [],
    ],
)
def test_one_bad_change_refuses_the_request_and_nothing_is_set(
    world: World, changes: list[Any]
) -> None:
    """Facts: v2-is-all-or-nothing"""
    answer = set_v2(world, *([in_group(phones=[OTHER_PHONE])] if changes else []), *changes)

    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]
    assert state_by(world, "phone", OTHER_PHONE) == "unknown"


@pytest.mark.parametrize("body", [{}, [], {"subscription_groups": {}}, in_group(phones=[PHONE])])
def test_a_body_without_an_array_of_groups_is_refused(world: World, body: Any) -> None:
    answer = world.post(PATH, body)

    assert (answer.status_code, answer.json()) == (
        400,
        {"message": "'subscription_groups' must be an array of objects"},
    )


def test_both_versions_share_one_budget(world: World) -> None:
    """Facts: status-set-versions-share-a-budget"""
    first = world.set_status(phone=PHONE)
    second = set_v2(world, in_group(phones=[PHONE]))

    assert [each.headers["X-Ratelimit-Limit"] for each in (first, second)] == ["5000", "5000"]
    assert [each.headers["X-Ratelimit-Remaining"] for each in (first, second)] == ["4999", "4998"]


@pytest.mark.parametrize(
    ("path", "members", "sent", "meant"),
    [
        ("/subscription/status/set", {"phones": [PHONE]}, "phones", "phone"),
        ("/subscription/status/set", {"emails": [OTHER_EMAIL]}, "emails", "email"),
        ("/subscription/status/set", {"external_ids": ["a"]}, "external_ids", "external_id"),
        (
            "/subscription/status/set",
            {"subscription_status": "subscribed"},
            "subscription_status",
            "subscription_state",
        ),
        (PATH, {"phone": PHONE}, "phone", "phones"),
        (PATH, {"email": OTHER_EMAIL}, "email", "emails"),
        (PATH, {"external_id": "a"}, "external_id", "external_ids"),
    ],
)
def test_the_names_of_the_other_version_are_ignored_and_told(
    world: World, path: str, members: dict[str, Any], sent: str, meant: str
) -> None:
    """Facts: page-sample-subscription-status, unknown-members-ignored"""
    change = in_group(**members)

    world.post(path, {"subscription_groups": [change]} if path == PATH else change)

    (hazard,) = world.workspace.state.journal.since(kind="hazard")
    assert (hazard.hazard.name, hazard.subject) == ("unknown_member_ignored", sent)  # type: ignore[union-attr]
    assert hazard.details == f"{sent!r} is not known here; probably {meant!r} was meant"  # type: ignore[union-attr]


def test_a_request_changes_as_many_groups_as_there_can_be(world: World) -> None:
    """Facts: v2-group-count"""
    change = {
        "subscription_group_id": SMS_GROUP,
        "subscription_state": "subscribed",
        "external_ids": ["a"],
    }

    answers = [world.post(PATH, {"subscription_groups": [change] * n}) for n in (450, 451)]

    assert [each.status_code for each in answers] == [201, 400]
    assert answers[1].json() == {"message": "The max number of ids per request was exceeded"}
