"""`/messages/…` and `/sends/id/create`: who gets what a call sends, when, and what is refused."""

import json
import re
from typing import Any

import pytest
import requests
from worlds import EMAIL, PHONE, SMS_GROUP, World, advance, alias_json, an_alias, hazards_seen

CAMPAIGN = "30000000-0000-4000-8000-000000000001"
SUCCESS = re.compile(r'\{"dispatch_id":"([0-9a-f]{32})","message":"success"\}')
SCHEDULED = re.compile(
    r'\{"dispatch_id":"[0-9a-f]{32}",'
    r'"schedule_id":"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})",'
    r'"message":"success"\}'
)
MAIL = {"app_id": "a", "from": "Brand <a@brand.com>", "subject": "Hi", "body": "{{${user_id}}}"}
SMS = {"app_id": "a", "subscription_group_id": SMS_GROUP, "body": "Hi {{${user_id}}}"}
LEVEL = {"custom_attribute_name": "level", "comparison": "equals", "value": 2}
HIGH = {"custom_attribute": LEVEL}


@pytest.fixture
def world() -> World:
    """Anna is high and can be texted; Ben is low; number 5 has an integer for a name."""
    world = World()
    world.tracked(
        {"external_id": "anna", "email": EMAIL, "phone": PHONE, "level": 2},
        {"external_id": "ben", "email": "ben@example.com", "level": 1},
        {"external_id": 5, "email": "five@example.com", "level": 2},
    )
    world.set_status(phone=PHONE)
    high = {"custom_attribute": "level", "operator": "equals", "value": 2}
    world.control("POST", "/segments", {"id": "high", "name": "High", "filter": high})
    api = {"id": CAMPAIGN, "name": "API", "is_api_campaign": True}
    world.control("POST", "/campaigns", api)
    world.control("POST", "/campaigns", {"id": "other", "name": "Other"})
    return world


def send(world: World, path: str = "/messages/send", **members: Any) -> requests.Response:
    return world.post(path, {"messages": {"email": MAIL}, **members})


def plan(world: World, time: str, **members: Any) -> requests.Response:
    schedule = {"time": time, **members.pop("schedule", {})}
    named = {"external_user_ids": ["anna"], "schedule": schedule, **members}
    return send(world, "/messages/schedule/create", **named)


def schedule_id(answer: requests.Response) -> str:
    found = SCHEDULED.fullmatch(answer.text)
    assert answer.status_code == 201
    assert found is not None, answer.text
    return found[1]


def mail(world: World) -> list[str]:
    """Who got an email: the body is the external ID."""
    return [each["body"] for each in world.control("GET", "/email/outbox").json()["emails"]]


def refused(answer: requests.Response) -> str:
    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]
    return str(answer.json()["message"])


# Sending now


def test_a_send_is_answered_with_a_new_dispatch_id(world: World) -> None:
    """Facts: send-answer, dispatch-id-is-new"""
    answers = [send(world, external_user_ids=["anna"]) for _ in range(2)]

    found = [SUCCESS.fullmatch(each.text) for each in answers]
    assert [each.status_code for each in answers] == [201, 201]
    assert all(found)
    assert len({each[1] for each in found if each}) == 2
    told = world.control("GET", "/email/outbox").json()["emails"]
    assert [each["dispatch_id"] for each in told] == [each[1] for each in found if each]


def test_users_are_named_by_ids_of_both_kinds_and_by_aliases(world: World) -> None:
    """Facts: integer-external-user-ids, send-members"""
    alias = {"external_id": "ben", **alias_json("b", "crm")}
    world.post("/users/alias/new", {"user_aliases": [alias]})
    advance(world.workspace, 60)

    send(world, external_user_ids=["anna", 5], user_aliases=[alias_json("b", "crm")])

    assert mail(world) == ["anna", "5", "ben"]


def test_somebody_named_twice_gets_one_message(world: World) -> None:
    """Facts: recipient-named-twice"""
    send(world, external_user_ids=["anna", "anna"])

    assert mail(world) == ["anna"]


def test_who_is_not_there_is_skipped_with_a_hazard(world: World) -> None:
    """Facts: unknown-recipients-are-skipped"""
    world.track({"external_id": "new", "email": "new@example.com"})  # not readable yet

    answer = send(world, external_user_ids=["new", "anna"], user_aliases=[alias_json("x", "y")])

    assert answer.status_code == 201
    assert mail(world) == ["anna"]
    told = [
        (each.hazard.name, each.subject, each.details) for each in hazards_seen(world.workspace)
    ]
    assert told[-2:] == [
        ("recipient_skipped", "new", "nobody has this external_id"),
        ("recipient_skipped", "y:x", "nobody has this user_alias"),
    ]


def test_what_is_no_user_is_skipped_with_a_hazard(world: World) -> None:
    """Facts: unreadable-recipients"""
    send(world, external_user_ids=[None, "", "anna"], user_aliases=[{"alias_name": "x"}])

    assert mail(world) == ["anna"]
    assert world.hazards().count("recipient_skipped") == 3


@pytest.mark.parametrize(
    ("members", "reached"),
    [
        ({"segment_id": "high", "broadcast": True}, ["anna", "5"]),
        ({"audience": HIGH, "broadcast": True}, ["anna", "5"]),
        (
            {"segment_id": "high", "audience": {"email_subscription_status": {
                "comparison": "is", "value": "opted_in"}}, "broadcast": True},
            [],
        ),
        ({"segment_id": "high", "external_user_ids": ["anna", "ben"]}, ["anna"]),
        ({"audience": HIGH, "external_user_ids": ["anna", "ben"]}, ["anna"]),
    ],
)  # fmt: skip
def test_a_segment_or_an_audience_is_reached_or_narrows_down(
    world: World, members: dict[str, Any], reached: list[str]
) -> None:
    """Facts: broadcast-is-needed, send-to-users-in-a-segment, connected-audience"""
    assert send(world, **members).status_code == 201
    assert mail(world) == reached


@pytest.mark.parametrize(
    "members",
    [
        {}, {"external_user_ids": []}, {"broadcast": True}, {"segment_id": "high"},
        {"audience": HIGH}, {"segment_id": "high", "broadcast": "true"},
        {"external_user_ids": [None]}, {"external_user_ids": "anna"},
    ],
)  # fmt: skip
def test_a_send_to_nobody_is_refused(world: World, members: dict[str, Any]) -> None:
    """Facts: no-recipients, broadcast-is-needed"""
    assert refused(send(world, **members)) == "No Recipients"
    assert mail(world) == []


def test_a_broadcast_excludes_recipients() -> None:
    """Facts: broadcast-excludes-recipients"""
    for dial, reached in (("refused", []), ("recipients_only", ["ben"])):
        world = World(broadcast_with_recipients=dial)
        world.tracked(
            {"external_id": "ben", "email": EMAIL},
            {"external_id": "anna", "email": "anna@brand.com"},
        )
        answer = send(world, external_user_ids=["ben"], broadcast=True)

        assert answer.status_code == (201 if reached else 400)
        assert mail(world) == reached


def test_a_send_names_at_most_fifty_users(world: World) -> None:
    """Facts: recipient-limits"""
    names = [str(each) for each in range(50)]
    too_many = "The max number of external_ids and aliases per request was exceeded"

    assert send(world, external_user_ids=names).status_code == 201
    answer = send(world, external_user_ids=names, user_aliases=[alias_json()])

    assert refused(answer) == too_many


def test_messages_go_out_by_every_channel(world: World) -> None:
    """Facts: messages-by-channel, webhook-object-of-sends"""
    webhook = {
        "url": "https://example.com/{{${user_id}}}", "request_method": "PUT",
        "request_headers": {"X-A": "{{${user_id}}}", "X-B": 5}, "body": {"a": "{{${user_id}}}"},
    }  # fmt: skip
    card = {
        "type": "CLASSIC", "title": "T", "description": "{{${user_id}}}", "time_to_live": 60,
        "ios_uri": "https://a.b",
    }  # fmt: skip
    messages = {"sms": SMS, "email": MAIL, "webhook": webhook, "content_card": card}

    send(world, external_user_ids=["anna"], messages=messages)

    texts = world.control("GET", "/sms/outbox").json()["messages"]
    assert [each["body"] for each in texts] == ["Hi anna"]
    assert mail(world) == ["anna"]
    (card,) = world.control("GET", "/content_cards").json()["content_cards"]
    assert (card["message"], card["url"], card["expires_at"]) == (
        "anna",
        "https://a.b",
        "2026-01-05T09:04:20.000Z",
    )
    (delivery,) = world.workspace.state.deliveries.all
    request = delivery.request
    assert (request.method, request.url, request.headers, request.body) == (
        "PUT",
        "https://example.com/anna",
        (("X-A", "anna"), ("X-B", "5")),
        '{"a": "anna"}',
    )


def test_a_card_may_expire_at_a_moment(world: World) -> None:
    """Facts: content-card-object"""
    card = {
        "type": "BANNER", "title": "T", "description": "D", "image_url": "https://a.b",
        "expire_at": "2026-01-06T00:00:00Z",
    }  # fmt: skip

    send(world, external_user_ids=["anna"], messages={"content_card": card})

    (told,) = world.control("GET", "/content_cards").json()["content_cards"]
    assert (told["image_url"], told["expires_at"]) == ("https://a.b", "2026-01-06T00:00:00.000Z")


@pytest.mark.parametrize("messages", [None, {}, [], "x", {"fax": {}}, {"email": None}])
def test_a_send_of_nothing_is_refused(world: World, messages: Any) -> None:
    """Facts: no-message-to-send"""
    answer = send(world, external_user_ids=["anna"], messages=messages)

    assert refused(answer) == "No message to send"


CARD = {"type": "CLASSIC", "title": "T", "description": "D", "time_to_live": 60}
WEBHOOK = {"url": "https://a.b", "request_method": "POST"}


@pytest.mark.parametrize(
    "messages",
    [
        {"email": "hi"}, {"email": {"from": "a"}}, {"email": {"body": "b"}},
        {"sms": {"body": "b"}}, {"sms": {"subscription_group_id": SMS_GROUP}},
        {"webhook": {"url": "https://a.b"}}, {"webhook": {**WEBHOOK, "request_method": ["POST"]}},
        {"webhook": {**WEBHOOK, "request_headers": []}}, {"webhook": {**WEBHOOK, "body": 5}},
        {"webhook": {**WEBHOOK, "url": ""}},
        {"content_card": {**CARD, "type": "SQUARE"}},
        {"content_card": {**CARD, "time_to_live": None}},
        {"content_card": {**CARD, "time_to_live": 0}},
        {"content_card": {**CARD, "time_to_live": 30 * 86_400 + 1}},
        {"content_card": {**CARD, "time_to_live": None, "expire_at": "2026-03-01"}},
        {"content_card": {**CARD, "title": None}},
    ],
)  # fmt: skip
def test_a_message_that_lacks_what_it_needs_is_refused(
    world: World, messages: dict[str, Any]
) -> None:
    """Facts: unreadable-send, content-card-object"""
    answer = send(world, external_user_ids=["anna"], messages=messages)

    assert refused(answer) == "Bad Request"


def test_push_is_accepted_and_goes_nowhere(world: World) -> None:
    """Facts: messages-by-channel"""
    answer = send(world, external_user_ids=["anna"], messages={"web_push": {"alert": "Hi"}})

    assert answer.status_code == 201
    (effect,) = [
        json.loads(line)
        for line in world.control("GET", "/journal?kind=effect").text.splitlines()
        if "push goes nowhere" in line
    ]
    assert effect["details"]["channel"] == "web_push"


@pytest.mark.parametrize(
    ("messages", "message"),
    [
        ({"apple_push": {"alert": "Hi", "extra": []}}, "Invalid Extra Push Payload"),
        ({"android_push": {"alert": "Hi", "extra": "x"}}, "Invalid Extra Push Payload"),
        ({"apple_push": {"alert": "x" * 1913}}, "Apple Push Length Exceeded"),
        ({"android_push": {"alert": "ß" * 2001}}, "Android Push Length Exceeded"),
        ({"in_app_message": {"message": "x" * 141}}, "Slideup Message Length Exceeded"),
    ],
)
def test_push_that_no_device_takes_is_refused(
    world: World, messages: dict[str, Any], message: str
) -> None:
    """Facts: push-refusals"""
    assert refused(send(world, external_user_ids=["anna"], messages=messages)) == message


@pytest.mark.parametrize(
    "messages",
    [
        {"apple_push": {"alert": "x" * 1912, "extra": {}}},
        {"android_push": {"alert": "ß" * 2000}},
        {"kindle_push": {"alert": "x" * 9000, "extra": 5}},
        {"in_app_message": {"message": "x" * 140}},
    ],
)
def test_push_up_to_the_limits_is_taken(world: World, messages: dict[str, Any]) -> None:
    """Facts: push-refusals"""
    assert send(world, external_user_ids=["anna"], messages=messages).status_code == 201


@pytest.mark.parametrize(
    ("asked", "reached"),
    [(None, ["anna"]), ("subscribed", ["anna"]), ("opted_in", []), ("all", ["anna", "ben"])],
)
def test_the_global_state_chooses_recipients(world: World, asked: Any, reached: list[str]) -> None:
    """Facts: send-recipient-subscription-state, recipient-states"""
    world.tracked({"external_id": "ben", "email_subscribe": "unsubscribed"})

    send(world, external_user_ids=["anna", "ben"], recipient_subscription_state=asked)

    assert mail(world) == reached


def test_a_segment_or_audience_that_is_none_is_refused(world: World) -> None:
    """Facts: unreadable-send, unknown-segment-id"""
    segment = send(world, segment_id="low", broadcast=True)
    audience = send(world, audience={"NOT": HIGH}, broadcast=True)
    state = send(world, external_user_ids=["anna"], recipient_subscription_state="some")

    assert refused(segment) == "segment_id must be a string of the Segment api identifier"
    assert (refused(audience), refused(state)) == ("Bad Request", "Bad Request")


def test_messages_are_counted_under_an_api_campaign(world: World) -> None:
    """Facts: send-campaign-refusals"""
    varied = {"email": {**MAIL, "message_variation_id": "v-1"}}

    def answer(campaign_id: Any, messages: dict[str, Any]) -> requests.Response:
        named = {"external_user_ids": ["anna"], "campaign_id": campaign_id, "send_id": "s"}
        return send(world, messages=messages, **named)

    assert answer(CAMPAIGN, varied).status_code == 201
    told = world.control("GET", "/email/outbox").json()["emails"]
    assert [each["campaign_id"] for each in told] == [CAMPAIGN]
    assert refused(answer("nowhere", varied)) == "Invalid Campaign ID"
    assert refused(answer("other", varied)) == "Invalid Campaign ID"
    assert refused(answer(CAMPAIGN, {"email": MAIL})) == "Message Variant Unspecified"


def test_an_unknown_member_is_told(world: World) -> None:
    send(world, external_user_ids=["anna"], recipients=[])

    assert world.hazards() == ["unknown_member_ignored"]


# Sending later


def test_a_schedule_is_answered_with_its_id_and_sends_at_its_time(world: World) -> None:
    """Facts: schedule-create-answer, schedule-object"""
    schedule_id(plan(world, "2026-01-05T12:00:00+01:00"))

    advance(world.workspace, 2 * 3600 - 201)
    before = mail(world)
    advance(world.workspace, 1)

    (told,) = world.control("GET", "/email/outbox").json()["emails"]
    assert (before, told["at"]) == ([], "2026-01-05T11:00:00.000Z")


def test_a_schedule_looks_for_its_recipients_at_its_time(world: World) -> None:
    """Facts: schedule-object"""
    schedule_id(plan(world, "2026-01-05T12:00", external_user_ids=["new"]))

    world.tracked({"external_id": "new", "email": "new@example.com"})
    advance(world.workspace, 3 * 3600)

    assert mail(world) == ["new"]


@pytest.mark.parametrize("member", ["in_local_time", "at_optimal_time"])
def test_in_local_time_everybody_gets_it_when_their_clock_shows_it(
    world: World, member: str
) -> None:
    """Facts: schedule-object, company-time-zone"""
    world.tracked(
        {"external_id": "anna", "time_zone": "America/New_York"},
        {"external_id": "ben", "time_zone": "Asia/Tokyo"},
        {"external_id": "5", "time_zone": "Eastern Time (US & Canada)"},
        {"external_id": "first", "email": "f@example.com", "time_zone": "Pacific/Kiritimati"},
        {"external_id": "last", "email": "l@example.com", "time_zone": "Etc/GMT+12"},
    )
    names = ["anna", "ben", "5", "first", "last"]
    named = {"external_user_ids": names, "schedule": {member: True}}

    schedule_id(plan(world, "2026-01-06T12:00:00-05:00", **named))
    advance(world.workspace, 3 * 86_400)

    told = world.control("GET", "/email/outbox").json()["emails"]
    assert [(each["body"], each["at"][:16]) for each in told] == [
        ("first", "2026-01-05T22:00"),
        ("ben", "2026-01-06T03:00"),
        ("5", "2026-01-06T12:00"),
        ("anna", "2026-01-06T17:00"),
        ("last", "2026-01-07T00:00"),
    ]


def test_who_is_gone_by_the_time_gets_nothing(world: World) -> None:
    schedule_id(plan(world, "2026-01-05T22:00", schedule={"in_local_time": True}))
    advance(world.workspace, 60)

    world.post("/users/delete", {"external_ids": ["anna"]})
    advance(world.workspace, 86_400)

    assert mail(world) == []


@pytest.mark.parametrize(
    "schedule",
    [
        None, "now", {}, {"time": None}, {"time": "soon"}, {"time": 5},
        {"time": "2026-04-06T00:00:00Z"}, {"time": "2026-01-05T09:00", "in_local_time": True},
        {"time": "9999-12-31T23:59:59"},
    ],
)  # fmt: skip
def test_a_schedule_without_a_time_to_send_at_is_refused(world: World, schedule: Any) -> None:
    """Facts: unparsable-schedule, schedule-90-days"""
    answer = send(world, "/messages/schedule/create", external_user_ids=["anna"], schedule=schedule)

    assert refused(answer) == "Bad Request"


@pytest.mark.parametrize(
    ("dial", "time", "status"),
    [
        ("company_zone", "2026-01-05T09:03", 400), ("company_zone", "2026-01-05T09:04", 201),
        ("all_zones", "2026-01-05T09:03", 201), ("all_zones", "2026-01-04T21:04", 201),
        ("all_zones", "2026-01-04T21:03", 400),
    ],
)  # fmt: skip
def test_a_local_time_that_has_passed_is_refused(
    world: World, dial: str, time: str, status: int
) -> None:
    """Facts: local-time-has-passed"""
    world.control("PATCH", "/dials", {"local_time_passed": dial})

    answer = plan(world, time, schedule={"in_local_time": True})

    assert answer.status_code == status


@pytest.mark.parametrize(("dial", "status"), [("sent_at_once", 201), ("refused", 400)])
def test_a_time_that_has_passed_is_now_or_refused(world: World, dial: str, status: int) -> None:
    """Facts: past-schedule"""
    world.control("PATCH", "/dials", {"past_schedule": dial})

    answer = plan(world, "2026-01-01T00:00:00Z")

    assert answer.status_code == status
    told = world.control("GET", "/email/outbox").json()["emails"]
    assert [each["at"] for each in told] == ["2026-01-05T09:03:20.000Z"] * (status == 201)


def test_a_schedule_may_be_ninety_days_away(world: World) -> None:
    """Facts: schedule-90-days"""
    assert schedule_id(plan(world, "2026-04-05T09:03:20Z"))


def update(world: World, **members: Any) -> requests.Response:
    return world.post("/messages/schedule/update", members)


def test_a_schedule_is_overwritten(world: World) -> None:
    """Facts: schedule-overwrites, schedule-update-members"""
    planned = schedule_id(plan(world, "2026-01-05T10:00", schedule={"in_local_time": True}))
    world.tracked({"external_id": "anna", "time_zone": "Asia/Tokyo"})

    other = {"email": {**MAIL, "body": "later"}}
    answers = [
        update(world, schedule_id=planned, schedule={"time": "2026-01-06T10:00"}),
        update(world, schedule_id=planned, messages=other),
    ]
    advance(world.workspace, 2 * 86_400)

    assert [(each.status_code, each.text) for each in answers] == [
        (201, '{"message":"success"}')
    ] * 2
    (told,) = world.control("GET", "/email/outbox").json()["emails"]
    assert (told["at"], told["body"]) == ("2026-01-06T10:00:00.000Z", "later")


def test_nobody_gets_a_changed_local_schedule_twice(world: World) -> None:
    """Facts: schedule-overwrites"""
    world.tracked({"external_id": "anna", "time_zone": "Asia/Tokyo"})
    local = {"in_local_time": True}
    named = {"external_user_ids": ["anna", "ben"], "schedule": local}
    planned = schedule_id(plan(world, "2026-01-05T20:00", **named))
    advance(world.workspace, 3 * 3600)  # it is past eight in Tokyo

    changed = update(world, schedule_id=planned, schedule={"time": "2026-01-06T09:00", **local})
    advance(world.workspace, 3 * 86_400)
    over = update(world, schedule_id=planned, messages={"email": MAIL})

    assert (changed.status_code, refused(over)) == (201, "Invalid schedule_id")
    told = world.control("GET", "/email/outbox").json()["emails"]
    assert [(each["body"], each["at"][:16]) for each in told] == [
        ("anna", "2026-01-05T11:00"),
        ("ben", "2026-01-06T09:00"),
    ]


def test_a_schedule_that_is_deleted_sends_nothing(world: World) -> None:
    """Facts: schedule-delete"""
    planned = schedule_id(plan(world, "2026-01-05T10:00"))

    answer = world.post("/messages/schedule/delete", {"schedule_id": planned})
    advance(world.workspace, 86_400)

    assert (answer.status_code, answer.text) == (201, '{"message":"success"}')
    assert mail(world) == []


def test_the_status_of_a_changed_schedule_is_a_dial(world: World) -> None:
    """Facts: schedule-change-answer"""
    world.control("PATCH", "/dials", {"schedule_changed": "200"})
    planned = schedule_id(plan(world, "2026-01-05T10:00"))

    changed = update(world, schedule_id=planned, schedule={"time": "2026-01-05T11:00"})
    deleted = world.post("/messages/schedule/delete", {"schedule_id": planned})

    assert (changed.status_code, deleted.status_code) == (200, 200)


@pytest.mark.parametrize("named", [None, "", 5, ["x"], "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_schedule_cannot_be_changed(world: World, named: Any) -> None:
    """Facts: unknown-schedule"""
    answers = [
        update(world, schedule_id=named, schedule={"time": "2026-01-06"}),
        world.post("/messages/schedule/delete", {"schedule_id": named}),
    ]

    assert [refused(each) for each in answers] == ["Invalid schedule_id"] * 2


def test_a_schedule_is_unknown_once_it_was_sent(world: World) -> None:
    """Facts: unknown-schedule"""
    planned = schedule_id(plan(world, "2026-01-05T10:00"))
    advance(world.workspace, 3600)

    assert refused(update(world, schedule_id=planned, messages={"email": MAIL})) == (
        "Invalid schedule_id"
    )


def test_a_change_must_change_something(world: World) -> None:
    """Facts: schedule-update-members"""
    planned = schedule_id(plan(world, "2026-01-05T10:00"))

    assert refused(update(world, schedule_id=planned)) == "Bad Request"
    assert refused(update(world, schedule_id=planned, messages={})) == "No message to send"
    assert refused(update(world, schedule_id=planned, schedule={})) == "Bad Request"


def test_a_refused_change_changes_nothing(world: World) -> None:
    planned = schedule_id(plan(world, "2026-01-05T10:00"))

    update(world, schedule_id=planned, messages={"email": {}}, schedule={"time": "2026-02-01"})
    advance(world.workspace, 3600)

    assert mail(world) == ["anna"]


# Send IDs


def test_a_send_id_is_given_back_or_made(world: World) -> None:
    """Facts: send-id-create"""
    own = world.post("/sends/id/create", {"campaign_id": CAMPAIGN, "send_id": "spring"})
    made = world.post("/sends/id/create", {"campaign_id": CAMPAIGN})

    assert (own.status_code, own.text) == (201, '{"send_id":"spring","message":"success"}')
    assert re.fullmatch(r"[0-9a-f]{24}", made.json()["send_id"])


def test_a_send_id_needs_an_api_campaign(world: World) -> None:
    """Facts: send-id-create"""
    for campaign_id in (None, "other", ["x"]):
        answer = world.post("/sends/id/create", {"campaign_id": campaign_id})

        assert refused(answer) == "Invalid Campaign ID"


def test_a_hundred_send_ids_are_made_a_day(world: World) -> None:
    """Facts: rate-of-campaign-series-and-send-ids, send-id-create"""
    answers = [world.post("/sends/id/create", {"campaign_id": CAMPAIGN}) for _ in range(101)]

    assert [each.status_code for each in answers] == [201] * 100 + [429]
    assert answers[0].headers["X-Ratelimit-Limit"] == "100"


# Rates


def test_a_send_to_named_users_draws_on_the_shared_pool(world: World) -> None:
    """Facts: send-rate-limits"""
    answer = send(world, external_user_ids=["anna"])

    assert answer.headers["X-Ratelimit-Limit"] == "250000"


@pytest.mark.parametrize(
    "members",
    [
        {"segment_id": "high", "broadcast": True},
        {"audience": HIGH, "external_user_ids": ["anna"]},
    ],
)
def test_a_wide_send_has_a_budget_of_its_own(world: World, members: dict[str, Any]) -> None:
    """Facts: send-rate-limits"""
    assert send(world, **members).headers["X-Ratelimit-Limit"] == "250"


def test_one_audience_is_sent_to_ten_times_a_minute(world: World) -> None:
    """Facts: send-rate-limits"""
    high = {"segment_id": "high", "broadcast": True}

    answers = [send(world, **high) for _ in range(11)]
    another = send(world, audience=HIGH, broadcast=True)
    advance(world.workspace, 60)
    later = send(world, **high)

    assert [each.status_code for each in answers] == [201] * 10 + [429]
    assert (another.status_code, later.status_code) == (201, 201)
    counted = [each for each in world.workspace.state.rate_counters if each.startswith("audience")]
    assert len(counted) == 1


# The world


def test_planned_sends_survive_a_snapshot(world: World) -> None:
    plan(world, "2026-01-05T10:00")
    plan(world, "2026-01-06T10:00", schedule={"in_local_time": True})
    send(world, external_user_ids=["anna"])
    document = world.control("GET", "/snapshot").content

    other = World(seed=9)
    assert other.control("PUT", "/snapshot", raw=document).status_code == 200
    assert other.control("GET", "/snapshot").content == document
    for each in (world, other):
        each.control("POST", "/clock/advance", {"seconds": 3 * 86_400})

    assert mail(world) == mail(other) == ["anna"] * 3


def test_an_alias_is_a_recipient(world: World) -> None:
    """Facts: send-members"""
    world.tracked(
        {"user_alias": alias_json(), "_update_existing_only": False, "email": "x@example.com"}
    )
    assert world.workspace.find([an_alias()]).profiles

    send(world, user_aliases=[alias_json()], messages={"email": {**MAIL, "body": "x"}})

    assert mail(world) == ["x"]
