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
    """Facts: absent-array-absent-counter"""
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
    """Facts: track-partial-errors"""
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
    """Facts: track-error-codes"""
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
    """Facts: track-nothing-usable"""
    raw = b"null" if body is None else None
    answer = world.post("/users/track", body, raw=raw)

    assert (answer.status_code, answer.text) == (400, f'{{"message":"{NOTHING_USABLE}"}}')


def test_a_refused_request_changes_nothing(world: World) -> None:
    world.track({"email": "no"}, events=[5])

    assert world.workspace.next_due() is None


def test_an_id_sent_as_a_number_comes_back_as_text(world: World) -> None:
    """Facts: integer-ids-become-strings"""
    world.tracked({"external_id": 12345})

    assert world.export(external_ids=["12345"]).json()["users"][0]["external_id"] == "12345"


def test_the_quikly_pattern_makes_an_alias_only_profile_once(world: World) -> None:
    """Facts: alias-needs-update-only-false, repeated-alias-creation-updates"""
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
    """Facts: subscription-groups-attribute"""
    groups = [{"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}]

    world.tracked({"external_id": "a", "subscription_groups": groups})

    assert world.status("external_id=a").json()["status"] == {"a": "Subscribed"}


def test_repeated_increments_add_up(world: World) -> None:
    """Facts: custom-attribute-inc"""
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


def test_the_older_sentence_for_a_missing_identifier_comes_if_the_dial_says_so() -> None:
    """Facts: old-identifier-sentence"""
    world = World(track_error_type="old_sentence")

    missing, bad = world.track({}, {"email": "no"}).json()["errors"]

    assert missing["type"] == "'external_id' or 'braze_id' or 'user_alias' is required"
    assert bad["type"] == "The value provided for the 'email' field is not a valid email."


def test_an_array_of_bad_objects_has_no_counter_beside_a_good_one(world: World) -> None:
    """Facts: all-bad-array-has-no-counter, error-index-within-array"""
    answer = world.track({}, {}, events=[an_event(external_id="a")])

    assert answer.status_code == 201
    assert [(each["input_array"], each["index"]) for each in answer.json().pop("errors")] == [
        ("attributes", 0),
        ("attributes", 1),
    ]
    assert answer.text.startswith('{"events_processed":1,"message":"success",')


def test_partners_may_name_themselves(world: World) -> None:
    """Facts: partner-member"""
    body = {"attributes": [{"external_id": "a"}], "partner": "Quikly"}

    answer = world.post("/users/track", body)

    assert answer.text == '{"attributes_processed":1,"message":"success"}'
    assert world.hazards() == []


@pytest.mark.parametrize(
    "email", ["", "an na@example.com", " anna@example.com", "a\tb@example.com"]
)
def test_an_email_that_is_empty_or_has_whitespace_is_answered_400(email: str) -> None:
    """Facts: empty-email-is-refused, email-whitespace-is-refused"""
    world = World(track_error_type="code")

    answer = world.track({"external_id": "a", "email": email})

    error = {"type": "EMAIL_BAD_FORMAT", "input_array": "attributes", "index": 0}
    assert (answer.status_code, answer.json()) == (
        400,
        {"message": NOTHING_USABLE, "errors": [error]},
    )


def test_nothing_of_a_bad_object_is_applied(world: World) -> None:
    """Facts: bad-object-is-dropped-whole"""
    world.tracked({"external_id": "a"}, {"external_id": "b", "email": "no", "tier": 1})

    assert world.export(external_ids=["b"]).json()["users"] == []


def test_an_answer_tells_nothing_of_what_becomes_of_the_objects(world: World) -> None:
    """Facts: success-only-means-queued, dropped-updates-are-not-reported"""
    nobody = {"user_alias": alias_json("nobody"), "tier": 1}

    answer = world.track(nobody, {"external_id": "a", "tier": "x" * 300})

    assert answer.text == '{"attributes_processed":2,"message":"success"}'
    advance(world.workspace, 2)
    assert "custom_attributes" not in world.user("a")


def test_locations_and_push_tokens_are_exported(world: World) -> None:
    """Facts: export-last-coordinates, export-push-tokens"""
    token = {"app_id": "app", "token": "t", "device_id": "device-1"}
    world.tracked(
        {
            "external_id": "a",
            "current_location": {"longitude": -83.05, "latitude": 42.33},
            "push_tokens": [token, {"app_id": "app", "token": "u"}],
        }
    )

    user = world.user("a")
    assert user["last_coordinates"] == [-83.05, 42.33]
    assert user["push_tokens"] == [
        {"app": "app", "token": "t", "device_id": "device-1", "notifications_enabled": True},
        {"app": "app", "token": "u", "notifications_enabled": True},
    ]


def test_a_date_is_exported_in_the_form_of_every_time(world: World) -> None:
    """Facts: text-that-is-a-date"""
    world.tracked({"external_id": "a", "since": "01/05/2026", "from": "soon"})

    assert world.user("a")["custom_attributes"] == {
        "since": "2026-01-05T00:00:00.000Z",
        "from": "soon",
    }
    (profile,) = world.control("GET", "/profiles").json()["profiles"]
    assert profile["custom_attributes"]["since"] == "2026-01-05T00:00:00.000Z"


@pytest.mark.parametrize("field", ["email_subscribe", "push_subscribe"])
@pytest.mark.parametrize("state", ["opted_in", "subscribed", "unsubscribed"])
def test_a_global_state_has_one_of_three_values(world: World, field: str, state: str) -> None:
    """Facts: global-state-values"""
    world.tracked({"external_id": "a", field: state})
    world.tracked({"external_id": "b"}, {"external_id": "a", field: state.upper()})

    assert world.user("a")[field] == state
