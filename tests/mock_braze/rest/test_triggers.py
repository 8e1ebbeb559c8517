"""`/campaigns/trigger/…` and `/canvas/trigger/…`: campaigns and Canvases that calls begin."""

import re
from typing import Any

import pytest
import requests
from worlds import EMAIL, PHONE, SMS_GROUP, World, advance, alias_json, profile

NAMES = "{{api_trigger_properties.${a}}}/{{context.${a}}}/{{campaign.${api_id}}}"
MAIL = {"channel": "email", "from": "a@b.com", "subject": "{{${user_id}}}", "body": NAMES}
API = {"trigger": {"kind": "api"}}
VIP = {"custom_attribute": "vip", "operator": "equals", "value": True}
CONNECTED = {"custom_attribute": {
    "custom_attribute_name": "level", "comparison": "equals", "value": 2}}  # fmt: skip
FAMILIES = ["campaigns", "canvas"]
SCHEDULED = re.compile(
    r'\{"dispatch_id":"[0-9a-f]{32}","schedule_id":"([0-9a-f-]{36})","message":"success"\}'
)


@pytest.fixture
def world() -> World:
    """A campaign and a Canvas that calls trigger, for people who may have them again and again."""
    world = World()
    world.tracked(
        {"external_id": "anna", "email": EMAIL, "phone": PHONE, "vip": True, "level": 2},
        {"external_id": "ben", "email": "ben@example.com", "vip": True, "level": 1},
        {"external_id": 5, "email": "five@example.com", "level": 2},
    )
    again = {**API, "re_eligible_after_seconds": 0}
    make(world, "campaigns", id="campaign", name="C", messages=[MAIL], **again)
    make(world, "canvases", id="canvas", name="J", steps=[{"message": MAIL}], **again)
    return world


def make(world: World, kind: str, **members: Any) -> None:
    answer = world.control("POST", f"/{kind}", members)
    assert answer.status_code == 201, answer.text


def change(world: World, family: str, **members: Any) -> None:
    path = "/campaigns/campaign" if family == "campaigns" else "/canvases/canvas"
    answer = world.control("PATCH", path, members)
    assert answer.status_code == 200, answer.text


def named(family: str) -> dict[str, str]:
    return {"campaign_id": "campaign"} if family == "campaigns" else {"canvas_id": "canvas"}


def trigger(
    world: World, family: str, *recipients: Any, how: str = "send", **members: Any
) -> requests.Response:
    told = {"recipients": list(recipients)} if recipients else {}
    return world.post(f"/{family}/trigger/{how}", {**named(family), **told, **members})


def user(name: Any, **members: Any) -> dict[str, Any]:
    return {"external_user_id": name, **members}


def mail(world: World) -> list[tuple[str, str]]:
    """Who got an email, and its body."""
    advance(world.workspace, 0)
    sent = world.control("GET", "/email/outbox").json()["emails"]
    return [(each["subject"], each["body"]) for each in sent]


def refused(answer: requests.Response) -> str:
    assert answer.status_code == 400
    assert list(answer.json()) == ["message"]
    return str(answer.json()["message"])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_trigger_is_answered_with_a_new_dispatch_id(world: World, family: str) -> None:
    """Facts: send-answer, dispatch-id-is-new"""
    answers = []
    for _ in range(2):
        answers.append(trigger(world, family, user("anna"), user("ben")))
        advance(world.workspace, 1)

    form = r'\{"dispatch_id":"([0-9a-f]{32})","message":"success"\}'
    found = [re.fullmatch(form, each.text) for each in answers]
    assert [each.status_code for each in answers] == [201, 201]
    ids = [each[1] for each in found if each]
    sent = world.control("GET", "/email/outbox").json()["emails"]
    told = {each["dispatch_id"]: each["campaign_id"] for each in sent}
    assert told == dict.fromkeys(ids, next(iter(named(family).values())))
    assert len(told) == 2


def test_properties_of_a_campaign_are_told_for_all_and_for_each(world: World) -> None:
    """Facts: trigger-properties, liquid-api-trigger-properties"""
    own = user("ben", trigger_properties={"a": 2})

    trigger(world, "campaigns", user("anna"), own, trigger_properties={"a": 1, "b": 1})

    assert mail(world) == [("anna", "1//campaign"), ("ben", "2//campaign")]


@pytest.mark.parametrize("name", ["context", "canvas_entry_properties"])
def test_the_context_of_a_canvas_is_told_for_all_and_for_each(world: World, name: str) -> None:
    """Facts: canvas-context, liquid-canvas-context"""
    own = user("ben", **{name: {"a": 2}})

    trigger(world, "canvas", user("anna"), own, **{name: {"a": 1}})

    assert mail(world) == [("anna", "/1/canvas"), ("ben", "/2/canvas")]


@pytest.mark.parametrize("members", [{"trigger_properties": 5}, {"trigger_properties": None}, {}])
def test_properties_that_are_none_are_left_out(world: World, members: dict[str, Any]) -> None:
    trigger(world, "campaigns", user("anna"), **members)

    assert mail(world) == [("anna", "//campaign")]


@pytest.mark.parametrize("family", FAMILIES)
def test_integers_are_external_ids(world: World, family: str) -> None:
    """Facts: integer-external-user-ids, recipient-identifiers"""
    trigger(world, family, user(5), user("anna"))

    assert [who for who, _ in mail(world)] == ["5", "anna"]


def test_of_a_recipient_named_twice_the_last_properties_count(world: World) -> None:
    """Facts: recipient-named-twice"""
    twice = [user("anna", trigger_properties={"a": each}) for each in (1, 2)]

    trigger(world, "campaigns", *twice)

    assert mail(world) == [("anna", "2//campaign")]


@pytest.mark.parametrize("family", FAMILIES)
def test_recipients_must_be_in_the_audience(world: World, family: str) -> None:
    """Facts: api-recipients-must-be-in-the-audience"""
    change(world, family, audience=VIP)

    answer = trigger(world, family, user("anna"), user(5))

    assert answer.status_code == 201
    assert [who for who, _ in mail(world)] == ["anna"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_connected_audience_narrows_recipients_down(world: World, family: str) -> None:
    """Facts: connected-audience, send-to-users-in-a-segment"""
    trigger(world, family, user("anna"), user("ben"), audience=CONNECTED)

    assert [who for who, _ in mail(world)] == ["anna"]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("members", "reached"),
    [
        ({"broadcast": True}, ["anna", "ben"]),
        ({"broadcast": True, "audience": CONNECTED}, ["anna"]),
        ({"broadcast": True, "segment_id": "nowhere"}, ["anna", "ben"]),
    ],
)
def test_a_broadcast_reaches_the_audience(
    world: World, family: str, members: dict[str, Any], reached: list[str]
) -> None:
    """Facts: broadcast-to-the-audience-of-a-campaign, broadcast-is-needed"""
    change(world, family, audience=VIP)

    assert trigger(world, family, **members).status_code == 201
    assert [who for who, _ in mail(world)] == reached
    assert "campaign_outside_audience" not in world.hazards()


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    "members",
    [
        {}, {"recipients": []}, {"broadcast": False}, {"broadcast": "true"},
        {"audience": CONNECTED}, {"recipients": [{}]}, {"recipients": user("anna")},
    ],
)  # fmt: skip
def test_a_trigger_for_nobody_is_refused(
    world: World, family: str, members: dict[str, Any]
) -> None:
    """Facts: no-recipients, broadcast-is-needed"""
    assert refused(trigger(world, family, **members)) == "No Recipients"


def test_a_broadcast_excludes_recipients(world: World) -> None:
    """Facts: broadcast-excludes-recipients"""
    assert refused(trigger(world, "canvas", user("anna"), broadcast=True)) == "Bad Request"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_trigger_has_at_most_fifty_recipients(world: World, family: str) -> None:
    """Facts: recipient-limits"""
    names = [user(f"u-{each}") for each in range(51)]

    assert trigger(world, family, *names[:50]).status_code == 201
    assert refused(trigger(world, family, *names)) == (
        "The max number of ids per request was exceeded"
    )


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("how", ["send", "schedule/create", "schedule/update", "schedule/delete"])
@pytest.mark.parametrize("name", [None, "nowhere", 5, {}, "other"])
def test_only_what_calls_trigger_can_be_triggered(
    world: World, family: str, how: str, name: Any
) -> None:
    """Facts: triggered-campaign-ids, unknown-campaign-id"""
    kind = "campaigns" if family == "campaigns" else "canvases"
    make(world, kind, id="other", name="Other", is_api_campaign=True)
    member = "campaign_id" if family == "campaigns" else "canvas_id"

    answer = trigger(world, family, user("anna"), how=how, **{member: name})

    assert refused(answer) == (
        "Invalid Campaign ID"
        if family == "campaigns"
        else "canvas_id must be a string of the Canvas api identifier"
    )


@pytest.mark.parametrize(
    ("state", "notice"),
    [
        (
            {"enabled": False},
            "The Canvas is paused. Resume the Canvas to ensure trigger requests will take effect.",
        ),
        (
            {"archived": True},
            "The Canvas is archived. Unarchive the Canvas to ensure trigger requests will take"
            " effect.",
        ),
    ],
)
def test_a_canvas_that_takes_nobody_in_says_so(
    world: World, state: dict[str, Any], notice: str
) -> None:
    """Facts: canvas-notice"""
    change(world, "canvas", **state)
    schedule = {"time": "2026-01-06T00:00:00Z"}

    now = trigger(world, "canvas", user("anna"))
    later = trigger(world, "canvas", user("anna"), how="schedule/create", schedule=schedule)

    for answer in (now, later):
        assert (answer.status_code, answer.json()["notice"]) == (201, notice)
        assert list(answer.json())[-1] == "message"
    assert mail(world) == []


def test_a_campaign_that_takes_nobody_in_does_not_say_so(world: World) -> None:
    """Facts: canvas-notice"""
    change(world, "campaigns", enabled=False)

    answer = trigger(world, "campaigns", user("anna"))

    assert list(answer.json()) == ["dispatch_id", "message"]
    assert (mail(world), world.hazards()) == ([], ["campaign_not_running"])


@pytest.mark.parametrize("name", ["context", "canvas_entry_properties"])
@pytest.mark.parametrize("is_own", [False, True])
def test_a_context_has_at_most_fifty_kilobytes(world: World, name: str, is_own: bool) -> None:
    """Facts: canvas-context, canvas-context-limit"""
    statuses = []
    for letters in (50 * 1024 - 9, 50 * 1024 - 8):
        context = {name: {"a": "x" * letters}}
        members = {} if is_own else context
        told = user("anna", **context) if is_own else user("anna")
        statuses.append(trigger(world, "canvas", told, **members).status_code)

    assert statuses == [201, 400]


def test_a_recipient_is_made_before_the_send(world: World) -> None:
    """Facts: recipient-attributes"""
    joining = {"subscription_group_id": SMS_GROUP, "subscription_state": "unsubscribed"}
    attributes = {"email": "new@example.com", "vip": True, "subscription_groups": [joining]}
    change(world, "campaigns", audience=VIP)

    trigger(world, "campaigns", user("new", send_to_existing_only=False, attributes=attributes))

    assert mail(world) == [("new", "//campaign")]


@pytest.mark.parametrize(
    ("family", "state"), [("campaigns", "Unsubscribed"), ("canvas", "unknown")]
)
def test_the_attributes_of_a_canvas_join_no_group(world: World, family: str, state: str) -> None:
    """Facts: canvas-recipients-join-no-groups, recipient-attributes"""
    joining = {"subscription_group_id": SMS_GROUP, "subscription_state": "unsubscribed"}
    attributes = {"subscription_groups": [joining], "vip": False}

    trigger(world, family, user("anna", attributes=attributes))

    assert world.status("external_id=anna").json()["status"] == {"anna": state}
    assert profile(world.workspace, "anna").custom_attributes["vip"] is False


def test_an_email_campaign_waits_two_hours_for_an_address(world: World) -> None:
    """Facts: emailless-recipients-are-retried"""
    world.tracked({"external_id": "carl"})
    trigger(world, "campaigns", user("carl"), trigger_properties={"a": 1})
    trigger(world, "canvas", user("carl"))

    advance(world.workspace, 3600)
    world.tracked({"external_id": "carl", "email": "carl@example.com"})
    advance(world.workspace, 3600)

    assert mail(world) == [("carl", "1//campaign")]
    assert world.hazards() == ["campaign_message_not_sent"]


def test_who_is_not_there_is_skipped_with_a_hazard(world: World) -> None:
    """Facts: unknown-recipients-are-skipped"""
    answer = trigger(world, "canvas", user("nobody"), {"user_alias": alias_json()}, user("anna"))

    assert answer.status_code == 201
    assert [who for who, _ in mail(world)] == ["anna"]
    assert world.hazards() == ["recipient_skipped"] * 2


@pytest.mark.parametrize("family", FAMILIES)
def test_unknown_members_are_told(world: World, family: str) -> None:
    trigger(world, family, user("anna", external_id="x"), segment_id="high")

    assert world.hazards() == ["unknown_member_ignored"] * 2


# Schedules


def plan(world: World, family: str, **schedule: Any) -> str:
    answer = trigger(world, family, user("anna"), how="schedule/create", schedule=schedule)
    found = SCHEDULED.fullmatch(answer.text)
    assert answer.status_code == 201
    assert found is not None, answer.text
    return found[1]


def times(world: World) -> list[str]:
    return [each["at"][:16] for each in world.control("GET", "/email/outbox").json()["emails"]]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_trigger_may_wait_for_its_time(world: World, family: str) -> None:
    """Facts: trigger-schedules, schedule-create-answer"""
    world.tracked({"external_id": "anna", "time_zone": "America/New_York"})
    plan(world, family, time="2026-01-06T12:00:00Z")
    plan(world, family, time="2026-01-07T12:00", in_local_time=True)

    advance(world.workspace, 4 * 86_400)

    assert times(world) == ["2026-01-06T12:00", "2026-01-07T17:00"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_schedule_of_a_trigger_is_changed_and_deleted(world: World, family: str) -> None:
    """Facts: trigger-schedules, schedule-overwrites, schedule-delete"""
    kept, gone = (plan(world, family, time="2026-01-06T12:00:00Z") for _ in range(2))
    later = {"time": "2026-01-08T12:00:00Z"}

    answers = [
        trigger(world, family, how="schedule/update", schedule_id=kept, schedule=later),
        trigger(world, family, how="schedule/delete", schedule_id=gone),
    ]
    advance(world.workspace, 4 * 86_400)

    assert [(each.status_code, each.text) for each in answers] == [
        (201, '{"message":"success"}')
    ] * 2
    assert times(world) == ["2026-01-08T12:00"]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_schedule_of_something_else_is_unknown(world: World, family: str) -> None:
    """Facts: unknown-schedule"""
    other = plan(world, "canvas" if family == "campaigns" else "campaigns", time="2026-01-06")
    message = {"email": {"from": "a@b.com", "body": "Hi"}}
    own = world.post(
        "/messages/schedule/create",
        {"external_user_ids": ["anna"], "messages": message, "schedule": {"time": "2026-01-06"}},
    ).json()["schedule_id"]

    for schedule_id in (other, own, None, "x"):
        for how in ("schedule/update", "schedule/delete"):
            answer = trigger(world, family, how=how, schedule_id=schedule_id)
            assert refused(answer) == "Invalid schedule_id"
    answer = world.post("/messages/schedule/delete", {"schedule_id": other})
    assert refused(answer) == "Invalid schedule_id"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_change_needs_a_time(world: World, family: str) -> None:
    """Facts: trigger-schedules, unparsable-schedule"""
    planned = plan(world, family, time="2026-01-06")

    answer = trigger(world, family, how="schedule/update", schedule_id=planned)

    assert refused(answer) == "Bad Request"


@pytest.mark.parametrize("family", FAMILIES)
def test_a_campaign_that_is_gone_by_its_time_begins_for_nobody(world: World, family: str) -> None:
    plan(world, family, time="2026-01-06")
    campaigns = world.workspace.state.campaigns
    campaigns.campaigns.clear()
    campaigns.canvases.clear()

    advance(world.workspace, 86_400)

    assert times(world) == []


# Rates


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("how", ["send", "schedule/create"])
def test_a_broadcast_has_the_budget_of_all_broadcasts(world: World, family: str, how: str) -> None:
    """Facts: send-rate-limits"""
    schedule = {"schedule": {"time": "2026-01-06"}} if how != "send" else {}

    wide = trigger(world, family, how=how, broadcast=True, **schedule)
    narrow = trigger(world, family, user("anna"), how=how, **schedule)

    limits = [each.headers["X-Ratelimit-Limit"] for each in (wide, narrow)]
    assert (wide.status_code, narrow.status_code, limits) == (201, 201, ["250", "250000"])


def test_each_campaign_is_an_audience_of_its_own(world: World) -> None:
    """Facts: send-rate-limits"""
    answers = [trigger(world, "campaigns", broadcast=True) for _ in range(11)]
    other = trigger(world, "canvas", broadcast=True)

    assert [each.status_code for each in answers] == [201] * 10 + [429]
    assert other.status_code == 201


# Messages under a campaign


def test_messages_name_a_variation_of_their_campaign_and_channel(world: World) -> None:
    """Facts: send-campaign-refusals"""
    (variation,) = world.workspace.state.campaigns.campaigns["campaign"].variation_ids
    mail_object = {"from": "a@b.com", "body": "Hi"}
    text = {"subscription_group_id": SMS_GROUP, "body": "Hi"}

    def answer(channel: str, told: dict[str, Any], variation_id: str) -> requests.Response:
        messages = {channel: {**told, "message_variation_id": variation_id}}
        named = {"external_user_ids": ["anna"], "campaign_id": "campaign"}
        return world.post("/messages/send", {**named, "messages": messages})

    assert answer("email", mail_object, variation).status_code == 201
    assert refused(answer("email", mail_object, "v-2")) == "Invalid Message Variant"
    assert refused(answer("sms", text, variation)) == "Mismatched Message Type"


def test_planned_triggers_survive_a_snapshot(world: World) -> None:
    for family in FAMILIES:
        plan(world, family, time="2026-01-06T12:00", in_local_time=True)
    trigger(world, "campaigns", {"email": "x@example.com", "prioritization": ["identified"]})
    document = world.control("GET", "/snapshot").content

    other = World(seed=9)
    assert other.control("PUT", "/snapshot", raw=document).status_code == 200
    assert other.control("GET", "/snapshot").content == document
    for each in (world, other):
        advance(each.workspace, 2 * 86_400)

    assert world.journal() == other.journal()
    assert len(times(other)) == 2
