from datetime import UTC, datetime
from typing import Any

import pytest

from quikly_client.errors import UnexpectedAnswer
from quikly_client.results import (
    ExportedUser,
    SubscriptionState,
    TrackError,
    TrackResult,
    UserAlias,
    read_exported_users,
    read_subscription_state,
    read_track_result,
)


def test_a_track_result_counts_only_what_was_sent() -> None:
    body = {"attributes_processed": 2, "message": "success"}

    assert read_track_result(body) == TrackResult(2, 0, 0, ())


def test_errors_beside_a_success_are_kept_in_every_form() -> None:
    body = {
        "events_processed": 1,
        "message": "success",
        "errors": [
            {"type": "EMAIL_BAD_FORMAT", "input_array": "attributes", "index": 0},
            {"reason": "of no known form"},
            "a plain sentence",
        ],
    }

    result = read_track_result(body)

    assert result.errors == (
        TrackError("EMAIL_BAD_FORMAT", "attributes", 0),
        TrackError("{'reason': 'of no known form'}", None, None),
        TrackError("a plain sentence", None, None),
    )
    assert [str(error) for error in result.errors] == [
        "EMAIL_BAD_FORMAT (attributes[0])",
        "{'reason': 'of no known form'}",
        "a plain sentence",
    ]


def test_errors_that_are_no_list_are_one_error() -> None:
    assert read_track_result({"errors": "all wrong"}).errors == (
        TrackError("all wrong", None, None),
    )


@pytest.mark.parametrize("body", [None, [], "success", {"attributes_processed": "1"}])
def test_an_undocumented_track_answer_is_unexpected(body: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        read_track_result(body)


def test_an_exported_user_keeps_what_is_there_and_ignores_the_rest() -> None:
    body = {
        "users": [
            {
                "external_id": "12345",
                "braze_id": "b-1",
                "appboy_id": "b-1",
                "user_aliases": [{"alias_name": "anna@example.com", "alias_label": "email"}],
                "email": "anna@example.com",
                "created_at": "2020-06-17T20:01:33.385Z",
            },
            {"braze_id": "b-2", "phone": "+13135550171", "email": None, "external_id": ""},
        ],
        "invalid_user_ids": ["anna"],
        "message": "success",
    }

    assert read_exported_users(body) == (
        ExportedUser(
            external_id="12345",
            braze_id="b-1",
            user_aliases=(UserAlias("anna@example.com", "email"),),
            email="anna@example.com",
            phone=None,
            created_at=datetime(2020, 6, 17, 20, 1, 33, 385_000, UTC),
        ),
        ExportedUser(None, "b-2", (), None, "+13135550171", None),
    )


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2020-07-10 15:00:00.000 UTC", datetime(2020, 7, 10, 15, tzinfo=UTC)),
        ("2020-07-10T17:00:00+02:00", datetime(2020, 7, 10, 15, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_a_creation_time_is_read_in_both_forms(text: str, moment: datetime | None) -> None:
    (user,) = read_exported_users({"users": [{"braze_id": "b-1", "created_at": text}]})

    assert user.created_at == moment


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"message": "success"},
        {"users": {}},
        {"users": ["anna"]},
        {"users": [{"phone": "+13135550171"}]},
        {"users": [{"braze_id": 5}]},
        {"users": [{"braze_id": "b-1", "user_aliases": {}}]},
        {"users": [{"braze_id": "b-1", "user_aliases": [{"alias_name": "a"}]}]},
    ],
)
def test_an_undocumented_export_is_unexpected(body: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        read_exported_users(body)


@pytest.mark.parametrize("key", ["+13135550171", "13135550171", " 13135550171", "anything"])
def test_the_state_is_the_only_value_whatever_its_key(key: str) -> None:
    assert read_subscription_state({"status": {key: "Subscribed"}}) is SubscriptionState.SUBSCRIBED


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Unsubscribed", SubscriptionState.UNSUBSCRIBED),
        ("unknown", SubscriptionState.UNKNOWN),
        ("Unknown", SubscriptionState.UNKNOWN),
        ("SUBSCRIBED", SubscriptionState.SUBSCRIBED),
    ],
)
def test_the_case_of_a_state_means_nothing(text: str, state: SubscriptionState) -> None:
    assert read_subscription_state({"status": {"+1": text}}) is state


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"message": "success"},
        {"status": {}},
        {"status": {"a": "Subscribed", "b": "Subscribed"}},
        {"status": {"a": "opted_in"}},
        {"status": {"a": None}},
    ],
)
def test_an_undocumented_status_is_unexpected(body: Any) -> None:
    with pytest.raises(UnexpectedAnswer):
        read_subscription_state(body)
