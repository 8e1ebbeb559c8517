"""Campaigns and Canvases through the control plane: made, changed, paused, told."""

import json
from typing import Any

import pytest
from worlds import DOUBLE_GROUP, EMAIL, SMS_GROUP, START, World, advance, effects

from mock_braze.domain.dates import write_time
from mock_braze.domain.journal import Effect

ENTERED = {"kind": "custom_event", "name": "entered"}
MAIL = {"channel": "email", "from": "b@brand.com", "subject": "Hi", "body": "Hi"}
CAMPAIGN = {"name": "Welcome", "id": "c-1", "trigger": ENTERED, "messages": [MAIL]}


def make(world: World, kind: str = "campaigns", **members: Any) -> dict[str, Any]:
    answer = world.control("POST", f"/{kind}", {**CAMPAIGN, **members})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def patch(world: World, kind: str = "campaigns", **members: Any) -> Any:
    return world.control("PATCH", f"/{kind}/c-1", members)


def perform(world: World) -> None:
    event = {
        "external_id": "anna",
        "name": "entered",
        "time": write_time(world.workspace.clock.now()),
    }
    world.track(events=[event])
    advance(world.workspace, 2)


def received(world: World) -> int:
    return sum(each.effect is Effect.CAMPAIGN_RECEIVED for each in effects(world.workspace))


@pytest.fixture
def anna(world: World) -> World:
    world.tracked({"external_id": "anna", "email": EMAIL})
    return world


def test_a_campaign_is_told_with_all_it_can_have(world: World) -> None:
    made = make(world)

    assert made == {
        "id": "c-1",
        "name": "Welcome",
        "created_at": write_time(START),
        "last_edited": write_time(START),
        "description": "",
        "tags": [],
        "teams": [],
        "archived": False,
        "draft": False,
        "enabled": True,
        "is_api_campaign": False,
        "schedule_type": "action_based",
        "channels": ["email"],
        "first_sent": None,
        "last_sent": None,
        "next_send_time": None,
        "trigger": ENTERED,
        "segment_id": None,
        "audience": None,
        "starts_at": None,
        "ends_at": None,
        "re_eligible_after_seconds": None,
        "holdout": 0.0,
        "time_of_day": None,
        "quiet_hours": None,
        "obeys_frequency_caps": True,
        "delay_seconds": 0.0,
        "exception": None,
        "messages": [MAIL],
        "launched_at": write_time(START),
    }
    assert world.control("GET", "/campaigns").json() == {"campaigns": [made]}
    assert world.control("GET", "/canvases").json() == {"canvases": []}


def test_a_canvas_has_steps_in_place_of_messages(world: World) -> None:
    steps = [{"delay_seconds": 5.0}, {"message": MAIL}]
    told = {"name": "Journey", "id": "c-1", "trigger": ENTERED, "steps": steps}
    made = world.control("POST", "/canvases", told)
    wrong = world.control("POST", "/canvases", {**told, "delay_seconds": 5})

    assert (made.status_code, made.json()["steps"]) == (201, steps)
    assert "messages" not in made.json()
    (problem,) = wrong.json()["problems"]
    assert problem.startswith("there is no member 'delay_seconds'; there are id, name, ")


def test_all_problems_of_a_campaign_are_told_at_once(world: World) -> None:
    told = {
        "colour": "red",
        "trigger": {"kind": "custom_event"},
        "audience": {"not": 5},
        "messages": [{"channel": "fax"}],
        "holdout": "half",
    }

    answer = world.control("POST", "/campaigns", told)

    assert answer.status_code == 400
    unknown, missing, mistyped, *others = answer.json()["problems"]
    assert unknown.startswith("there is no member 'colour'; there are id, name, ")
    assert (missing, mistyped) == ("'name' is missing", "'holdout' must be a number, not 'half'")
    assert others == [
        "'trigger.name' is missing",
        "audience.not must be an object, not 5",
        "'messages[0].channel' must be one of sms, webhook, email, content_card, not 'fax'",
    ]
    assert world.control("GET", "/campaigns").json() == {"campaigns": []}


def test_a_change_keeps_what_it_does_not_name(anna: World) -> None:
    make(anna, audience={"custom_event": "never"}, tags=["a"], channels=["sms"])
    perform(anna)
    advance(anna.workspace, 5)

    changed = patch(anna, audience=None, name="Hello")
    perform(anna)

    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["tags"]) == ("Hello", ["a"])
    assert changed.json()["last_edited"] != changed.json()["created_at"]
    assert received(anna) == 1


def test_a_campaign_is_launched_paused_resumed_and_archived(anna: World) -> None:
    made = make(anna, draft=True, re_eligible_after_seconds=0)
    assert made["launched_at"] is None

    counts = []
    for members in ({"draft": False}, {"enabled": False}, {"enabled": True}, {"archived": True}):
        launched = patch(anna, **members).json()["launched_at"]
        perform(anna)
        counts.append(received(anna))

    assert counts == [1, 1, 2, 2]
    assert launched == write_time(START.replace(minute=3, second=20))


def test_who_has_had_a_campaign_has_had_it_after_a_change(anna: World) -> None:
    make(anna)
    perform(anna)

    patch(anna, messages=[{**MAIL, "subject": "Hello again"}])
    perform(anna)

    assert received(anna) == 1


def test_a_bad_change_changes_nothing(world: World) -> None:
    made = make(world)

    for members, says in (
        ({"id": "c-2"}, "'id' cannot be changed; make another one"),
        ({"name": None}, "'name' is missing"),
        ({"launched_at": "2026-01-01"}, "there is no member 'launched_at'; there are "),
        ({"trigger": {"kind": "click"}}, "'trigger.kind' must be one of "),
    ):
        answer = patch(world, **members)
        (problem,) = answer.json()["problems"]
        assert answer.status_code == 400
        assert problem.startswith(says)
    assert world.control("GET", "/campaigns").json() == {"campaigns": [made]}
    unknown = world.control("PATCH", "/canvases/c-1", {})
    assert (unknown.status_code, unknown.json()) == (
        404,
        {"problems": ["there is no canvas 'c-1'; there are none"]},
    )


def test_a_change_of_nothing_is_taken_for_every_campaign(world: World) -> None:
    make(world, trigger={"kind": "schedule", "at": "2026-02-01T00:00:00.000Z"})

    changed = patch(world)

    assert changed.status_code == 200, changed.text
    assert changed.json()["next_send_time"] == "2026-02-01T00:00:00.000Z"


def test_frequency_caps_are_put_and_told(world: World) -> None:
    """Facts: frequency-capping"""
    caps = [{"most": 2, "within_seconds": 86_400.0}]
    put = world.control("PUT", "/frequency_caps", {"caps": caps})
    wrong = world.control(
        "PUT",
        "/frequency_caps",
        {"caps": [5, {"most": 0, "within_seconds": 0}, {"most": True, "span": 1}]},
    )

    assert (put.status_code, put.json()) == (200, {"caps": caps})
    assert world.control("GET", "/frequency_caps").json() == {"caps": caps}
    assert (wrong.status_code, wrong.json()) == (
        400,
        {
            "problems": [
                "'caps[0]' must be an object, not 5",
                "'caps[1].most' must be a whole number, 1 or more, not 0",
                "'caps[1].within_seconds' must be seconds, 1 to 2592000, not 0",
                "there is no member 'caps[2].span'; there are most, within_seconds",
                "'caps[2].within_seconds' is missing",
                "'caps[2].most' must be a whole number, 1 or more, not true",
            ]
        },
    )


def test_a_campaign_can_stand_in_the_file_of_a_world(world: World) -> None:
    file = {
        "subscription_groups": [{"id": DOUBLE_GROUP, "name": "Offers", "channel": "sms"}],
        "segments": [{"id": "s-1", "name": "All", "filter": {"custom_event": "a"}}],
        "campaigns": [{**CAMPAIGN, "segment_id": "s-1"}],
        "canvases": [
            {
                "name": "Journey",
                "trigger": {"kind": "subscription_group", "group_id": DOUBLE_GROUP},
                "steps": [{"message": MAIL}],
            }
        ],
    }
    begun = world.control("POST", "/world", file)
    wrong = world.control(
        "POST", "/world", raw=json.dumps({"campaigns": [{**CAMPAIGN, "trigger": {}}]}).encode()
    )

    assert (begun.status_code, begun.json()["campaigns"]) == (200, 1)
    assert len(world.control("GET", "/canvases").json()["canvases"]) == 1
    (problem,) = wrong.json()["problems"]
    assert "campaigns[0].trigger.kind: 'trigger.kind' must be one of " in problem


def test_a_scheduled_campaign_that_is_due_now_goes_out_at_once(anna: World) -> None:
    at = write_time(anna.workspace.clock.now())

    made = make(anna, trigger={"kind": "schedule", "at": at})

    assert (made["first_sent"], made["next_send_time"]) == (at, None)


def test_a_campaign_to_a_group_that_is_not_there_is_refused(world: World) -> None:
    sms = {"channel": "sms", "subscription_group_id": DOUBLE_GROUP, "body": "Hi"}

    answer = world.control("POST", "/campaigns", {**CAMPAIGN, "messages": [sms]})
    good = {**sms, "subscription_group_id": SMS_GROUP}

    assert answer.status_code == 400
    assert make(world, messages=[good])["channels"] == ["sms"]
