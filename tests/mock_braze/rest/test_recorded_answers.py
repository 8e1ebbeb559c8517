"""Answers of the service that were seen in real traffic, byte for byte."""

import hashlib
import json
import re
from datetime import UTC, datetime

import pytest
import requests
from worlds import KEY, SMS_GROUP, START, World, a_purchase, advance, an_event, tracked

from mock_braze.domain.clock import ManualClock
from mock_braze.domain.users.profile import CampaignReceipt, Profile

CREATED = datetime(2020, 6, 17, 20, 1, 33, 385_000, tzinfo=UTC)
UNKNOWN_GROUP = "00000000-0000-4000-8000-000000000000"
EXPORTED = (
    b'{"users":[{"created_at":"2020-06-17T20:01:33.385Z","external_id":"12345","user_aliases":[],'
    b'"appboy_id":"5eea769d45bb2e1467418f92","braze_id":"5eea769d45bb2e1467418f92",'
    b'"first_name":"John","last_name":"Doe","random_bucket":5445,"email":"example@test.com",'
    b'"custom_attributes":{"string_attribute":"sherman","boolean_attribute_1":true,'
    b'"integer_attribute":25,"array_attribute":["banana","apple"]},"total_revenue":0.0,'
    b'"push_subscribe":"subscribed","email_subscribe":"subscribed","campaigns_received":['
    b'{"name":"campaign-test","api_campaign_id":"d8b73da7-0b7c-fc72-1d80-e59c7f20f0d3",'
    b'"last_received":"2020-06-17T20:04:49.193Z","in_control":false,"variation_name":"Variant 1",'
    b'"variation_api_id":"f2123be2-74ac-4cff-b010-d0b6217595a1"}]}],"message":"success"}'
)


def assert_is_a_success(answer: requests.Response, status: int, body: bytes) -> None:
    assert (answer.status_code, answer.content) == (status, body)
    assert answer.headers["Etag"] == f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    assert answer.headers["Cache-Control"] == "max-age=0, private, must-revalidate"
    assert_has_the_headers_of_every_answer(answer)


def assert_is_a_refusal(answer: requests.Response, status: int, body: bytes) -> None:
    assert (answer.status_code, answer.content) == (status, body)
    assert "Etag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"
    assert_has_the_headers_of_every_answer(answer)


def assert_has_the_headers_of_every_answer(answer: requests.Response) -> None:
    uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    assert re.fullmatch(uuid, answer.headers["X-Request-Id"])
    assert re.fullmatch(r"\d+\.\d{6}", answer.headers["X-Runtime"])
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer.headers["Vary"] == "Origin,Accept-Encoding"
    assert answer.headers["Content-Length"] == str(len(answer.content))


def rate_headers(answer: requests.Response) -> list[str]:
    return [answer.headers[f"X-Ratelimit-{name}"] for name in ("Limit", "Remaining", "Reset")]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/users/track"),
        ("POST", "/users/export/ids"),
        ("GET", "/subscription/status/get"),
        ("POST", "/subscription/status/set"),
    ],
)
def test_an_unknown_key_is_echoed_before_the_body_is_looked_at(
    world: World, method: str, path: str
) -> None:
    """Facts: unknown-key-body, rate-headers-empty-on-401"""
    headers = {"Authorization": "Bearer non-existent", "Content-Type": "text/plain"}

    answer = world.call(method, path, raw=b"{", headers=headers)

    assert_is_a_refusal(answer, 401, b'{"message":"Invalid API key: non-existent"}')
    assert rate_headers(answer) == ["", "", ""]


def test_a_good_track_request_counts_what_it_queued(world: World) -> None:
    """Facts: track-success-body, integer-product-ids"""
    answer = world.track(
        {"external_id": 12345},
        events=[an_event(external_id=12345, time="2019-02-15 00:00:00 -0500")],
        purchases=[a_purchase(external_id=12345, product_id=7)],
    )

    assert_is_a_success(
        answer,
        201,
        b'{"attributes_processed":1,"events_processed":1,"purchases_processed":1,'
        b'"message":"success"}',
    )
    assert rate_headers(answer) == ["3000", "2999", str(int(START.timestamp()) + 3)]


def test_the_recorded_profile_is_exported_as_it_was_recorded(world: World) -> None:
    """Facts: export-recorded-body, export-integer-external-ids, export-answers-201"""
    world.workspace.state.profiles.add(
        Profile(
            braze_id="5eea769d45bb2e1467418f92",
            created_at=CREATED,
            finished_at=CREATED,
            created_by=0,
            updated_at=0,
            random_bucket=5445,
            external_id="12345",
            email="example@test.com",
            fields={"last_name": "Doe", "first_name": "John"},
            custom_attributes={
                "string_attribute": "sherman",
                "boolean_attribute_1": True,
                "integer_attribute": 25,
                "array_attribute": ["banana", "apple"],
            },
            campaigns_received=[
                CampaignReceipt(
                    name="campaign-test",
                    api_campaign_id="d8b73da7-0b7c-fc72-1d80-e59c7f20f0d3",
                    last_received=datetime(2020, 6, 17, 20, 4, 49, 193_000, tzinfo=UTC),
                    in_control=False,
                    variation_name="Variant 1",
                    variation_api_id="f2123be2-74ac-4cff-b010-d0b6217595a1",
                )
            ],
        )
    )

    assert_is_a_success(world.export(external_ids=[12345]), 201, EXPORTED)


def test_states_are_read_in_capitals_and_no_history_as_unknown(world: World) -> None:
    """Facts: status-get-body, status-unknown-is-lower-case"""
    users = [{"external_id": f"test-user-{n}"} for n in (1, 2, 3)]
    tracked(world.workspace, *users)
    world.set_status(external_id="test-user-1")
    world.set_status(external_id=["test-user-2"], subscription_state="unsubscribed")

    asked = "&".join(f"external_id%5B%5D=test-user-{n}" for n in (1, 2, 3))
    answer = world.status(asked, SMS_GROUP)

    assert_is_a_success(
        answer,
        200,
        b'{"status":{"test-user-1":"Subscribed","test-user-2":"Unsubscribed",'
        b'"test-user-3":"unknown"},"message":"success"}',
    )
    end_of_the_hour = int(START.timestamp()) + 3600
    assert rate_headers(answer) == ["250000", "249999", str(end_of_the_hour)]


def test_an_accepted_state_is_just_a_success_also_when_nothing_changes(world: World) -> None:
    """Facts: status-set-success-body"""
    tracked(world.workspace, {"external_id": "test-user-1"})

    answers = [world.set_status(external_id="test-user-1") for _ in range(2)]

    for answer in answers:
        assert_is_a_success(answer, 201, b'{"message":"success"}')
    assert answers[1].headers["X-Ratelimit-Remaining"] == "4998"


def test_an_unknown_group_is_refused_by_both_endpoints(world: World) -> None:
    """Facts: unknown-group-400"""
    refused = b'{"message":"Invalid subscription group ID"}'

    assert_is_a_refusal(world.status("external_id=a", UNKNOWN_GROUP), 400, refused)
    assert_is_a_refusal(world.set_status(UNKNOWN_GROUP, external_id="a"), 400, refused)


def test_a_refused_call_is_counted_too(world: World) -> None:
    """Facts: rejected-calls-count"""
    remaining = [
        world.status("external_id=a", UNKNOWN_GROUP).headers["X-Ratelimit-Remaining"]
        for _ in range(3)
    ]

    assert remaining == ["249999", "249998", "249997"]


def test_a_get_works_with_and_without_a_content_type(world: World) -> None:
    """Facts: get-needs-no-content-type"""
    query = f"/subscription/status/get?subscription_group_id={SMS_GROUP}&external_id=a"
    body = b'{"status":{"a":"unknown"},"message":"success"}'

    for content_type in (None, "application/json", "text/plain"):
        answer = world.get(query, headers={"Content-Type": content_type})
        assert_is_a_success(answer, 200, body)


def test_every_answer_has_a_name_of_its_own(world: World) -> None:
    """Facts: request-id-is-uuid"""
    names = {world.export(external_ids=["a"]).headers["X-Request-Id"] for _ in range(20)}

    assert len(names) == 20


def test_the_key_itself_is_not_in_any_answer(world: World) -> None:
    answer = world.export(external_ids=["a"])

    assert KEY not in answer.text + str(answer.headers)


def test_the_recorded_deletion_counts_what_was_queued_each_time(world: World) -> None:
    """Facts: delete-success-body, delete-counts-items, repeated-deletion-is-harmless"""
    body = {"external_ids": ["user-1", "user-2", "user-3"]}

    for _ in range(2):
        answer = world.post("/users/delete", body)
        assert_is_a_success(answer, 201, b'{"deleted":3,"message":"success"}')


def test_the_recorded_identification_counts_the_items_each_time(world: World) -> None:
    """Facts: identify-success-body, identify-counts-items"""
    alias = {"alias_name": "abc", "alias_label": "foo"}
    body = {"aliases_to_identify": [{"external_id": 12345, "user_alias": alias}]}

    for _ in range(2):
        answer = world.post("/users/identify", body)
        assert_is_a_success(answer, 201, b'{"aliases_processed":1,"message":"success"}')
        advance(world.workspace, 5)


def test_the_recorded_removal_lists_what_is_gone(world: World) -> None:
    """Facts: remove-success-body, rate-of-external-id-changes"""
    world.workspace.set_clock(ManualClock(datetime(2026, 2, 17, 16, 18, 25, tzinfo=UTC)))
    world.tracked({"external_id": "abc"})
    renaming = {"current_external_id": "abc", "new_external_id": "def"}
    world.post("/users/external_ids/rename", {"external_id_renames": [renaming]})

    answer = world.post("/users/external_ids/remove", {"external_ids": ["abc"]})

    body = b'{"removed_ids":["abc"],"removal_errors":[],"message":"success"}'
    assert_is_a_success(answer, 201, body)
    end_of_the_minute = int(world.workspace.clock.now().timestamp()) // 60 * 60 + 60
    assert rate_headers(answer) == ["1000", "999", str(end_of_the_minute)]


def the_answers_of_every_status(world: World) -> list[requests.Response]:
    """A read, an accepted write, an export and a refusal; each body is compact."""
    return [
        world.status("external_id=a"),
        world.track({"external_id": "a"}),
        world.export(external_ids=["a"]),
        world.track({}),
    ]


def test_reads_are_answered_200_and_accepted_posts_201(world: World) -> None:
    """Facts: writes-201-reads-200"""
    answers = the_answers_of_every_status(world)

    assert [each.status_code for each in answers] == [200, 201, 201, 400]
    assert [each.json()["message"] for each in answers[:3]] == ["success"] * 3


def test_bodies_are_compact_json_that_ends_in_the_message(world: World) -> None:
    """Facts: bodies-are-compact-message-last, content-type-has-no-charset"""
    for answer in the_answers_of_every_status(world)[:3]:
        assert answer.text.endswith(',"message":"success"}')
        assert json.dumps(answer.json(), separators=(",", ":")) == answer.text
        assert answer.headers["Content-Type"] == "application/json"


def test_successes_may_be_kept_by_whoever_checks_them_and_refusals_may_not(world: World) -> None:
    """Facts: cache-control-by-status, etag-is-body-hash"""
    told = [
        (each.headers["Cache-Control"], "Etag" in each.headers)
        for each in the_answers_of_every_status(world)
    ]

    kept = ("max-age=0, private, must-revalidate", True)
    assert told == [kept, kept, kept, ("no-cache", False)]


def test_every_answer_has_the_fixed_headers_and_tells_its_time(world: World) -> None:
    """Facts: fixed-headers, runtime-has-six-decimals"""
    for answer in the_answers_of_every_status(world):
        assert_has_the_headers_of_every_answer(answer)


def test_every_answer_tells_what_is_left_of_the_budget(world: World) -> None:
    """Facts: rate-headers-on-every-answer"""
    for answer in the_answers_of_every_status(world):
        limit, remaining, reset = map(int, rate_headers(answer))
        assert 0 <= remaining < limit
        assert reset > START.timestamp()
