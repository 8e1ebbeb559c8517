"""Exchanges as they were recorded from Braze, and a way to spoil one thing in them."""

import hashlib
from dataclasses import replace
from typing import Any

import orjson

from contracts.traffic import Exchange

GROUP_ID = "10000000-0000-4000-8000-000000000001"
COUNTERS = {
    "X-Ratelimit-Limit": "250000", "X-Ratelimit-Remaining": "249986",
    "X-Ratelimit-Reset": "1592427600",
}  # fmt: skip
NO_COUNTERS = dict.fromkeys(COUNTERS, "")
COMMON = {
    "Content-Type": "application/json",
    "X-Request-Id": "22ae357c-6bfa-47ff-95ef-c0d0545f0230",
    "X-Runtime": "0.007710",
}
TRACKED = (
    b'{"attributes_processed":1,"events_processed":1,"purchases_processed":1,"message":"success"}'
)
EXPORTED = (
    b'{"users":[{"created_at":"2020-06-17T20:01:33.385Z","external_id":"12345","user_aliases":[],'
    b'"appboy_id":"5eea769d45bb2e1467418f92","braze_id":"5eea769d45bb2e1467418f92",'
    b'"first_name":"John","last_name":"Doe","random_bucket":5445,"email":"example@test.com",'
    b'"custom_attributes":{"string_attribute":"sherman","boolean_attribute_1":true,'
    b'"integer_attribute":25,"array_attribute":["banana","apple"]},"total_revenue":0.0,'
    b'"push_subscribe":"subscribed","email_subscribe":"subscribed","campaigns_received":['
    b'{"name":"campaign-test","api_campaign_id":"d8b73da7-0b7c-fc72-1d80-e59c7f20f0d3",'
    b'"last_received":"2020-06-17T20:04:49.193Z","in_control":false,'
    b'"variation_name":"Variant 1","variation_api_id":"f2123be2-74ac-4cff-b010-d0b6217595a1"}]}],'
    b'"message":"success"}'
)
STATES = (
    b'{"status":{"test-user-1":"Subscribed","test-user-2":"Unsubscribed",'
    b'"test-user-3":"unknown"},"message":"success"}'
)
EVERYTHING = {
    "attributes": [{"external_id": 12345, "first_name": "John", "integer_attribute": 25}],
    "events": [{"external_id": 12345, "name": "e", "time": "2019-02-15 00:00:00 -0500"}],
    "purchases": [
        {"external_id": 12345, "product_id": 1, "currency": "USD", "price": 1.5,
         "time": "2019-02-15T00:00:00Z"}
    ],
}  # fmt: skip


def headers_of(status: int, body: bytes) -> dict[str, str]:
    if status in (200, 201):
        etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        cache = "max-age=0, private, must-revalidate"
        return {**COMMON, **COUNTERS, "Etag": etag, "Cache-Control": cache}
    counters = NO_COUNTERS if status == 401 else COUNTERS
    return {**COMMON, **counters, "Cache-Control": "no-cache"}


def an_exchange(
    method: str, path: str, status: int, answer: bytes, *, sent: Any = None, query: Any = (),
    key: str = "a-key",
) -> Exchange:  # fmt: skip
    return Exchange(
        method, path, tuple(query),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        b"" if sent is None else orjson.dumps(sent), status, headers_of(status, answer), answer,
    )  # fmt: skip


TRACK = an_exchange("POST", "/users/track", 201, TRACKED, sent=EVERYTHING)
EXPORT = an_exchange(
    "POST",
    "/users/export/ids",
    201,
    EXPORTED,
    sent={"external_ids": [12345], "fields_to_export": ["email"]},
)
STATUS_GET = an_exchange(
    "GET", "/subscription/status/get", 200, STATES,
    query=[("subscription_group_id", GROUP_ID),
           *(("external_id[]", f"test-user-{n}") for n in (1, 2, 3))],
)  # fmt: skip
STATUS_SET = an_exchange(
    "POST", "/subscription/status/set", 201, b'{"message":"success"}',
    sent={"subscription_group_id": GROUP_ID, "subscription_state": "subscribed",
          "external_id": "test-user-1"},
)  # fmt: skip
UNKNOWN_GROUP = an_exchange(
    "GET", "/subscription/status/get", 400, b'{"message":"Invalid subscription group ID"}',
    query=[("subscription_group_id", "nope"), ("external_id", "test-user-1")],
)  # fmt: skip
UNKNOWN_KEY = an_exchange(
    "POST", "/users/track", 401, b'{"message":"Invalid API key: non-existent"}', sent=EVERYTHING,
    key="non-existent",
)  # fmt: skip
IDENTIFY = an_exchange(
    "POST", "/users/identify", 201, b'{"aliases_processed":1,"message":"success"}',
    sent={"aliases_to_identify": [
        {"external_id": "q-1", "user_alias": {"alias_name": "a", "alias_label": "email"}}]},
)  # fmt: skip
DELETE = an_exchange(
    "POST", "/users/delete", 201, b'{"deleted":3,"message":"success"}',
    sent={"external_ids": ["a", "b", "c"]},
)  # fmt: skip
REMOVE = an_exchange(
    "POST", "/users/external_ids/remove", 201,
    b'{"removed_ids":["abc"],"removal_errors":[],"message":"success"}',
    sent={"external_ids": ["abc"]},
)  # fmt: skip
UNSUBSCRIBED = (
    b'{"emails":[{"email":"example@test.com","unsubscribed_at":"2020-06-17 19:27:44 +0000"}],'
    b'"message":"success"}'
)
UNSUBSCRIBES = an_exchange(
    "GET", "/email/unsubscribes", 200, UNSUBSCRIBED,
    query=[("start_date", "2020-06-01"), ("end_date", "2020-06-18"), ("limit", "1")],
)  # fmt: skip
SEGMENTS = an_exchange(
    "GET", "/segments/list", 200,
    b'{"segments":[{"id":"6d68ea15-26c4-4109-835a-65b81773a5e2","name":"Lapsed Users - 7 days",'
    b'"analytics_tracking_enabled":true,"tags":[]}],"message":"success"}',
)  # fmt: skip
EXPORT_SEGMENT = an_exchange(
    "POST", "/users/export/segment", 201,
    b'{"object_prefix":"e739ed46-9cd7-4142-b70f-843b89c5ac80-1592424870",'
    b'"url":"https://appboy-eu-data-export.s3.amazonaws.com/'
    b'Iw_2CAuI2mvAemo2jRTbG6IBUkzpJNBbYSMwPHO082o.zip","message":"success"}',
    sent={"segment_id": "a", "fields_to_export": ["email"]},
)  # fmt: skip
UNKNOWN_CANVAS = an_exchange(
    "GET", "/canvas/details", 400,
    b'{"message":"canvas_id must be a string of the Canvas api identifier"}',
    query=[("canvas_id", "non-existing")],
)  # fmt: skip
RECORDED = {
    "track": TRACK, "export": EXPORT, "status get": STATUS_GET, "status set": STATUS_SET,
    "unknown group": UNKNOWN_GROUP, "unknown key": UNKNOWN_KEY, "identify": IDENTIFY,
    "delete": DELETE, "remove": REMOVE, "unsubscribes": UNSUBSCRIBES, "segments": SEGMENTS,
    "export of a segment": EXPORT_SEGMENT, "unknown canvas": UNKNOWN_CANVAS,
}  # fmt: skip


def answered(exchange: Exchange, body: bytes, status: int = 0) -> Exchange:
    """The same request with another answer, whose headers fit it."""
    status = status or exchange.status
    return replace(
        exchange, status=status, response_body=body, response_headers=headers_of(status, body)
    )


def asked(exchange: Exchange, sent: Any) -> Exchange:
    """Another request with the same answer."""
    return replace(exchange, request_body=orjson.dumps(sent))
