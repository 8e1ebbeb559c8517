from datetime import datetime, timedelta, timezone

import pytest

from quikly_client import payloads
from quikly_client.profiles import IdentifierKind, ProfileReference
from quikly_client.results import SubscriptionState, UserAlias

ALIAS = UserAlias("anna@example.com", "email")


def test_a_new_profile_says_explicitly_that_it_may_be_made() -> None:
    assert payloads.new_profile(
        ALIAS, email="anna@example.com", phone=None, marks={"quikly_activations": "spring"}
    ) == {
        "_update_existing_only": False,
        "user_alias": {"alias_name": "anna@example.com", "alias_label": "email"},
        "email": "anna@example.com",
        "quikly_activations": {"add": ["spring"]},
    }


def test_a_new_profile_carries_the_phone_that_is_to_be_subscribed() -> None:
    made = payloads.new_profile(ALIAS, email="a@example.com", phone="+13135550171", marks={})

    assert made["phone"] == "+13135550171"


@pytest.mark.parametrize(
    ("profile", "identifier"),
    [
        (ProfileReference(IdentifierKind.EXTERNAL_ID, "q-1"), {"external_id": "q-1"}),
        (ProfileReference(IdentifierKind.BRAZE_ID, "b-1"), {"braze_id": "b-1"}),
        (
            ProfileReference.to_alias(ALIAS),
            {"user_alias": {"alias_name": "anna@example.com", "alias_label": "email"}},
        ),
    ],
)
def test_an_existing_profile_is_changed_by_one_identifier_and_never_made(
    profile: ProfileReference, identifier: dict[str, object]
) -> None:
    assert payloads.existing_profile(profile, marks={"won": "tier 1"}, phone="+13135550171") == {
        "_update_existing_only": True,
        **identifier,
        "phone": "+13135550171",
        "won": {"add": ["tier 1"]},
    }


def test_an_event_tells_its_time_in_utc() -> None:
    time = datetime(2026, 1, 31, 19, 30, 5, 250_000, tzinfo=timezone(timedelta(hours=1)))

    assert payloads.custom_event(
        ProfileReference(IdentifierKind.EXTERNAL_ID, "q-1"),
        "joined",
        time,
        {"activation": "spring"},
    ) == {
        "_update_existing_only": True,
        "external_id": "q-1",
        "name": "joined",
        "time": "2026-01-31T18:30:05.250Z",
        "properties": {"activation": "spring"},
    }


def test_an_array_without_objects_is_left_out_of_a_track() -> None:
    assert payloads.track([{"email": "a"}]) == {"attributes": [{"email": "a"}]}
    assert payloads.track(events=[{"name": "a"}]) == {"events": [{"name": "a"}]}


def test_an_export_always_names_its_fields() -> None:
    assert payloads.export_by_email("anna@example.com") == {
        "email_address": "anna@example.com",
        "fields_to_export": [
            "external_id",
            "braze_id",
            "user_aliases",
            "email",
            "phone",
            "created_at",
        ],
    }


def test_a_subscription_change_uses_the_member_that_braze_takes() -> None:
    assert payloads.subscription_change("g", SubscriptionState.SUBSCRIBED, "+13135550171") == {
        "subscription_group_id": "g",
        "subscription_state": "subscribed",
        "phone": "+13135550171",
    }
