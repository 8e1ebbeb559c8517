from typing import Any

import pytest
from worlds import (
    EMAIL,
    OTHER_EMAIL,
    PHONE,
    World,
    a_purchase,
    alias_json,
    an_event,
)

BOTH = ["external_id", "email"]


def test_a_profile_that_is_not_readable_yet_is_an_unknown_one(world: World) -> None:
    world.track({"external_id": "a"})

    answer = world.export(external_ids=["a"])

    assert (answer.status_code, answer.text) == (
        201,
        '{"users":[],"invalid_user_ids":["a"],"message":"success"}',
    )


@pytest.mark.parametrize(
    ("dial", "created_at"),
    [("recorded", "2026-01-05T09:00:02.000Z"), ("printed", "2026-01-05 09:00:02.000 UTC")],
)
def test_the_date_of_creation_is_written_as_the_dial_says(dial: str, created_at: str) -> None:
    """Facts: export-created-at-in-print"""
    world = World(created_at_form=dial)
    world.tracked({"external_id": "a"})

    answer = world.export(external_ids=["a"], fields_to_export=["created_at"])

    assert answer.json()["users"] == [{"created_at": created_at}]


def test_an_export_says_only_what_there_is_in_the_order_of_the_service(world: World) -> None:
    """Facts: export-field-shapes, export-omits-empty-fields"""
    world.tracked(
        {
            "phone": PHONE,
            "email": EMAIL,
            "external_id": "a",
            "first_name": "Anna",
            "last_name": "",
            "country": "US",
            "dob": "2000-01-01",
            "home_city": "Detroit",
            "language": "en",
            "time_zone": "America/Detroit",
            "gender": "F",
            "tier": 1,
            "push_subscribe": "opted_in",
        },
        events=[an_event("won", external_id="a")],
        purchases=[a_purchase(external_id="a", quantity=2)],
    )
    made = next(iter(world.workspace.state.profiles))

    tally = {"first": "2026-01-05T08:00:00.000Z", "last": "2026-01-05T08:00:00.000Z"}
    assert list(world.user("a").items()) == [
        ("created_at", "2026-01-05T09:00:02.000Z"),
        ("external_id", "a"),
        ("user_aliases", []),
        ("appboy_id", made.braze_id),
        ("braze_id", made.braze_id),
        ("first_name", "Anna"),
        ("random_bucket", made.random_bucket),
        ("email", EMAIL),
        ("dob", "2000-01-01"),
        ("home_city", "Detroit"),
        ("country", "US"),
        ("phone", PHONE),
        ("language", "en"),
        ("time_zone", "America/Detroit"),
        ("gender", "F"),
        ("custom_attributes", {"tier": 1}),
        ("custom_events", [{"name": "won", **tally, "count": 1}]),
        ("purchases", [{"name": "p-1", **tally, "count": 2}]),
        ("total_revenue", 5.0),
        ("push_subscribe", "opted_in"),
        ("email_subscribe", "subscribed"),
    ]


def test_an_alias_only_profile_has_no_external_id(world: World) -> None:
    """Facts: export-omits-empty-fields"""
    world.tracked({"user_alias": alias_json(), "_update_existing_only": False, "phone": ""})

    (user,) = world.export(user_aliases=[alias_json()], fields_to_export=[*BOTH, "phone"]).json()[
        "users"
    ]

    assert user == {}


def test_only_the_fields_asked_for_are_exported(world: World) -> None:
    world.tracked({"external_id": "a", "email": EMAIL})

    asked = ["email", "email", "apps", "devices", "external_id"]
    answer = world.export(external_ids=["a"], fields_to_export=asked)

    assert answer.text == (
        f'{{"users":[{{"external_id":"a","email":"{EMAIL}"}}],"message":"success"}}'
    )


@pytest.mark.parametrize(
    "identifiers",
    [
        {"external_ids": ["a"]},
        {"external_ids": "a"},
        {"external_ids": ["a", "a"]},
        {"email_address": EMAIL},
        {"email_address": "Anna@Example.com"},
        {"phone": PHONE},
        {"phone": "13135550171"},
        {"phone": "(313) 555-0171"},
        {"external_ids": ["a"], "email_address": EMAIL},
        {"email_address": EMAIL, "phone": None, "device_id": None},
    ],
)
def test_a_profile_is_found_by_each_identifier_and_told_once(
    world: World, identifiers: dict[str, Any]
) -> None:
    """Facts: export-email-case, export-phone-without-plus"""
    world.tracked({"external_id": "a", "email": EMAIL, "phone": PHONE})

    answer = world.export(**identifiers, fields_to_export=["external_id"])

    assert answer.text == '{"users":[{"external_id":"a"}],"message":"success"}'


def test_a_profile_is_found_by_alias_and_by_braze_id(world: World) -> None:
    world.tracked({"user_alias": alias_json(), "_update_existing_only": False})
    (made,) = world.workspace.state.profiles

    for identifiers in (
        {"user_aliases": [alias_json()]},
        {"user_aliases": alias_json()},
        {"braze_id": made.braze_id},
    ):
        (user,) = world.export(**identifiers, fields_to_export=["braze_id"]).json()["users"]
        assert user == {"braze_id": made.braze_id}


@pytest.mark.parametrize("named", [{"email_address": EMAIL}, {"phone": PHONE}])
def test_an_address_gives_everybody_who_has_it_identified_or_not(
    world: World, named: dict[str, str]
) -> None:
    """Facts: export-address-returns-all"""
    alias = {"user_alias": alias_json(), "_update_existing_only": False}
    for identifier in ({"external_id": "a"}, alias):
        world.tracked({**identifier, "email": EMAIL, "phone": PHONE})

    users = world.export(**named, fields_to_export=["external_id"]).json()["users"]

    assert users == [{"external_id": "a"}, {}]


def test_whoever_matches_nobody_is_listed_but_an_address_only_if_the_dial_says_so(
    world: World,
) -> None:
    """Facts: export-invalid-user-ids"""
    asked = {
        "external_ids": ["x", 7],
        "user_aliases": [alias_json("y")],
        "braze_id": "z",
        "email_address": OTHER_EMAIL,
    }

    omitted = world.export(**asked)
    world.control("PATCH", "/dials", {"nobody_found": "listed"})
    listed = world.export(**asked)

    assert omitted.json() == {
        "users": [],
        "invalid_user_ids": ["x", "7", "y", "z"],
        "message": "success",
    }
    assert listed.json()["invalid_user_ids"] == ["x", "7", "y", "z", OTHER_EMAIL]


def test_all_kinds_of_identifiers_may_be_in_one_request(world: World) -> None:
    """Facts: export-identifiers-combine"""
    alias = {"user_alias": alias_json(), "_update_existing_only": False}
    world.tracked({"external_id": "a"}, alias, {"external_id": "b"}, {"email": OTHER_EMAIL})
    named = {each.external_id: each.braze_id for each in world.workspace.state.profiles}

    users = world.export(
        external_ids=["a"],
        user_aliases=alias_json(),
        braze_id=named["b"],
        email_address=OTHER_EMAIL,
        fields_to_export=["external_id", "email", "user_aliases"],
    ).json()["users"]

    assert users == [
        {"external_id": "a", "user_aliases": []},
        {"user_aliases": [alias_json()]},
        {"external_id": "b", "user_aliases": []},
        {"user_aliases": [], "email": OTHER_EMAIL},
    ]


@pytest.mark.parametrize("named", [{"email_address": EMAIL}, {"phone": PHONE}, {"device_id": "d"}])
def test_nobody_found_by_address_is_an_empty_success(world: World, named: dict[str, str]) -> None:
    """Facts: export-nobody-found, export-answers-201"""
    answer = world.export(**named)

    assert (answer.status_code, answer.text) == (201, '{"users":[],"message":"success"}')


def test_a_device_gives_everybody_who_has_a_token_on_it(world: World) -> None:
    """Facts: export-by-device"""

    def tokens(*names: str, device: str = "device-1") -> dict[str, Any]:
        return {"push_tokens": [{"app_id": "app", "token": n, "device_id": device} for n in names]}

    def on_the_device() -> list[str]:
        users = world.export(device_id="device-1", fields_to_export=["external_id"]).json()["users"]
        return [user["external_id"] for user in users]

    world.tracked(
        {"external_id": "a", **tokens("t-1", "t-2")},
        {"external_id": "b", **tokens("t-3")},
        {"external_id": "c", **tokens("t-4", device="device-2")},
    )
    shared = on_the_device()
    world.tracked({"external_id": "b", **tokens("t-1")})
    world.tracked({"external_id": "a", **tokens("t-2", device="device-2")})
    changed = on_the_device()
    world.tracked({"external_id": "b", "push_tokens": None})

    assert shared == ["a", "b"]
    assert changed == ["b"]
    assert on_the_device() == []


def test_fifty_external_ids_and_aliases_together_are_the_most(world: World) -> None:
    """Facts: export-identifier-limit"""
    ids, aliases = [f"{n}" for n in range(25)], [alias_json(f"{n}") for n in range(25)]

    allowed = world.export(external_ids=ids, user_aliases=aliases)
    too_many = world.export(external_ids=[*ids, "one more"], user_aliases=aliases)

    assert len(allowed.json()["invalid_user_ids"]) == 50
    assert (too_many.status_code, too_many.text) == (
        400,
        '{"message":"The max number of external_ids and aliases per request was exceeded"}',
    )


def test_a_newer_account_must_say_which_fields_it_wants() -> None:
    """Facts: export-needs-fields"""
    world = World(export_fields="required")
    world.tracked({"external_id": "a"})

    for fields in ({}, {"fields_to_export": None}, {"fields_to_export": []}):
        assert world.export(external_ids=["a"], **fields).status_code == 400
    assert world.export(external_ids=["a"], fields_to_export=["email"]).status_code == 201


def test_no_fields_and_an_empty_list_of_them_give_all(world: World) -> None:
    world.tracked({"external_id": "a"})

    assert (
        world.export(external_ids=["a"], fields_to_export=[]).text
        == world.export(external_ids=["a"]).text
    )


@pytest.mark.parametrize("fields", [["emial"], [5], [None], [["email"]], "email", {}, 0, False])
def test_unknown_fields_are_refused_or_ignored_as_the_dial_says(fields: Any) -> None:
    """Facts: export-unknown-field"""
    refusing, ignoring = World(), World(unknown_export_field="ignored")

    refused = refusing.export(external_ids=["a"], fields_to_export=fields)
    ignored = ignoring.export(external_ids=["a"], fields_to_export=fields)

    assert refused.status_code == 400
    assert ignored.status_code == (201 if isinstance(fields, list) else 400)


def test_group_states_are_not_exported(world: World) -> None:
    """Facts: group-states-not-exported"""
    world.tracked({"external_id": "a"})
    before = world.user("a")

    world.set_status(external_id="a")

    assert world.user("a") == before


def test_events_and_purchases_are_told_of_the_last_ninety_days(world: World) -> None:
    """Facts: export-summarises-events, export-figures-of-events"""
    world.tracked(
        {"external_id": "a"},
        events=[
            an_event("old", external_id="a", time="2025-10-07T09:03:19Z"),
            an_event("edge", external_id="a", time="2025-10-07T09:03:20Z"),
            an_event("both", external_id="a", time="2025-01-01T00:00:00Z"),
            an_event("both", external_id="a", time="2025-12-01T00:00:00Z", properties={"x": 1}),
        ],
        purchases=[
            a_purchase(external_id="a", time="2025-01-01T00:00:00Z"),
            a_purchase(external_id="a", time="2025-12-01T00:00:00Z", quantity=3),
        ],
    )
    recent = "2025-12-01T00:00:00.000Z"

    user = world.user("a")

    edge = "2025-10-07T09:03:20.000Z"
    assert user["custom_events"] == [
        {"name": "edge", "first": edge, "last": edge, "count": 1},
        {"name": "both", "first": recent, "last": recent, "count": 1},
    ]
    assert user["purchases"] == [{"name": "p-1", "first": recent, "last": recent, "count": 3}]
    assert user["total_revenue"] == 10.0

    world.control("PATCH", "/dials", {"export_tallies": "whole"})
    ever = {"first": "2025-01-01T00:00:00.000Z", "last": recent}
    assert world.user("a")["custom_events"][1] == {"name": "both", **ever, "count": 2}
    assert world.user("a")["purchases"] == [{"name": "p-1", **ever, "count": 4}]
