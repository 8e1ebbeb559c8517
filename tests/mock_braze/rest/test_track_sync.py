"""`/users/track/sync`: one object, answered when it is processed."""

from typing import Any

import pytest
from worlds import EMAIL, PHONE, World, a_purchase, alias_json, an_event

NOTHING_USABLE = "Valid data must be provided in the 'attributes', 'events', or 'purchases' fields."
AT = "2026-01-05T08:00:00.000Z"


def synced(world: World, **arrays: Any) -> tuple[int, Any]:
    answer = world.post("/users/track/sync", arrays)
    return answer.status_code, answer.json()


def answered(*users: dict[str, Any]) -> tuple[int, Any]:
    return 201, {"users": list(users), "message": "success"}


def test_the_answer_shows_the_attributes_that_were_sent_as_they_are_now(world: World) -> None:
    """Facts: sync-answers-with-results"""
    world.tracked({"external_id": "a", "points": 5, "other": True})

    sent = {"external_id": "a", "points": {"inc": 2}, "since": "01/05/2026", "gone": None}
    answer = synced(world, attributes=[sent])

    attributes = {"points": 7, "since": "2026-01-05T00:00:00.000Z", "gone": None}
    assert answer == answered({"external_id": "a", "custom_attributes": attributes})
    assert world.user("a")["custom_attributes"]["points"] == 7


def test_the_answer_shows_how_often_the_event_or_purchase_happened(world: World) -> None:
    """Facts: sync-answers-with-results"""
    synced(world, events=[an_event("won", external_id="a", time="2026-01-04")])

    assert synced(world, events=[an_event("won", external_id="a")]) == answered(
        {
            "external_id": "a",
            "custom_events": [
                {"name": "won", "first": "2026-01-04T00:00:00.000Z", "last": AT, "count": 2}
            ],
        }
    )
    assert synced(world, purchases=[a_purchase(external_id="a", quantity=3)]) == answered(
        {
            "external_id": "a",
            "purchase_events": [{"product_id": "p-1", "first": AT, "last": AT, "count": 3}],
        }
    )


@pytest.mark.parametrize(
    "identifier",
    [
        {"external_id": "a"},
        {"user_alias": alias_json()},
        {"email": EMAIL},
        {"phone": PHONE},
    ],
)
def test_the_answer_names_the_profile_as_the_request_did(
    world: World, identifier: dict[str, Any]
) -> None:
    """Facts: sync-answers-with-results"""
    sent = {"_update_existing_only": False, **identifier, "tier": 1}

    assert synced(world, attributes=[sent]) == answered(
        {**identifier, "custom_attributes": {"tier": 1}}
    )


def test_fields_of_the_profile_come_under_their_names_in_exports(world: World) -> None:
    """Facts: sync-answers-with-fields"""
    sent = {"external_id": "a", "first_name": "Anna", "country": "Australia", "email": "A@b.com"}

    assert synced(world, attributes=[sent]) == answered(
        {"external_id": "a", "first_name": "Anna", "country": "AU", "email": "a@b.com"}
    )


def test_nobody_matched_is_an_empty_list(world: World) -> None:
    """Facts: sync-nobody-matched"""
    sent = {"external_id": "a", "_update_existing_only": True, "tier": 1}

    assert synced(world, attributes=[sent]) == answered()


def test_a_refused_update_shows_the_value_there_was(world: World) -> None:
    """Facts: sync-shows-refused-values"""
    world.tracked({"external_id": "a", "tier": "gold"})

    assert synced(world, attributes=[{"external_id": "a", "tier": "x" * 256}]) == answered(
        {"external_id": "a", "custom_attributes": {"tier": "gold"}}
    )


def test_exactly_one_object_may_be_sent(world: World) -> None:
    """Facts: sync-takes-one-object"""
    item = {"external_id": "a"}
    two = synced(world, attributes=[item], events=[an_event(external_id="a")])

    assert two == (400, {"message": "Max Input Length Exceeded"})
    assert synced(world, attributes=[item, item]) == two
    assert synced(world) == (400, {"message": NOTHING_USABLE})
    assert world.workspace.next_due() is None


def test_a_bad_object_is_refused_with_its_error(world: World) -> None:
    error = {
        "type": "The value provided for the 'email' field is not a valid email.",
        "input_array": "attributes",
        "index": 0,
    }

    assert synced(world, attributes=[{"email": "no"}]) == (
        400,
        {"message": NOTHING_USABLE, "errors": [error]},
    )


def test_calls_are_limited_by_the_minute(world: World) -> None:
    """Facts: rate-of-track-sync-and-bulk"""
    sync = world.post("/users/track/sync", {"attributes": [{"external_id": "a"}]})
    bulk = world.post("/users/track/bulk", {"attributes": [{"external_id": "a"}]})

    assert sync.headers["X-Ratelimit-Limit"] == "500"
    assert bulk.headers["X-Ratelimit-Limit"] == "50"


def test_a_key_needs_the_permission_of_the_endpoint(world: World) -> None:
    """Facts: sync-and-bulk-permissions"""
    world.workspaces.add_key(world.workspace, "tracker", ["users.track"])
    headers = {"Authorization": "Bearer tracker"}

    for path in ("/users/track/sync", "/users/track/bulk"):
        assert world.post(path, headers=headers).status_code == 403
