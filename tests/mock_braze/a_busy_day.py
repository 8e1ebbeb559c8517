"""A fixed sequence of calls with every kind of chance in it; prints the journal they leave."""

import sys

from worlds import (
    DOUBLE_GROUP,
    EMAIL,
    PHONE,
    SMS_GROUP,
    World,
    a_purchase,
    add_double_opt_in_group,
    alias_json,
    an_event,
)


def journal_of_a_busy_day() -> bytes:
    world = World(seed=11, ingestion_jitter=20, reorder=True)
    add_double_opt_in_group(world.workspace, unknown_numbers=True)
    alias = {"user_alias": alias_json(), "_update_existing_only": False}
    groups = [{"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}]
    world.control("POST", "/api_keys", {"permissions": ["users.track"]})
    add_campaigns(world)
    for number in range(5):
        world.track({"external_id": f"q-{number}", "email": EMAIL, "points": {"inc": number}})
        world.track({**alias, "email": EMAIL, "phone": PHONE, "tags": {"add": [f"{number}", "x"]}})
        world.track({"email": f"{number}@example.com"}, {"email": "no"}, {"user_alias:": 1})
        world.control("POST", "/clock/advance", {"seconds": 7})
        world.set_status(external_id=[f"q-{number}", "q-0"])
        entered = an_event(email=EMAIL, time="2999-01-01", properties={"n": number})
        world.track(events=[entered], purchases=[a_purchase(phone=PHONE)])
        world.export(email_address=EMAIL)
    world.control("POST", "/subscription_groups", {"name": "new", "channel": "email"})
    world.track({"external_id": "q-0", "subscription_groups": groups, "phone": PHONE})
    ask = {"subscription_group_id": DOUBLE_GROUP, "subscription_state": "subscribed"}
    world.post("/subscription/status/set", {**ask, "phone": PHONE, "use_double_opt_in_logic": True})
    for body in ("START", "hello", "Y", "STOP"):
        sent = {"phone": PHONE, "group_id": DOUBLE_GROUP, "body": body}
        world.control("POST", "/sms/inbound", sent)
    for _ in range(60):
        world.control("POST", "/clock/next")
    world.status("phone=%2B13135550171")
    profiles = world.control("GET", "/profiles").content
    return world.journal() + profiles


def add_campaigns(world: World) -> None:
    """One with chance in who is held out, and in what its message says; and a Canvas."""
    mail = {"channel": "email", "from": "b@brand.com", "subject": "Hi"}
    body = "{% random 10 %} {{event_properties.${n}}} {{campaign.${dispatch_id}}}"
    event = {"kind": "custom_event", "name": "entered"}
    again = {"re_eligible_after_seconds": 1, "holdout": 0.4}
    messages = [{**mail, "body": body}]
    told = {"name": "a", "trigger": event, "messages": messages, "delay_seconds": 3, **again}
    assert world.control("POST", "/campaigns", told).status_code == 201
    ask = {"subscription_group_id": DOUBLE_GROUP, "subscription_state": "subscribed"}
    groups = [{**ask, "use_double_opt_in_logic": True}]
    update = {"attributes": [{"braze_id": "{{${braze_id}}}", "subscription_groups": groups}]}
    steps = [{"user_update": update}, {"delay_seconds": 30}, {"message": messages[0]}]
    told = {"name": "b", "trigger": {"kind": "email_added"}, "steps": steps}
    assert world.control("POST", "/canvases", told).status_code == 201


if __name__ == "__main__":
    sys.stdout.buffer.write(journal_of_a_busy_day())
