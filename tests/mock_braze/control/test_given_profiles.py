from typing import Any

import pytest
from worlds import EMAIL, EMAIL_GROUP, PHONE, SMS_GROUP, World, alias_json


def test_a_given_profile_is_finished_and_has_its_past(world: World) -> None:
    groups = [{"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}]

    answer = world.control(
        "POST",
        "/profiles",
        {
            "external_id": "a",
            "user_aliases": [alias_json(), alias_json("x", "y")],
            "email": "Anna@Example.com",
            "phone": PHONE,
            "email_subscribe": "opted_in",
            "first_name": "Anna",
            "tier": 3,
            "subscription_groups": groups,
            "created_at": "2025-01-01",
            "custom_events": [
                {"name": "entered", "count": 3, "first": "2025-12-01", "last": "2025-12-24"}
            ],
            "purchases": [{"name": "p-1"}],
        },
    )

    assert answer.status_code == 201
    (found,) = world.control("GET", f"/profiles?email={EMAIL}").json()["profiles"]
    assert answer.json() == {
        "braze_id": found["braze_id"],
        "created_at": "2025-01-01T00:00:00.000Z",
    }
    assert found["user_aliases"] == [alias_json(), alias_json("x", "y")]
    assert (found["is_finished"], found["finished_at"]) == (True, "2025-01-01T00:00:00.000Z")
    assert (found["phone"], found["email_subscribe"]) == (PHONE, "opted_in")
    assert found["custom_attributes"] == {"tier": 3}
    assert found["subscription_states"] == {SMS_GROUP: "subscribed"}
    assert (found["custom_events"], found["purchases"]) == ({"entered": 3}, {"p-1": 1})
    assert world.user("a")["custom_events"] == [
        {
            "name": "entered",
            "first": "2025-12-01T00:00:00.000Z",
            "last": "2025-12-24T00:00:00.000Z",
            "count": 3,
        }
    ]
    assert world.control("GET", "/clock").json()["next_due"] is None
    assert not any(world.workspace.state.coming_addresses.values())


@pytest.mark.parametrize(
    "names",
    [
        {"external_id": "a"},
        {"user_aliases": [alias_json()]},
        {"email": EMAIL},
        {"phone": PHONE},
        {"external_id": "a", "email": EMAIL},
    ],
)
def test_a_given_profile_needs_one_name_of_any_kind(world: World, names: dict[str, Any]) -> None:
    assert world.control("POST", "/profiles", names).status_code == 201

    again = world.control("POST", "/profiles", names)

    assert again.status_code == 400
    assert "already" in again.json()["problems"][0]
    assert len(world.control("GET", "/profiles").json()["profiles"]) == 1


def test_people_who_share_an_address_need_names_of_their_own(world: World) -> None:
    for name in ("a", "b"):
        person = {"external_id": name, "email": EMAIL}
        assert world.control("POST", "/profiles", person).status_code == 201

    assert len(world.control("GET", f"/profiles?email={EMAIL}").json()["profiles"]) == 2


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({}, ["give an 'external_id', 'user_aliases', an 'email' or a 'phone'"]),
        ({"external_id": "a", "braze_id": "b"}, ["'braze_id' is not for a profile that is given"]),
        (
            {"external_id": "a", "user_aliases": [alias_json(), alias_json("other")]},
            ["'user_aliases': a profile has at most one alias of a label"],
        ),
        (
            {"external_id": "a", "user_aliases": [5]},
            ["'user_aliases': 5 is no alias; give 'alias_name' and 'alias_label'"],
        ),
        (
            {
                "external_id": "a",
                "created_at": "2030-01-01",
                "custom_events": {"a": 1},
                "purchases": [5, {"name": "", "count": 0, "last": "soon", "x": 1}],
            },
            [
                "'created_at' must not be after 2026-01-05T09:00:00+00:00, not '2030-01-01'",
                "'custom_events' must be an array, not {\"a\": 1}",
                "'purchases[0]' must be an object, not 5",
                "there is no member 'purchases[1].x'; there are name, count, first, last",
                "'purchases[1].name' must be text, not ''",
                "'purchases[1].count' must be a whole number from 1 to 1000000, not 0",
                "'purchases[1].last' must be an ISO 8601 time, not 'soon'",
            ],
        ),
        (
            {
                "external_id": "a",
                "custom_events": [{"name": "n", "first": "2025-01-02", "last": "2025-01-01"}],
            },
            ["'custom_events[0].last' must be after 'first', and the same if 'count' is 1"],
        ),
        (
            {
                "external_id": "a",
                "subscription_groups": [
                    {
                        "subscription_group_id": EMAIL_GROUP.replace("7", "0"),
                        "subscription_state": "subscribed",
                    }
                ],
            },
            [
                f"'subscription_groups': there is no group {EMAIL_GROUP.replace('7', '0')}; "
                "make it before the profile"
            ],
        ),
    ],
)
def test_a_bad_profile_is_refused_with_every_reason(
    world: World, body: dict[str, Any], problems: list[str]
) -> None:
    answer = world.control("POST", "/profiles", body)

    assert (answer.status_code, answer.json()) == (400, {"problems": problems})
    assert world.control("GET", "/profiles").json() == {"profiles": []}


def test_what_braze_would_refuse_is_refused(world: World) -> None:
    answer = world.control("POST", "/profiles", {"external_id": "a", "email": "no"})

    assert answer.status_code == 400
    assert answer.json()["problems"][0].startswith("Braze would refuse this: ")
