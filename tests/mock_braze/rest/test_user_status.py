"""`/subscription/user/status`: the groups of each profile behind some identifiers."""

from typing import Any

import pytest
from worlds import EMAIL, EMAIL_GROUP, OTHER_EMAIL, PHONE, SMS_GROUP, World

PATH = "/subscription/user/status"
PHONE_QUERY = "phone=%2B13135550171"


def in_group(group: str, name: str, channel: str, status: str) -> dict[str, str]:
    return {"id": group, "name": name, "channel": channel, "status": status}


SMS = in_group(SMS_GROUP, "Text message offers", "sms", "Subscribed")
NEWS = in_group(EMAIL_GROUP, "Newsletter", "email", "Unsubscribed")


@pytest.fixture
def joined(world: World) -> World:
    world.tracked(
        {"external_id": "a", "phone": PHONE, "email": EMAIL}, {"external_id": "b", "phone": PHONE}
    )
    world.set_status(phone=PHONE)
    world.set_status(EMAIL_GROUP, external_id="a", subscription_state="unsubscribed")
    return world


def test_a_profile_is_told_with_its_addresses_and_groups(joined: World) -> None:
    """Facts: user-status-body"""
    answer = joined.get(f"{PATH}?external_id=a")

    user = {"email": EMAIL, "phone": PHONE, "external_id": "a", "subscription_groups": [SMS, NEWS]}
    assert answer.status_code == 200
    assert answer.json() == {"users": [user], "total_count": 1, "message": "success"}
    assert answer.text.endswith(',"total_count":1,"message":"success"}')


def test_only_groups_with_a_history_are_listed(joined: World) -> None:
    """Facts: user-status-lists-groups-with-a-history"""
    joined.tracked({"external_id": "c"})

    users = joined.get(f"{PATH}?external_id[]=b&external_id[]=c").json()["users"]

    assert [each["subscription_groups"] for each in users] == [[SMS], []]


def test_profiles_that_share_an_address_are_entries_of_their_own(joined: World) -> None:
    """Facts: user-status-one-entry-per-profile"""
    told = joined.get(f"{PATH}?{PHONE_QUERY}").json()

    assert [each["external_id"] for each in told["users"]] == ["a", "b"]
    assert told["total_count"] == 2


def test_a_profile_asked_for_twice_is_told_once_and_an_unknown_one_not_at_all(
    joined: World,
) -> None:
    told = joined.get(f"{PATH}?external_id=b&external_id=b&external_id=nobody").json()

    assert [each["external_id"] for each in told["users"]] == ["b"]
    assert told["total_count"] == 1


def test_nobody_is_an_empty_list(world: World) -> None:
    answer = world.get(f"{PATH}?email={EMAIL}")

    assert (answer.status_code, answer.text) == (
        200,
        '{"users":[],"total_count":0,"message":"success"}',
    )


def test_what_a_profile_lacks_is_null(world: World) -> None:
    world.tracked({"email": OTHER_EMAIL})

    (user,) = world.get(f"{PATH}?email={OTHER_EMAIL}").json()["users"]

    assert user == {
        "email": OTHER_EMAIL,
        "phone": None,
        "external_id": None,
        "subscription_groups": [],
    }


def test_pages_have_a_hundred_entries_and_end_with_an_empty_one(world: World) -> None:
    """Facts: user-status-query"""
    world.tracked(*[{"external_id": f"{n}", "phone": PHONE} for n in range(75)])
    world.tracked(*[{"external_id": f"{n}", "phone": PHONE} for n in range(75, 150)])

    def page(query: str) -> tuple[int, int]:
        told = world.get(f"{PATH}?{PHONE_QUERY}{query}").json()
        return len(told["users"]), told["total_count"]

    assert page("") == page("&limit=100") == (100, 150)
    assert page("&offset=100") == (50, 150)
    assert page("&offset=149&limit=5") == (1, 150)
    assert page("&offset=150") == page("&offset=99999999999") == (0, 150)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "An external_id, email or phone is required"),
        (
            f"email={EMAIL}&{PHONE_QUERY}",
            "Either an email address or a phone number should be provided, but not both.",
        ),
        (
            "&".join(f"external_id[]={n}" for n in range(51)),
            "The max number of ids per request was exceeded",
        ),
        ("external_id=a&limit=101", "Limit is invalid"),
        ("external_id=a&limit=0", "Limit is invalid"),
        ("external_id=a&limit=-1", "Limit is invalid"),
        ("external_id=a&limit=ten", "Limit is invalid"),
        ("external_id=a&limit=%D9%A3", "Limit is invalid"),
        ("external_id=a&offset=-1", "Offset is invalid"),
        ("external_id=a&offset=1.5", "Offset is invalid"),
        ("external_id=a&offset=" + "9" * 5000, "Offset is invalid"),
    ],
)
def test_a_bad_query_is_refused(world: World, query: str, message: str) -> None:
    """Facts: bad-list-query"""
    answer = world.get(f"{PATH}?{query}")

    assert (answer.status_code, answer.json()) == (400, {"message": message})


@pytest.mark.parametrize(
    ("query", "hazards"),
    [
        ("external_id[]=a", []),
        ("external_id=a&limit=5&offset=0", []),
        ("external_id=a&external_ids[]=b", ["unknown_member_ignored"]),
        ("external_id=a&api_key=x", ["unknown_member_ignored"]),
    ],
)
def test_an_unknown_parameter_is_ignored_and_told(
    joined: World, query: str, hazards: list[Any]
) -> None:
    """Facts: unknown-members-ignored"""
    answer = joined.get(f"{PATH}?{query}")

    assert answer.json()["total_count"] == 1
    assert joined.hazards() == hazards


def test_it_has_a_permission_of_its_own_and_the_common_budget(world: World) -> None:
    world.workspaces.add_key(world.workspace, "reader", ["subscription.status.get"])
    world.workspaces.add_key(world.workspace, "lister", ["subscription.groups.get"])
    path = f"{PATH}?external_id=a"

    refused = world.get(path, headers={"Authorization": "Bearer reader"})
    let_in = world.get(path, headers={"Authorization": "Bearer lister"})

    assert (refused.status_code, let_in.status_code) == (403, 200)
    assert let_in.headers["X-Ratelimit-Limit"] == "250000"
