from typing import Any

import pytest
from worlds import (
    EMAIL,
    SMS_GROUP,
    World,
    a_purchase,
    advance,
    alias_json,
    an_event,
    attributes_of,
)

NOTHING_USABLE = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields."


def test_an_array_that_was_not_sent_has_no_counter(world: World) -> None:
    event = an_event(external_id="a")

    assert world.track({"external_id": "a"}).text == (
        '{"attributes_processed":1,"message":"success"}'
    )
    assert world.track(events=[event, event]).text == '{"events_processed":2,"message":"success"}'
    assert (
        world.post("/users/track", {"attributes": [], "purchases": [a_purchase(email=EMAIL)]}).text
        == '{"purchases_processed":1,"message":"success"}'
    )


def test_good_objects_go_on_while_bad_ones_are_listed(world: World) -> None:
    answer = world.track(
        {"external_id": "a"},
        {"email": "not an email"},
        events=[an_event()],
        purchases=[a_purchase(external_id="a", quantity=0)],
    )

    required = "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required"
    invalid = "The value provided for the 'email' field is not a valid email."
    assert (answer.status_code, answer.text) == (
        201,
        '{"attributes_processed":1,"message":"success","errors":['
        f'{{"type":"{invalid}","input_array":"attributes","index":1}},'
        f'{{"type":"{required}","input_array":"events","index":0}},'
        '{"type":"\'quantity\' is not valid","input_array":"purchases","index":0}]}',
    )


def test_the_newer_codes_come_instead_of_sentences_if_the_dial_says_so() -> None:
    world = World(track_error_type="code")

    answer = world.track({"email": ""}, {"external_id": "x" * 988})

    assert (answer.status_code, answer.json()) == (
        400,
        {
            "message": NOTHING_USABLE,
            "errors": [
                {"type": "EMAIL_BAD_FORMAT", "input_array": "attributes", "index": 0},
                {"type": "EXTERNAL_USER_ID_TOO_LARGE", "input_array": "attributes", "index": 1},
            ],
        },
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"attributes": []},
        {"attributes": [], "events": [], "purchases": []},
        {"attributes": None},
        {"attributes": {"external_id": "a"}},
        {"attributes": "a"},
        {"partner": "Quikly"},
        [],
        [{"external_id": "a"}],
        "attributes",
        5,
        None,
    ],
)
def test_a_request_that_sends_no_object_is_refused_without_a_list(world: World, body: Any) -> None:
    raw = b"null" if body is None else None
    answer = world.post("/users/track", body, raw=raw)

    assert (answer.status_code, answer.text) == (400, f'{{"message":"{NOTHING_USABLE}"}}')


def test_a_refused_request_changes_nothing(world: World) -> None:
    world.track({"email": "no"}, events=[5])

    assert world.workspace.next_due() is None


def test_an_id_sent_as_a_number_comes_back_as_text(world: World) -> None:
    world.tracked({"external_id": 12345})

    assert world.export(external_ids=["12345"]).json()["users"][0]["external_id"] == "12345"


def test_the_quikly_pattern_makes_an_alias_only_profile_once(world: World) -> None:
    item = {"_update_existing_only": False, "user_alias": alias_json(EMAIL), "email": EMAIL}

    first, second = world.track(item), world.track(item)
    advance(world.workspace, 2)

    assert first.text == second.text == '{"attributes_processed":1,"message":"success"}'
    (user,) = world.export(email_address=EMAIL, fields_to_export=["user_aliases", "email"]).json()[
        "users"
    ]
    assert user == {"user_aliases": [alias_json(EMAIL)], "email": EMAIL}


def test_the_printed_sample_with_its_quote_repaired_makes_a_profile_without_the_alias(
    world: World,
) -> None:
    printed = b"""{"attributes": [{"_update_existing_only": false,
        "user_alias:": {"alias_name": "email@example.com", "alias_label: "email"},
        "email": "email@example.com"}]}"""
    repaired = printed.replace(b'"alias_label: ', b'"alias_label": ')

    refused = world.post("/users/track", raw=printed)
    accepted = world.post("/users/track", raw=repaired)
    advance(world.workspace, 2)

    assert (refused.status_code, refused.text) == (400, '{"message":"Bad Request"}')
    assert accepted.status_code == 201
    (user,) = world.export(email_address="email@example.com").json()["users"]
    assert user["user_aliases"] == []
    assert "user_alias:" in user["custom_attributes"]
    assert world.hazards() == ["unknown_member_ignored"]


def test_group_states_may_be_set_with_the_profile(world: World) -> None:
    groups = [{"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}]

    world.tracked({"external_id": "a", "subscription_groups": groups})

    assert world.status("external_id=a").json()["status"] == {"a": "Subscribed"}


def test_repeated_increments_add_up(world: World) -> None:
    for _ in range(3):
        world.track({"external_id": "a", "points": {"inc": 5}})
    advance(world.workspace, 2)

    assert attributes_of(world.workspace, "a") == {"points": 15}


@pytest.mark.parametrize(
    "value",
    [
        {"inc": 2**63},
        [[[[1]]]] * 9,
        -(2**63),
        1.7976931348623157e308,
        5e-324,
        "\u0000",
        "\U0001f600" * 200,
        {"": {"": ""}},
    ],
)
def test_whatever_can_be_stored_can_be_exported(world: World, value: Any) -> None:
    for _ in range(3):
        world.track({"external_id": "a", "x": value})
    advance(world.workspace, 2)

    answer = world.export(external_ids=["a"])
    assert answer.status_code == 201
    assert "x" in answer.json()["users"][0]["custom_attributes"]


def test_a_value_nested_too_deep_is_dropped_and_the_profile_still_exported(world: World) -> None:
    deep = b"[" * 900 + b"]" * 900
    body = b'{"attributes":[{"external_id":"a","x":%b,"y":{"add":[%b]},"z":1}]}' % (deep, deep)

    answer = world.post("/users/track", raw=body)
    advance(world.workspace, 2)

    assert answer.status_code == 201
    assert world.user("a")["custom_attributes"] == {"z": 1}
    assert world.control("GET", "/profiles").status_code == 200
