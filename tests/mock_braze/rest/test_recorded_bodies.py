"""Every body that was recorded from the service, in one table: the fake answers the same bytes.

What else was recorded of these answers (headers, counters) is in test_recorded_answers.py.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from worlds import SMS_GROUP, World, a_purchase, alias_json, an_event

from mock_braze.domain.clock import ManualClock
from mock_braze.domain.users.profile import CampaignReceipt, Profile
from mock_braze.rest.operations import TABLE

SUCCESS = b'{"message":"success"}'
UNKNOWN_GROUP = "00000000-0000-4000-8000-000000000000"


def at(world: World, moment: datetime) -> None:
    """Begin in 2020, when the service was recorded."""
    world.workspace.state.clock = ManualClock(moment)


def track(world: World) -> requests.Response:
    return world.track(
        {"external_id": 12345},
        events=[an_event(external_id=12345, time="2019-02-15 00:00:00 -0500")],
        purchases=[a_purchase(external_id=12345, product_id=7)],
    )


def export(world: World) -> requests.Response:
    created = datetime(2020, 6, 17, 20, 1, 33, 385_000, tzinfo=UTC)
    profile = Profile(
        braze_id="5eea769d45bb2e1467418f92", created_at=created, finished_at=created,
        created_by=0, updated_at=0, random_bucket=5445, external_id="12345",
        email="example@test.com",
        campaigns_received=[
            CampaignReceipt(
                "campaign-test", "d8b73da7-0b7c-fc72-1d80-e59c7f20f0d3",
                created + timedelta(minutes=3, seconds=15, milliseconds=808), False,
                "Variant 1", "f2123be2-74ac-4cff-b010-d0b6217595a1",
            )
        ],
    )  # fmt: skip
    world.workspace.state.profiles.add(profile)
    world.tracked(
        {
            "external_id": 12345,
            "first_name": "John",
            "last_name": "Doe",
            "string_attribute": "sherman",
            "boolean_attribute_1": True,
            "integer_attribute": 25,
            "array_attribute": ["banana", "apple"],
        }
    )
    return world.export(external_ids=[12345])


def export_segment(world: World) -> requests.Response:
    everybody = {"custom_event": "won", "operator": "does_not_exist"}
    world.control("POST", "/segments", {"id": "all", "name": "All", "filter": everybody})
    world.control("PATCH", "/dials", {"segment_export_place": "recorded"})
    at(world, datetime(2020, 6, 17, 20, 14, 30, tzinfo=UTC))
    seeds: Any = world.workspace.state.seeds
    seeds.export_id = lambda: "e739ed46-9cd7-4142-b70f-843b89c5ac80"
    seeds.export_name = lambda: "Iw_2CAuI2mvAemo2jRTbG6IBUkzpJNBbYSMwPHO082o"
    return world.post("/users/export/segment", {"segment_id": "all", "fields_to_export": ["email"]})


def states(world: World) -> requests.Response:
    users = [f"test-user-{n}" for n in (1, 2, 3)]
    world.tracked(*({"external_id": user} for user in users))
    world.set_status(external_id="test-user-1")
    world.set_status(external_id="test-user-2", subscription_state="unsubscribed")
    return world.status("&".join(f"external_id%5B%5D={user}" for user in users))


def unsubscribes(world: World) -> requests.Response:
    at(world, datetime(2020, 6, 17, 19, 27, 42, tzinfo=UTC))
    unsubscribed = {"email": "example@test.com", "email_subscribe": "unsubscribed"}
    world.tracked({"external_id": "a", **unsubscribed})
    return world.get("/email/unsubscribes?start_date=2020-06-01&end_date=2020-06-30")


def remove_external_id(world: World) -> requests.Response:
    world.tracked({"external_id": "abc"})
    renaming = {"current_external_id": "abc", "new_external_id": "def"}
    world.post("/users/external_ids/rename", {"external_id_renames": [renaming]})
    return world.post("/users/external_ids/remove", {"external_ids": ["abc"]})


def list_segments(world: World) -> requests.Response:
    lapsed = {
        "id": "6d68ea15-26c4-4109-835a-65b81773a5e2",
        "name": "Lapsed Users - 7 days",
        "filter": {"custom_event": "won", "operator": "does_not_exist"},
    }
    world.control("POST", "/segments", lapsed)
    return world.get("/segments/list")


RECORDED: dict[str, tuple[int, bytes, Callable[[World], requests.Response]]] = {
    "track": (
        201,
        b'{"attributes_processed":1,"events_processed":1,"purchases_processed":1,'
        b'"message":"success"}',
        track,
    ),
    "identify": (
        201,
        b'{"aliases_processed":1,"message":"success"}',
        lambda world: world.post(
            "/users/identify",
            {"aliases_to_identify": [{"external_id": 12345, "user_alias": alias_json()}]},
        ),
    ),
    "delete": (
        201,
        b'{"deleted":3,"message":"success"}',
        lambda world: world.post("/users/delete", {"external_ids": ["a", "b", "c"]}),
    ),
    "remove-external-id": (
        201,
        b'{"removed_ids":["abc"],"removal_errors":[],"message":"success"}',
        remove_external_id,
    ),
    "export": (
        201,
        b'{"users":[{"created_at":"2020-06-17T20:01:33.385Z","external_id":"12345",'
        b'"user_aliases":[],"appboy_id":"5eea769d45bb2e1467418f92",'
        b'"braze_id":"5eea769d45bb2e1467418f92","first_name":"John","last_name":"Doe",'
        b'"random_bucket":5445,"email":"example@test.com","custom_attributes":{'
        b'"string_attribute":"sherman","boolean_attribute_1":true,"integer_attribute":25,'
        b'"array_attribute":["banana","apple"]},"total_revenue":0.0,'
        b'"push_subscribe":"subscribed","email_subscribe":"subscribed","campaigns_received":[{'
        b'"name":"campaign-test","api_campaign_id":"d8b73da7-0b7c-fc72-1d80-e59c7f20f0d3",'
        b'"last_received":"2020-06-17T20:04:49.193Z","in_control":false,'
        b'"variation_name":"Variant 1",'
        b'"variation_api_id":"f2123be2-74ac-4cff-b010-d0b6217595a1"}]}],"message":"success"}',
        export,
    ),
    "export-segment": (
        201,
        b'{"object_prefix":"e739ed46-9cd7-4142-b70f-843b89c5ac80-1592424870",'
        b'"url":"https://appboy-eu-data-export.s3.amazonaws.com/'
        b'Iw_2CAuI2mvAemo2jRTbG6IBUkzpJNBbYSMwPHO082o.zip","message":"success"}',
        export_segment,
    ),
    "status-get": (
        200,
        b'{"status":{"test-user-1":"Subscribed","test-user-2":"Unsubscribed",'
        b'"test-user-3":"unknown"},"message":"success"}',
        states,
    ),
    "status-get-of-an-unknown-group": (
        400,
        b'{"message":"Invalid subscription group ID"}',
        lambda world: world.status("external_id=a", UNKNOWN_GROUP),
    ),
    "status-set": (
        201,
        SUCCESS,
        lambda world: world.set_status(SMS_GROUP, external_id="test-user-1"),
    ),
    "status-set-of-an-unknown-group": (
        400,
        b'{"message":"Invalid subscription group ID"}',
        lambda world: world.set_status(UNKNOWN_GROUP, external_id="a"),
    ),
    "hard-bounces": (
        200,
        b'{"emails":[],"message":"success"}',
        lambda world: world.get("/email/hard_bounces?start_date=2020-06-01&end_date=2020-06-30"),
    ),
    "unsubscribes": (
        200,
        b'{"emails":[{"email":"example@test.com","unsubscribed_at":"2020-06-17 19:27:44 +0000"}],'
        b'"message":"success"}',
        unsubscribes,
    ),
    "spam-remove": (
        201,
        SUCCESS,
        lambda world: world.post("/email/spam/remove", {"email": "example@test.com"}),
    ),
    "segments-list": (
        200,
        b'{"segments":[{"id":"6d68ea15-26c4-4109-835a-65b81773a5e2","name":"Lapsed Users - 7 days",'
        b'"analytics_tracking_enabled":true,"tags":[]}],"message":"success"}',
        list_segments,
    ),
    "canvas-details-of-an-unknown-canvas": (
        400,
        b'{"message":"canvas_id must be a string of the Canvas api identifier"}',
        lambda world: world.get("/canvas/details?canvas_id=non-existing"),
    ),
}


@pytest.mark.parametrize("case", RECORDED)
def test_the_recorded_body_is_answered_byte_for_byte(world: World, case: str) -> None:
    """Facts: bodies-are-compact-message-last, etag-is-body-hash"""
    status, body, provoke = RECORDED[case]

    answer = provoke(world)

    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"' if status < 400 else None
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers.get("Etag") == tag


@pytest.mark.parametrize(("method", "path"), TABLE)
def test_an_unknown_key_is_answered_with_the_recorded_body_everywhere(
    world: World, method: str, path: str
) -> None:
    """Facts: unknown-key-body"""
    answer = world.call(method, path, raw=b"{", headers={"Authorization": "Bearer non-existent"})

    assert answer.status_code == 401
    assert answer.content == b'{"message":"Invalid API key: non-existent"}'
    assert [name for name in answer.headers if answer.headers[name] == ""] == [
        "X-Ratelimit-Limit",
        "X-Ratelimit-Remaining",
        "X-Ratelimit-Reset",
    ]
