"""Campaigns in a world that is saved, restored, replayed and run twice."""

from typing import Any

from test_replay import replayed
from worlds import DOUBLE_GROUP, EMAIL, PHONE, World, advance, effects

from mock_braze.domain.dates import write_time
from mock_braze.domain.journal import Effect

ENTERED = {"kind": "custom_event", "name": "entered"}
MAIL = {"channel": "email", "from": "b@brand.com", "subject": "Hi", "body": "Hi"}
ASK = {
    "attributes": [
        {
            "braze_id": "{{${braze_id}}}",
            "subscription_groups": [
                {
                    "subscription_group_id": DOUBLE_GROUP,
                    "subscription_state": "subscribed",
                    "use_double_opt_in_logic": True,
                }
            ],
        }
    ]
}


def a_world(seed: int = 5) -> World:
    """A double opt-in group, a campaign with a delay and a Canvas, all in the journal."""
    world = World(seed=seed)
    world.workspace.reset()
    make(world, "subscription_groups", {
        "id": DOUBLE_GROUP, "name": "Offers", "channel": "sms", "double_opt_in": {},
    })  # fmt: skip
    again = {"re_eligible_after_seconds": 0}
    campaign = {"name": "c", "trigger": ENTERED, "messages": [MAIL], "delay_seconds": 3600}
    exception = {"kind": "custom_event", "name": "bought"}
    make(world, "campaigns", {**campaign, "exception": exception, "holdout": 0.5, **again})
    steps = [{"delay_seconds": 1800}, {"user_update": ASK}, {"message": MAIL}]
    make(world, "canvases", {"name": "v", "trigger": ENTERED, "steps": steps})
    daily = {"kind": "schedule", "at": "2026-01-05T10:00:00Z", "every_seconds": 86_400}
    make(world, "campaigns", {"name": "s", "trigger": daily, "messages": [MAIL], **again})
    return world


def make(world: World, kind: str, told: dict[str, Any]) -> None:
    assert world.control("POST", f"/{kind}", told).status_code == 201


def begin(world: World) -> None:
    """People come, and half an hour later everything waits for something."""
    for number in range(6):
        who = {"external_id": f"q-{number}"}
        profile = {**who, "email": f"{number}-{EMAIL}", "phone": f"{PHONE[:-1]}{number}"}
        now = write_time(world.workspace.clock.now())
        world.track(profile, events=[{**who, "name": "entered", "time": now}])
    world.control("POST", "/clock/advance", {"seconds": 600})
    now = write_time(world.workspace.clock.now())
    world.track(events=[{"external_id": "q-1", "name": "bought", "time": now}])
    world.control("POST", "/clock/advance", {"seconds": 600})


def go_on(world: World) -> bytes:
    for seconds in (600, 1, 1800, 90_000):
        world.control("POST", "/clock/advance", {"seconds": seconds})
    reply = {"phone": PHONE, "group_id": DOUBLE_GROUP, "body": "Y"}
    world.control("POST", "/sms/inbound", reply)
    return world.journal()


def test_a_world_that_is_restored_in_the_middle_of_delays_goes_on_in_the_same_way() -> None:
    world = a_world()
    begin(world)
    document = world.control("GET", "/snapshot").content
    other = World(seed=99)

    assert other.control("PUT", "/snapshot", raw=document).status_code == 200

    assert other.control("GET", "/snapshot").content == document
    assert len(world.workspace.state.campaigns.waiting) > 1
    assert other.workspace.state.campaigns.listeners == world.workspace.state.campaigns.listeners
    assert go_on(other) == go_on(world)
    done = {each.effect for each in effects(other.workspace)}
    assert done >= {Effect.CAMPAIGN_RECEIVED, Effect.CAMPAIGN_LAUNCHED, Effect.OPT_IN_PENDING}


def test_equal_calls_leave_equal_journals_and_another_seed_holds_others_out() -> None:
    """Facts: holdout-share"""
    journals = []
    for seed in (5, 5, 6):
        world = a_world(seed)
        begin(world)
        journals.append(go_on(world))

    assert journals[0] == journals[1]
    assert held_out(journals[0]) != held_out(journals[2])


def held_out(journal: bytes) -> list[int]:
    return [n for n, line in enumerate(journal.splitlines()) if b"held_out" in line]


def test_a_journal_with_campaigns_in_it_can_be_replayed() -> None:
    world = a_world()
    begin(world)
    patched = world.control("GET", "/campaigns").json()["campaigns"][0]["id"]
    assert world.control("PATCH", f"/campaigns/{patched}", {"enabled": False}).status_code == 200
    caps = {"caps": [{"most": 1, "within_seconds": 60}]}
    assert world.control("PUT", "/frequency_caps", caps).status_code == 200
    journal = go_on(world)
    kept = world.control("GET", "/snapshot").json()

    again = replayed(journal)

    assert again["state"]["campaigns"] == kept["state"]["campaigns"]
    assert again["state"]["profiles"] == kept["state"]["profiles"]
    assert again["state"]["agenda"] == kept["state"]["agenda"]


def test_a_track_costs_the_same_journal_where_no_campaign_listens(world: World) -> None:
    archived = {"name": "c", "trigger": ENTERED, "messages": [MAIL], "archived": True}
    make(world, "campaigns", archived)
    world.tracked({"external_id": "anna", "email": EMAIL})
    now = write_time(world.workspace.clock.now())

    world.track(events=[{"external_id": "anna", "name": "entered", "time": now}])
    advance(world.workspace, 2)

    assert not world.workspace.state.campaigns.listeners
    assert [each.effect for each in effects(world.workspace)] == [
        Effect.PROFILE_CREATED,
        Effect.PROFILE_FINISHED,
        Effect.PROFILE_UPDATED,
    ]
