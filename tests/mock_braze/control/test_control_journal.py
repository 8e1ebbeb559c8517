import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from worlds import (
    DOUBLE_GROUP,
    EMAIL,
    KEY,
    PHONE,
    SMS_GROUP,
    START,
    World,
    add_double_opt_in_group,
    advance,
)

from mock_braze.control.journal import KINDS
from mock_braze.domain.dates import write_time
from mock_braze.domain.subscriptions.email_reports import report_bounce, report_spam
from mock_braze.domain.subscriptions.invalid_phones import Reason, report_invalid


def entries(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = world.control("GET", f"/journal{query}")
    assert answer.headers["Content-Type"] == "application/jsonl"
    return [json.loads(line) for line in answer.content.splitlines()]


def test_a_request_is_told_whole_with_its_answer(world: World) -> None:
    world.post("/users/track?x=1", {}, headers={"X-Odd": "yes"})

    (entry,) = entries(world)
    answered = entry["response"]["headers"]
    body = (
        "{\"message\":\"Valid data must be provided in the 'attributes', 'events', "
        "or 'purchases' fields.\"}"
    )
    assert entry == {
        "number": 1,
        "at": "2026-01-05T09:00:00.000Z",
        "kind": "request",
        "api_key": KEY,
        "request": {
            "method": "POST",
            "path": "/users/track",
            "query": "x=1",
            "headers": {
                "accept-encoding": "identity",
                "authorization": f"Bearer {KEY}",
                "content-length": "2",
                "content-type": "application/json",
                "x-odd": "yes",
            },
            "address": "127.0.0.1",
            "body": "{}",
        },
        "response": {
            "status": 400,
            "headers": {
                "content-type": "application/json",
                "cache-control": "no-cache",
                "x-ratelimit-limit": "3000",
                "x-ratelimit-remaining": "2999",
                "x-ratelimit-reset": "1767603603",
                "x-request-id": answered["x-request-id"],
                "x-runtime": answered["x-runtime"],
                "strict-transport-security": "max-age=31536000; includeSubDomains",
                "vary": "Origin,Accept-Encoding",
            },
            "body": body,
        },
    }


def test_effects_hazards_and_moves_of_the_clock_are_told(world: World) -> None:
    world.set_status(phone=PHONE)
    advance(world.workspace, 1.5)

    at = "2026-01-05T09:00:00.000Z"
    assert entries(world, "?since=1") == [
        {
            "number": 2,
            "at": at,
            "kind": "effect",
            "effect": "subscription_state_orphaned",
            "request": 1,
            "details": {"group_id": SMS_GROUP, "subscriber": PHONE, "state": "subscribed"},
        },
        {
            "number": 3,
            "at": at,
            "kind": "hazard",
            "hazard": "orphan_subscription",
            "request": 1,
            "subject": PHONE,
            "details": "no profile carries this address",
            "says": "A subscription state was set for an address that no profile carries.",
            "instead": (
                "Put the phone or email on the profile first; the state dies after 30 days "
                "otherwise."
            ),
            "fact": "page-samples-lack-the-phone",
        },
        {"number": 4, "at": at, "kind": "clock", "to": "2026-01-05T09:00:01.500Z"},
    ]


def test_texts_and_messages_are_told(world: World) -> None:
    add_double_opt_in_group(world.workspace)
    world.tracked({"external_id": "a", "phone": PHONE})
    world.control(
        "POST", "/sms/inbound", {"phone": PHONE, "group_id": DOUBLE_GROUP, "body": "Help"}
    )

    (received,), (message,) = entries(world, "?kind=text"), entries(world, "?kind=message")
    at = "2026-01-05T09:03:20.000Z"
    assert received == {
        "number": received["number"],
        "at": at,
        "kind": "text",
        "group_id": DOUBLE_GROUP,
        "phone": PHONE,
        "body": "Help",
    }
    assert message == {
        "number": received["number"] + 1,
        "at": at,
        "kind": "message",
        "message": "help",
        "group_id": DOUBLE_GROUP,
        "phone": PHONE,
        "language": "en",
        "body": "Reply STOP to unsubscribe.",
        "request": received["number"],
        "campaign_id": None,
        "dispatch_id": None,
    }


def test_a_body_that_is_not_utf_8_is_told_in_base64(world: World) -> None:
    world.post("/users/track", raw=b"\xff\x00")

    (entry,) = entries(world)
    assert entry["request"]["body_base64"] == "/wA="
    assert "body" not in entry["request"]


def test_a_body_over_the_limit_is_not_kept(world: World) -> None:
    world.post("/users/track", raw=b" " * (4 * 1024 * 1024 + 1))

    (entry,) = entries(world)
    assert (entry["request"]["body"], entry["response"]["status"]) == ("", 413)


def test_a_compressed_answer_is_told_as_it_was_before(world: World) -> None:
    world.post("/users/export/ids", {"device_id": "d"}, headers={"Accept-Encoding": "gzip"})

    (entry,) = entries(world)
    response = entry["response"]
    digest = hashlib.sha256(response["body"].encode()).hexdigest()[:32]
    assert response["body"] == '{"users":[],"message":"success"}'
    assert response["headers"]["etag"] == f'W/"{digest}"'


def test_entries_are_chosen_by_number_and_kind(world: World) -> None:
    for _ in range(3):
        world.set_status(phone=PHONE)

    def numbers(query: str) -> list[int]:
        return [each["number"] for each in entries(world, query)]

    assert numbers("?kind=request") == [1, 4, 7]
    assert numbers("?since=4&kind=hazard") == [6, 9]
    assert numbers("?since=0&format=jsonl") == list(range(1, 10))
    assert numbers("?since=9") == numbers("?since=123456789012345678") == []


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ("since=x", ["'since' must be the number of an entry, not 'x'"]),
        ("since=-1", ["'since' must be the number of an entry, not '-1'"]),
        ("since=", ["'since' must be the number of an entry, not ''"]),
        (
            "kind=reply",
            [f"'kind' must be one of {', '.join(KINDS)}, not 'reply'"],
        ),
        ("format=xml", ["'format' must be one of jsonl, har, not 'xml'"]),
        (
            "format=har&kind=effect",
            ["an HTTP Archive holds requests only; leave 'kind' out, not 'effect'"],
        ),
        (
            "since=1.5&kind=&format=",
            [
                "'since' must be the number of an entry, not '1.5'",
                f"'kind' must be one of {', '.join(KINDS)}, not ''",
                "'format' must be one of jsonl, har, not ''",
            ],
        ),
    ],
)
def test_a_journal_asked_for_badly_is_refused_with_every_reason(
    world: World, query: str, problems: list[str]
) -> None:
    answer = world.control("GET", f"/journal?{query}")

    assert (answer.status_code, answer.json()) == (400, {"problems": problems})


def test_a_number_of_thousands_of_digits_is_refused(world: World) -> None:
    assert world.control("GET", f"/journal?since={'1' * 5000}").status_code == 400


def test_a_key_that_opens_nothing_is_journaled_in_the_default_workspace(world: World) -> None:
    world.control("POST", "/workspaces", {"name": "brand"})

    world.post("/users/track", headers={"Authorization": "Bearer wrong"})

    assert [each["api_key"] for each in entries(world)] == ["wrong"]
    assert entries(world, "?workspace=brand") == []


@pytest.mark.parametrize("path", ["/journal", "/clock", "/profiles", "/sms/outbox"])
def test_what_a_running_clock_has_made_due_comes_true_when_somebody_looks(
    world: World, path: str
) -> None:
    world.track({"external_id": "a"})
    world.workspace.clock.advance(timedelta(seconds=2))  # type: ignore[attr-defined]

    world.control("GET", path)

    (effect,) = world.workspace.state.journal.since(kind="effect")
    assert (effect.at - START).total_seconds() == 2


@pytest.mark.parametrize(
    "query",
    [
        "external_id=a",
        "email=Anna%40Example.com",
        "phone=%2B13135550171",
        "phone=+13135550171",
        "phone=3135550171",
    ],
)
def test_profiles_can_be_looked_at_without_a_key(world: World, query: str) -> None:
    world.tracked({"external_id": "a", "email": EMAIL, "phone": PHONE, "tier": 1})
    world.tracked({"external_id": "b"})
    world.set_status(phone=PHONE)

    (found,) = world.control("GET", f"/profiles?{query}").json()["profiles"]

    assert found == {
        "braze_id": found["braze_id"],
        "external_id": "a",
        "deprecated_external_ids": [],
        "user_aliases": [],
        "email": EMAIL,
        "phone": PHONE,
        "created_at": "2026-01-05T09:00:02.000Z",
        "finished_at": "2026-01-05T09:02:00.000Z",
        "is_finished": True,
        "email_subscribe": "subscribed",
        "push_subscribe": "subscribed",
        "email_hard_bounced_at": None,
        "email_reported_as_spam_at": None,
        "is_phone_invalid": False,
        "is_test_user": False,
        "is_in_global_control_group": False,
        "fields": {},
        "custom_attributes": {"tier": 1},
        "custom_events": {},
        "purchases": {},
        "subscription_states": {SMS_GROUP: "subscribed"},
    }
    by_id = world.control("GET", f"/profiles?braze_id={found['braze_id']}")
    assert by_id.json()["profiles"] == [found]


def test_profiles_tell_what_is_known_of_their_addresses(world: World) -> None:
    world.tracked({"external_id": "a", "email": EMAIL, "phone": PHONE})
    state, now = world.workspace.state, world.workspace.clock.now()

    report_bounce(state, EMAIL, now, 0)
    report_spam(state, EMAIL, now, 0)
    report_invalid(state, PHONE, Reason.DEACTIVATED, now, 0)
    told = world.control("GET", "/profiles?external_id=a").json()["profiles"][0]

    shown = ("email_hard_bounced_at", "email_reported_as_spam_at", "is_phone_invalid")
    assert [told[each] for each in shown] == [write_time(now), write_time(now), True]


def test_all_profiles_are_listed_and_an_unknown_one_is_not(world: World) -> None:
    world.tracked({"external_id": "a"}, {"external_id": "b"})

    listed = world.control("GET", "/profiles").json()["profiles"]
    nobody = world.control("GET", "/profiles?external_id=c").json()

    assert [each["external_id"] for each in listed] == ["a", "b"]
    assert nobody == {"profiles": []}


def test_profiles_are_chosen_by_one_identifier(world: World) -> None:
    answer = world.control("GET", "/profiles?external_id=a&email=b")

    assert (answer.status_code, answer.json()) == (
        400,
        {"problems": ["give one of email, phone, external_id, braze_id, not several"]},
    )


def test_an_orphan_state_is_not_told_as_that_of_a_profile(world: World) -> None:
    world.track({"external_id": "a", "phone": PHONE})
    advance(world.workspace, 2)
    world.set_status(phone=PHONE)

    (found,) = world.control("GET", "/profiles").json()["profiles"]

    assert (found["is_finished"], found["subscription_states"]) == (False, {})


def test_a_profile_is_marked_as_the_dashboard_would(world: World) -> None:
    world.tracked({"external_id": "a"}, {"external_id": "b"})

    marks = {"is_test_user": True, "is_in_global_control_group": True}
    (marked,) = world.control("PATCH", "/profiles?external_id=a", marks).json()["profiles"]
    world.control("PATCH", "/profiles?external_id=a", {"is_test_user": False})

    assert {name: marked[name] for name in marks} == marks
    told = world.control("GET", "/profiles").json()["profiles"]
    assert [(each["is_test_user"], each["is_in_global_control_group"]) for each in told] == [
        (False, True),
        (False, False),
    ]


@pytest.mark.parametrize(
    ("query", "body", "status", "problem"),
    [
        ("", {}, 400, "name the profile by one of email, phone, external_id, braze_id"),
        ("?email=a&phone=b", {}, 400, "give one of email, phone, external_id, braze_id"),
        ("?external_id=c", {}, 404, "no profile has this external_id"),
        ("?external_id=c", {"is_test_user": 1}, 400, "'is_test_user' must be true or false"),
        ("?external_id=c", {"is_admin": True}, 400, "there is no member 'is_admin'"),
    ],
)
def test_a_mark_that_cannot_be_made_says_why(
    world: World, query: str, body: Any, status: int, problem: str
) -> None:
    answer = world.control("PATCH", f"/profiles{query}", body)

    assert answer.status_code == status
    assert answer.json()["problems"][0].startswith(problem)
