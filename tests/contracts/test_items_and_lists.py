"""Traffic of endpoints that take items or give lists: answers that do not fit are found."""

from dataclasses import replace
from typing import Any

import orjson
import pytest
from exchanges import (
    DELETE,
    IDENTIFY,
    TRACK,
    TRACKED,
    UNSUBSCRIBED,
    UNSUBSCRIBES,
    an_exchange,
    answered,
    asked,
)  # fmt: skip

from contracts.specification import Specification
from contracts.traffic import Exchange, check_exchange
from contracts.violations import Violation

SPECIFICATION = Specification()


def found(exchange: Exchange) -> list[Violation]:
    return check_exchange(exchange, SPECIFICATION)


def partly(counter: str, count: int, input_array: str, index: int) -> bytes:
    """An answer that counts some items and lists one that was not taken."""
    error = {"type": "a", "input_array": input_array, "index": index}
    return orjson.dumps({counter: count, "message": "success", "errors": [error]})


@pytest.mark.parametrize(
    ("exchange", "body", "at"),
    [
        (DELETE, b'{"deleted":4,"message":"success"}', "body.deleted"),
        (DELETE, b'{"removed":3,"message":"success"}', "body.deleted"),
        (IDENTIFY, b'{"aliases_processed":2,"message":"success"}', "body.aliases_processed"),
        (IDENTIFY, b'{"emails_processed":1,"message":"success"}', "body.emails_processed"),
        (DELETE, partly("deleted", 2, "external_ids", 3),
         "body.errors[0].index"),
        (IDENTIFY, partly("aliases_processed", 0, "user_identifiers", 1), "body.errors[0].index"),
        (IDENTIFY, partly("aliases_processed", 0, "emails_to_identify", 0), "body.errors[0].index"),
    ],
)  # fmt: skip
def test_an_answer_about_more_items_than_were_sent_is_found(
    exchange: Exchange, body: bytes, at: str
) -> None:
    assert at in [each.property for each in found(answered(exchange, body))]


@pytest.mark.parametrize(
    ("exchange", "body"),
    [
        (IDENTIFY, b'{"aliases_processed":1,"emails_processed":0,"phone_numbers_processed":0,'
         b'"message":"success"}'),
        (IDENTIFY, partly("aliases_processed", 0, "user_identifiers", 0)),
        (DELETE, partly("deleted", 2, "external_ids", 2)),
    ],
)  # fmt: skip
def test_items_that_were_not_taken_may_be_listed(exchange: Exchange, body: bytes) -> None:
    """Facts: identify-counts-addresses, identify-both-recencies"""
    assert found(answered(exchange, body)) == []


def test_a_list_that_is_longer_than_its_limit_is_found() -> None:
    two = UNSUBSCRIBED.replace(b"[{", b'[{"email":"a@test.com","unsubscribed_at":'
                               b'"2020-06-17 19:27:44 +0000"},{')  # fmt: skip

    violations = found(answered(UNSUBSCRIBES, two))

    assert [(each.property, each.fact) for each in violations] == [
        ("body.emails", "email-list-query")
    ]


MERGE = an_exchange(
    "POST", "/users/merge", 202, b'{"message":"success"}',
    sent={"merge_updates": [
        {"identifier_to_merge": {"external_id": "a"}, "identifier_to_keep": {"external_id": "b"}}]},
)  # fmt: skip


def test_a_merge_is_answered_202_without_an_etag() -> None:
    """Facts: merge-answers-202, no-etag-on-202"""
    tagged = {**MERGE.response_headers, "Etag": 'W/"00000000000000000000000000000000"'}

    assert found(MERGE) == []
    assert [each.property for each in found(answered(MERGE, b'{"message":"success"}', 201))] == [
        "status"
    ]
    assert "headers.etag" in [
        each.property for each in found(replace(MERGE, response_headers=tagged))
    ]


@pytest.mark.parametrize(
    ("update", "fact"),
    [
        ({"identifier_to_merge": {"external_id": "a"}}, "merge-members"),
        ({"identifier_to_merge": {"external_id": "a"}, "identifier_to_keep": {"external_id": "b"},
          "merge_behavior": "merge"}, "merge-members"),
        ({"identifier_to_merge": {"external_id": "a"}, "identifier_to_keep": {"braze_id": "b"}},
         "merge-identifier-forms"),
    ],
)  # fmt: skip
def test_a_merge_that_must_be_refused_and_is_not_is_found(update: Any, fact: str) -> None:
    violations = found(asked(MERGE, {"merge_updates": [update]}))

    assert (fact, "response", "status") in [(v.fact, v.side, v.property) for v in violations]


BULK = replace(TRACK, path="/users/track/bulk")


def test_the_limits_of_a_bulk_request_are_its_own() -> None:
    """Facts: bulk-limits, bulk-body-limit"""
    attributes = [{"external_id": "a"}]
    events = [{"external_id": "a", "name": "e", "time": "2026-01-01"}]
    many = asked(BULK, {"attributes": attributes * 76, "events": events * 76})
    too_many = asked(BULK, {"attributes": attributes * 501, "events": events * 500})
    too_long = replace(BULK, request_body=BULK.request_body + b" " * 2 * 1024 * 1024)

    assert found(answered(many, TRACKED.replace(b'"purchases_processed":1,', b""))) == []
    assert "bulk-limits" in {each.fact for each in found(too_many)}
    assert {(each.side, each.fact) for each in found(too_long)} == {
        ("request", "bulk-body-limit"), ("response", "bulk-body-limit"),
    }  # fmt: skip


def test_a_link_to_another_page_has_a_form() -> None:
    """Facts: lists-by-cursor"""
    events = an_exchange("GET", "/events", 200, b'{"events":[{"name":"a"}],"message":"success"}')
    linked = {**events.response_headers, "Link": '<https://a.example/events?cursor=x>; rel="next"'}

    assert found(replace(events, response_headers=linked)) == []
    assert [
        each.property
        for each in found(replace(events, response_headers={**linked, "Link": "/events?cursor=x"}))
    ] == ["headers.link"]
