"""Groups as the brand makes, renames and archives them."""

from typing import Any

import pytest
from worlds import EMAIL, EMAIL_GROUP, PHONE, SMS_GROUP, World

BY_PHONE = "phone=%2B13135550171"


def archive(world: World, archived: bool = True) -> None:
    answer = world.control("PATCH", f"/subscription_groups/{SMS_GROUP}", {"archived": archived})
    assert answer.json()["archived"] is archived


@pytest.mark.parametrize("by", [{"phone": PHONE}, {"external_id": "a"}, {"phone": "+13135550172"}])
def test_a_change_in_an_archived_group_is_taken_and_not_processed(
    world: World, by: dict[str, str]
) -> None:
    """Facts: archived-groups-do-not-change"""
    world.tracked({"external_id": "a", "phone": PHONE})
    archive(world)

    answer = world.set_status(**by)

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert world.status("external_id=a").json()["status"] == {"a": "unknown"}
    assert world.hazards() == ["subscription_update_lost"]


def test_states_by_attribute_come_to_nothing_in_an_archived_group(world: World) -> None:
    """Facts: archived-groups-do-not-change"""
    archive(world)
    groups = [{"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}]

    world.tracked({"external_id": "a", "phone": PHONE, "subscription_groups": groups})

    assert world.status(BY_PHONE).json()["status"] == {PHONE: "unknown"}
    assert world.hazards() == ["subscription_update_lost"]


def test_an_archived_group_keeps_its_states_and_can_be_brought_back(world: World) -> None:
    world.tracked({"external_id": "a", "phone": PHONE})
    world.set_status(phone=PHONE)
    archive(world)
    kept = world.status(BY_PHONE).json()["status"]
    archive(world, archived=False)

    world.set_status(phone=PHONE, subscription_state="unsubscribed")

    assert kept == {PHONE: "Subscribed"}
    assert world.status(BY_PHONE).json()["status"] == {PHONE: "Unsubscribed"}


def test_a_change_on_its_way_meets_the_group_as_it_is_then(world: World) -> None:
    world.control("PATCH", "/dials", {"status_lag": 60})
    world.tracked({"external_id": "a", "phone": PHONE})
    world.set_status(phone=PHONE)
    archive(world)

    world.control("POST", "/clock/advance", {"seconds": 60})

    assert world.status(BY_PHONE).json()["status"] == {PHONE: "unknown"}


def test_a_group_can_be_renamed(world: World) -> None:
    answer = world.control("PATCH", f"/subscription_groups/{EMAIL_GROUP}", {"name": "Weekly"})

    group = {"id": EMAIL_GROUP, "name": "Weekly", "channel": "email", "archived": False}
    assert answer.json() == group
    assert group in world.control("GET", "/subscription_groups").json()["subscription_groups"]
    world.tracked({"external_id": "a", "email": EMAIL})
    world.set_status(EMAIL_GROUP, external_id="a")
    (user,) = world.get("/subscription/user/status?external_id=a").json()["users"]
    assert user["subscription_groups"][0]["name"] == "Weekly"


@pytest.mark.parametrize(
    ("path", "body", "status", "problem"),
    [
        ("nowhere", {"name": "x"}, 404, "there is no group 'nowhere'"),
        (SMS_GROUP, {"archived": "yes"}, 400, "'archived' must be true or false, not 'yes'"),
        (
            SMS_GROUP,
            {"channel": "email"},
            400,
            "there is no member 'channel'; there are name, archived",
        ),
    ],
)
def test_a_change_asked_for_badly_is_refused(
    world: World, path: str, body: dict[str, Any], status: int, problem: str
) -> None:
    answer = world.control("PATCH", f"/subscription_groups/{path}", body)

    assert (answer.status_code, answer.json()) == (status, {"problems": [problem]})


def test_a_workspace_has_at_most_450_groups(world: World) -> None:
    """Facts: group-limit"""
    made = [
        world.control("POST", "/subscription_groups", {"name": f"{n}", "channel": "sms"})
        for n in range(449)
    ]

    assert [each.status_code for each in made] == [201] * 448 + [409]
    assert made[-1].json() == {"problems": ["a workspace has at most 450 subscription groups"]}
