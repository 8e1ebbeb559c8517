"""An exchange that was recorded from Braze passes; each thing spoilt in it is found and named."""

from dataclasses import replace
from typing import Any

import pytest
from exchanges import (
    EXPORT,
    EXPORTED,
    GROUP_ID,
    RECORDED,
    STATES,
    STATUS_GET,
    STATUS_SET,
    TRACK,
    TRACKED,
    UNKNOWN_KEY,
    answered,
    asked,
)  # fmt: skip

from contracts.specification import Specification
from contracts.traffic import Exchange, check_exchange
from contracts.violations import Violation

SPECIFICATION = Specification()


def found(exchange: Exchange) -> list[Violation]:
    return check_exchange(exchange, SPECIFICATION)


@pytest.mark.parametrize("exchange", RECORDED.values(), ids=RECORDED)
def test_a_recorded_exchange_keeps_the_contract(exchange: Exchange) -> None:
    assert found(exchange) == []


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (TRACKED.replace(b"attributes_processed", b"attribute_count"), "body.attribute_count"),
        (TRACKED.replace(b":1,", b':"1",', 1), "body.attributes_processed"),
        (TRACKED.replace(b":1,", b":2,", 1), "body.attributes_processed"),
        (b'{"message":"success","attributes_processed":1}', "body"),
        (b'{"attributes_processed": 1, "message": "success"}', "body"),
        (b'{"attributes_processed":1}', "body.message"),
        (b"<html>", "body"),
    ],
)
def test_a_spoilt_body_of_track_is_found(body: bytes, at: str) -> None:
    assert at in [each.property for each in found(answered(TRACK, body))]


@pytest.mark.parametrize(
    ("was", "becomes", "at"),
    [
        (b'"external_id":"12345"', b'"external_id":12345', "body.users[0].external_id"),
        (b'"first_name"', b'"firstname"', "body.users[0].firstname"),
        (b'"total_revenue":0.0', b'"total_revenue":"0"', "body.users[0].total_revenue"),
        (b'"email_subscribe":"subscribed"', b'"email_subscribe":"maybe"',
         "body.users[0].email_subscribe"),
    ],
)  # fmt: skip
def test_a_spoilt_member_of_an_export_is_found(was: bytes, becomes: bytes, at: str) -> None:
    assert was in EXPORTED

    violations = found(answered(EXPORT, EXPORTED.replace(was, becomes)))

    assert at in [each.property for each in violations]
    assert all(each.side == "response" for each in violations)


def test_a_state_outside_the_documented_ones_is_found() -> None:
    spoilt = answered(STATUS_GET, STATES.replace(b'"Subscribed"', b'"Pending"'))

    assert [each.property for each in found(spoilt)] == ["body.status.test-user-1"]


def test_a_status_map_for_somebody_else_is_found() -> None:
    spoilt = answered(STATUS_GET, STATES.replace(b"test-user-1", b"test-user-9"))

    assert [each.property for each in found(spoilt)] == ["body.status"]


@pytest.mark.parametrize(
    "header",
    ["X-Ratelimit-Limit", "X-Ratelimit-Remaining", "X-Ratelimit-Reset", "X-Request-Id", "Etag",
     "Cache-Control", "Content-Type"],
)  # fmt: skip
def test_a_missing_header_is_found(header: str) -> None:
    left = {name: value for name, value in TRACK.response_headers.items() if name != header}

    violations = found(replace(TRACK, response_headers=left))

    assert [each.property for each in violations] == [f"headers.{header.lower()}"]


@pytest.mark.parametrize(
    ("header", "value"),
    [("Etag", 'W/"00000000000000000000000000000000"'), ("X-Ratelimit-Reset", "soon"),
     ("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-cache")],
)  # fmt: skip
def test_a_wrong_header_is_found(header: str, value: str) -> None:
    spoilt = replace(TRACK, response_headers={**TRACK.response_headers, header: value})

    assert [each.property for each in found(spoilt)] == [f"headers.{header.lower()}"]


def test_header_names_are_compared_in_any_case() -> None:
    shouted = {name.upper(): value for name, value in TRACK.response_headers.items()}

    assert found(replace(TRACK, response_headers=shouted)) == []


def test_an_undocumented_status_is_found() -> None:
    assert [each.property for each in found(answered(TRACK, TRACKED, 200))] == ["status"]


def test_a_401_with_counters_or_another_key_is_found() -> None:
    counted = replace(
        UNKNOWN_KEY, response_headers={**UNKNOWN_KEY.response_headers, "X-Ratelimit-Limit": "1"}
    )
    other = answered(UNKNOWN_KEY, b'{"message":"Invalid API key: somebody-else"}')

    assert [each.property for each in found(counted)] == ["headers.x-ratelimit-limit"]
    assert [each.property for each in found(other)] == ["body.message"]


def test_a_success_without_a_key_is_found() -> None:
    violations = found(replace(TRACK, request_headers={"Content-Type": "application/json"}))

    assert {(each.side, each.property) for each in violations} == {
        ("request", "headers.authorization"), ("response", "status"),
    }  # fmt: skip


CORRECTED: dict[str, Any] = {
    "attributes": [
        {"_update_existing_only": False, "email": "email@example.com",
         "user_alias": {"alias_name": "email@example.com", "alias_label": "email"}}
    ]
}  # fmt: skip


def test_the_partner_pages_creation_of_a_profile_passes_when_corrected() -> None:
    body = b'{"attributes_processed":1,"message":"success"}'

    assert found(answered(asked(TRACK, CORRECTED), body)) == []


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        ({"subscription_status": "subscribed", "subscription_state": None},
         "body.subscription_status"),
        ({"subscription_state": None}, "body.subscription_state"),
        ({"subscription_state": "Subscribed"}, "body.subscription_state"),
        ({"external_id": None}, "body"),
        ({"subscription_group_id": None}, "body.subscription_group_id"),
    ],
)  # fmt: skip
def test_a_wrong_status_change_is_the_consumers_violation(changed: dict[str, Any], at: str) -> None:
    good = {
        "subscription_group_id": GROUP_ID, "subscription_state": "subscribed",
        "external_id": "test-user-1",
    }  # fmt: skip
    sent = {name: value for name, value in {**good, **changed}.items() if value is not None}

    violations = found(asked(STATUS_SET, sent))

    assert at in [each.property for each in violations if each.side == "request"]


@pytest.mark.parametrize(
    "attributes",
    [
        {"first_name": "no identifier"},
        {"external_id": "a", "braze_id": "b"},
        {"external_id": "a", "email": "not an address"},
        {"user_alias": {"alias_name": "a"}},
        {"external_id": "a", "email_subscribe": "maybe"},
    ],
)
def test_a_bad_attributes_object_is_the_consumers_violation(attributes: dict[str, Any]) -> None:
    violations = found(asked(TRACK, {"attributes": [attributes]}))

    assert "request" in {each.side for each in violations}


def test_more_objects_than_a_request_may_hold_are_found() -> None:
    many = {"attributes": [{"external_id": "a"}] * 40, "events": [
        {"external_id": "a", "name": "e", "time": "2026-01-01"}] * 40}  # fmt: skip

    assert "track-object-limit" in {each.fact for each in found(asked(TRACK, many))}


def test_an_operation_outside_the_contract_is_found() -> None:
    (violation,) = found(replace(TRACK, path="/catalogs"))

    assert violation.operation == "POST /catalogs"
    assert str(violation)


def test_a_violation_reads_as_one_line() -> None:
    (violation,) = found(answered(STATUS_GET, STATES.replace(b'"Subscribed"', b'"Pending"')))

    line = str(violation)
    assert "\n" not in line
    assert all(word in line for word in ("GET /subscription/status/get", '"Pending"'))


COUNTED = b'{"attributes_processed":1,"message":"success"}'
REFUSED = b'{"message":"Bad Request"}'


def test_the_pages_misprinted_alias_is_found_with_the_fact_about_it() -> None:
    printed = {"attributes": [{"user_alias:": {"alias_name": "a"}, "email": "a@example.com"}]}

    (violation,) = found(answered(asked(TRACK, printed), COUNTED))

    assert violation.side == "request"
    assert violation.property == "body.attributes[0]['user_alias:']"
    assert violation.fact == "page-sample-user-alias-colon"


def test_the_pages_misprinted_state_is_found_on_both_sides_when_it_is_accepted() -> None:
    printed = {"subscription_group_id": GROUP_ID, "phone": "+13135551212",
               "subscription_status": "subscribed"}  # fmt: skip

    violations = found(asked(STATUS_SET, printed))

    assert [(each.side, each.property, each.fact) for each in violations] == [
        ("request", "body.subscription_status", "page-sample-subscription-status"),
        ("request", "body.subscription_state", "status-set-missing-state"),
        ("response", "status", "status-set-missing-state"),
    ]


def test_a_plus_that_became_a_space_is_the_consumers_violation() -> None:
    query = (("subscription_group_id", GROUP_ID), ("phone", " 13135551212"))
    exchange = answered(replace(STATUS_GET, query=query), STATES)

    assert "plus-in-phone-query" in {each.fact for each in found(exchange)}


def test_a_query_member_outside_the_contract_is_found() -> None:
    exchange = replace(STATUS_GET, query=(*STATUS_GET.query, ("user_alias", "a")))

    assert [each.property for each in found(exchange)] == ["query.user_alias"]


@pytest.mark.parametrize(
    ("spoilt", "fact"),
    [
        (replace(TRACK, request_headers={"Authorization": "Bearer a-key"}),
         "wrong-content-type-415"),
        (replace(TRACK, request_body=b'{"attributes": ['), "unparsable-json-400"),
        (replace(TRACK, request_body=TRACK.request_body + b" " * 4 * 1024 * 1024),
         "too-large-413"),
        (asked(TRACK, {"attributes": []}), "track-nothing-usable"),
        (asked(EXPORT, {"fields_to_export": ["email"]}), "export-no-identifier"),
        (replace(STATUS_GET, query=STATUS_GET.query[:1]), "status-get-identifier-rules"),
    ],
    ids=["no content type", "cut off", "over 4 MB", "nothing to write", "nobody to export",
         "nobody to look up"],
)  # fmt: skip
def test_a_success_for_what_must_be_refused_is_found_on_both_sides(
    spoilt: Exchange, fact: str
) -> None:
    violations = found(spoilt)

    assert {each.side for each in violations if each.fact == fact} == {"request", "response"}
    assert ("response", "status") in {(each.side, each.property) for each in violations}


def test_a_refused_request_is_still_the_consumers_violation_and_only_that() -> None:
    exchange = answered(replace(TRACK, request_body=b"{"), REFUSED, 400)

    assert [(each.side, each.property) for each in found(exchange)] == [("request", "body")]


@pytest.mark.parametrize("key", ["Bearer", "Bearer ", 'Bearer "a-key"', "a-key", "bearer a-key"])
def test_a_malformed_key_is_found_and_must_be_answered_401(key: str) -> None:
    headers = {"Authorization": key, "Content-Type": "application/json"}
    exchange = replace(TRACK, request_headers=headers)

    assert [(each.side, each.property) for each in found(exchange)] == [
        ("request", "headers.authorization"), ("response", "status"),
    ]  # fmt: skip


def test_a_counter_of_an_array_that_was_not_sent_is_found() -> None:
    violations = found(answered(asked(TRACK, CORRECTED), TRACKED))

    assert {each.fact for each in violations} == {"absent-array-absent-counter"}
    assert len(violations) == 2


def test_an_error_about_an_object_that_was_not_sent_is_found() -> None:
    body = (
        b'{"attributes_processed":1,"message":"success",'
        b'"errors":[{"type":"EMAIL_BAD_FORMAT","input_array":"attributes","index":1}]}'
    )

    violations = found(answered(asked(TRACK, CORRECTED), body))

    assert [each.property for each in violations] == ["body.errors[0].index"]


def test_an_etag_on_a_refusal_is_found() -> None:
    refused = answered(TRACK, REFUSED, 400)
    tagged = {**refused.response_headers, "Etag": 'W/"00000000000000000000000000000000"'}

    violations = found(replace(refused, response_headers=tagged))

    assert [(each.property, each.fact) for each in violations] == [
        ("headers.etag", "etag-is-body-hash")
    ]


RATE_LIMITED = answered(TRACK, b'{"message":"Rate Limited"}', 429)
WITHOUT_COUNTERS = {
    name: value
    for name, value in RATE_LIMITED.response_headers.items()
    if not name.startswith("X-Ratelimit")
}


def test_both_forms_of_429_are_documented() -> None:
    by_contract = {**WITHOUT_COUNTERS, "X-Ratelimit-Retry-After": "2"}

    assert found(RATE_LIMITED) == []
    assert found(replace(RATE_LIMITED, response_headers=by_contract)) == []


def test_a_429_that_does_not_say_when_to_come_back_is_found() -> None:
    violations = found(replace(RATE_LIMITED, response_headers=WITHOUT_COUNTERS))

    assert [(each.property, each.fact) for each in violations] == [("headers", "rate-limited-429")]


@pytest.mark.parametrize("status", [403, 415])
def test_a_refusal_that_is_not_json_is_found(status: int) -> None:
    assert "body" in [each.property for each in found(answered(TRACK, b"<html>", status))]


@pytest.mark.parametrize("status", [413, 500, 502, 503, 504])
def test_what_a_gateway_says_is_free(status: int) -> None:
    exchange = replace(
        TRACK, status=status, response_headers={"Content-Type": "text/html"}, response_body=b"<p>"
    )

    assert found(exchange) == []
