"""What the API tells of campaigns and Canvases that act."""

from typing import Any

from worlds import DOUBLE_GROUP, EMAIL, SMS_GROUP, World, add_double_opt_in_group, advance

from mock_braze.domain.dates import write_time

ENTERED = {"kind": "custom_event", "name": "entered"}
MAIL = {"channel": "email", "from": "b@brand.com", "subject": "Hi", "body": "Mail", "name": "m"}
SMS = {"channel": "sms", "subscription_group_id": SMS_GROUP, "body": "Text"}
CARD = {"channel": "content_card", "title": "T", "message": "M", "url": "https://b.com"}
WEBHOOK = {
    "channel": "webhook",
    "url": "https://api.quikly.com/webhook/braze",
    "headers": {"Content-Type": "application/json"},
    "pairs": {"email": "{{${email_address}}}"},
}
RAW = {"channel": "webhook", "url": "https://b.com", "method": "PUT", "raw_text": "é"}


def make(world: World, kind: str, **members: Any) -> str:
    answer = world.control("POST", f"/{kind}", {"name": "x", **members})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def perform(world: World) -> str:
    now = write_time(world.workspace.clock.now())
    world.track(events=[{"external_id": "anna", "name": "entered", "time": now}])
    advance(world.workspace, 2)
    return write_time(world.workspace.clock.now())


def test_messages_are_told_by_their_variations(world: World) -> None:
    """Facts: campaign-messages-by-variation, webhook-in-campaign-details"""
    made = make(world, "campaigns", trigger=ENTERED, messages=[WEBHOOK, RAW, MAIL, SMS, CARD])

    told = world.get(f"/campaigns/details?campaign_id={made}").json()

    assert told["channels"] == ["webhook", "email", "sms", "content_card"]
    assert all(len(each) == 36 for each in told["messages"])
    assert list(told["messages"].values()) == [
        {
            "channel": "webhook",
            "name": "",
            "url": "https://api.quikly.com/webhook/braze",
            "body": '{"email": "{{${email_address}}}"}',
            "type": "json",
            "headers": {"Content-Type": "application/json"},
            "method": "POST",
        },
        {
            "channel": "webhook",
            "name": "",
            "url": "https://b.com",
            "body": "é",
            "type": "raw",
            "headers": {},
            "method": "PUT",
        },
        {"channel": "email", "name": "m", "subject": "Hi", "body": "Mail", "from": "b@brand.com"},
        {"channel": "sms", "name": "", "body": "Text"},
        {"channel": "content_card", "name": "", "title": "T", "body": "M", "url": "https://b.com"},
    ]


def test_first_and_last_sent_are_told_and_variations_stay(world: World) -> None:
    """Facts: campaigns-details"""
    world.tracked({"external_id": "anna", "email": EMAIL})
    made = make(world, "campaigns", trigger=ENTERED, messages=[MAIL], re_eligible_after_seconds=0)
    before = world.get(f"/campaigns/details?campaign_id={made}").json()

    first, last = perform(world), perform(world)
    world.control("PATCH", f"/campaigns/{made}", {"description": "d"})
    after = world.get(f"/campaigns/details?campaign_id={made}").json()

    assert (before["first_sent"], before["last_sent"]) == (None, None)
    assert (after["first_sent"], after["last_sent"]) == (first, last)
    assert after["messages"] == before["messages"]
    assert first != last


def test_an_export_tells_which_campaign_was_received(world: World) -> None:
    world.tracked({"external_id": "anna", "email": EMAIL})
    made = make(world, "campaigns", trigger=ENTERED, messages=[MAIL])
    variations = world.get(f"/campaigns/details?campaign_id={made}").json()["messages"]

    at = perform(world)

    assert world.user("anna")["campaigns_received"] == [
        {
            "name": "x",
            "api_campaign_id": made,
            "last_received": at,
            "in_control": False,
            "variation_name": "Variant 1",
            "variation_api_id": next(iter(variations)),
        }
    ]


def test_an_export_tells_which_canvas_was_entered(world: World) -> None:
    """Facts: export-canvases-received"""
    world.tracked({"external_id": "anna", "email": EMAIL})
    steps = [{"message": MAIL}, {"delay_seconds": 60}]
    made = make(world, "canvases", trigger=ENTERED, steps=steps)

    at = perform(world)
    entered = world.user("anna")["canvases_received"]
    advance(world.workspace, 60)
    left = world.user("anna")["canvases_received"]

    receipt = {
        "name": "x",
        "api_canvas_id": made,
        "last_received_message": at,
        "last_entered": at,
        "last_exited": None,
        "in_control": False,
    }
    assert entered == [receipt]
    assert left == [{**receipt, "last_exited": write_time(world.workspace.clock.now())}]


def test_the_steps_of_a_canvas_are_told(world: World) -> None:
    """Facts: canvas-details-members"""
    steps = [{"name": "Wait", "delay_seconds": 60}, {"user_update": "{}"}, {"message": MAIL}]
    made = make(world, "canvases", trigger=ENTERED, steps=steps)

    told = world.get(f"/canvas/details?canvas_id={made}").json()

    first, second, third = (each["id"] for each in told["steps"])
    assert told["variants"] == [{"name": "Variant 1", "first_step_ids": [first]}]
    assert told["channels"] == ["email"]
    message = {"channel": "email", "name": "m", "subject": "Hi", "body": "Mail"}
    assert told["steps"] == [
        {
            "name": "Wait",
            "type": "delay",
            "id": first,
            "next_step_ids": [second],
            "channels": [],
            "messages": {},
        },
        {
            "name": "",
            "type": "user_update",
            "id": second,
            "next_step_ids": [third],
            "channels": [],
            "messages": {},
        },
        {
            "name": "",
            "type": "message",
            "id": third,
            "next_step_ids": [],
            "channels": ["email"],
            "messages": {third: {**message, "from": "b@brand.com"}},
        },
    ]


def test_scheduled_broadcasts_are_those_that_will_go_out(world: World) -> None:
    """Facts: scheduled-broadcasts"""
    daily = {"kind": "schedule", "at": "2026-01-06T00:00:00Z", "every_seconds": 86_400}
    made = make(world, "campaigns", trigger=daily, messages=[MAIL])
    make(world, "campaigns", trigger=daily, messages=[MAIL], draft=True)
    query = "/messages/scheduled_broadcasts?end_time=2026-02-01T00:00:00Z"

    def told() -> list[tuple[str, str, str]]:
        listed = world.get(query).json()["scheduled_broadcasts"]
        return [(each["id"], each["next_send_time"], each["schedule_type"]) for each in listed]

    assert told() == [(made, "2026-01-06T00:00:00.000Z", "time_based")]
    advance(world.workspace, 86_400)
    assert told() == [(made, "2026-01-07T00:00:00.000Z", "time_based")]


def test_a_double_opt_in_by_a_custom_event_runs_from_end_to_end(world: World) -> None:
    """Facts: custom-event-double-opt-in, user-update-starts-double-opt-in"""
    add_double_opt_in_group(world.workspace)
    update = """{"attributes":[{"braze_id":"{{${braze_id}}}","subscription_groups":[
      {"subscription_group_id":"{{event_properties.${group}}}",
       "subscription_state":"subscribed","use_double_opt_in_logic":true}]}]}"""
    trigger = {"kind": "custom_event", "name": "quikly_sms_opt_in"}
    steps = [{"delay_seconds": 120}, {"user_update": update}]
    make(world, "canvases", trigger=trigger, steps=steps)
    alias = {"alias_name": EMAIL, "alias_label": "email"}
    event = {
        "user_alias": alias,
        "name": "quikly_sms_opt_in",
        "time": write_time(world.workspace.clock.now()),
        "properties": {"group": DOUBLE_GROUP},
    }
    profile = {"user_alias": alias, "_update_existing_only": False, "email": EMAIL}

    accepted = world.track({**profile, "phone": "+13135550171"}, events=[event])
    advance(world.workspace, 122)
    outbox = world.control("GET", "/sms/outbox").json()["messages"]
    pending = world.status("phone=%2B13135550171", DOUBLE_GROUP).json()["status"]
    reply = {"phone": "+13135550171", "group_id": DOUBLE_GROUP, "body": "Y"}
    heard = world.control("POST", "/sms/inbound", reply).json()
    confirmed = world.status("phone=%2B13135550171", DOUBLE_GROUP).json()["status"]

    assert accepted.json() == {
        "attributes_processed": 1,
        "events_processed": 1,
        "message": "success",
    }
    assert [(each["kind"], each["phone"]) for each in outbox] == [("prompt", "+13135550171")]
    assert pending == {"+13135550171": "unknown"}
    assert heard["outcome"] == "confirmed"
    assert confirmed == {"+13135550171": "Subscribed"}
    assert world.hazards() == []
