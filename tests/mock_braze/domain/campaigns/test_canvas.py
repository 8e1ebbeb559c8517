"""Canvases: who enters, and what each step does."""

from typing import Any

import pytest
from campaign_worlds import (
    MAIL,
    a_campaign,
    a_canvas,
    change,
    hazards_of_campaigns,
    mails,
    now,
    perform,
    refusals,
    with_anna,
    write,
)
from worlds import (
    DOUBLE_GROUP,
    EMAIL,
    PHONE,
    SMS_GROUP,
    a_workspace,
    add_double_opt_in_group,
    advance,
    attributes_of,
    effects,
    hazards,
    hazards_seen,
    profile,
    sent,
    state_of,
    text,
    track,
)

from mock_braze.domain.journal import Effect
from mock_braze.domain.users.addresses import Address, AddressKind
from mock_braze.domain.workspace import Workspace

NUMBER = Address(AddressKind.PHONE, PHONE)
MESSAGE = {"message": MAIL}
ASK = {
    "user_update": """{"attributes":[{"braze_id":"{{${braze_id}}}","subscription_groups":[
      {"subscription_group_id":"GROUP","subscription_state":"subscribed",
       "use_double_opt_in_logic":true}]}]}""".replace("GROUP", DOUBLE_GROUP)
}


def update(**attributes: Any) -> dict[str, Any]:
    return {"user_update": {"attributes": [{"braze_id": "{{${braze_id}}}", **attributes}]}}


def entries(workspace: Workspace) -> int:
    return sum(each.effect is Effect.CANVAS_ENTERED for each in effects(workspace))


def test_steps_are_taken_in_order_and_a_delay_is_waited_for() -> None:
    """Facts: user-update-step, user-update-comes-before-the-next-step"""
    workspace = with_anna()
    greeting = {"message": {**MAIL, "body": "Level {{custom_attribute.${level}}}"}}
    a_canvas(workspace, update(level=1), greeting, {"delay_seconds": 60}, update(level=2), greeting)

    perform(workspace)

    assert [each.body for each in mails(workspace)] == ["Level 1"]
    advance(workspace, 59)
    assert attributes_of(workspace, "anna")["level"] == 1
    advance(workspace, 1)
    assert [each.body for each in mails(workspace)] == ["Level 1", "Level 2"]
    (receipt,) = profile(workspace, "anna").canvases_received
    assert receipt.last_exited == receipt.last_received_message == workspace.clock.now()


def test_an_entry_is_what_counts_for_re_eligibility() -> None:
    """Facts: re-eligibility-counts-from-the-receipt"""
    workspace = with_anna()
    a_canvas(workspace, {"delay_seconds": 50}, MESSAGE, re_eligible_after_seconds=60)

    for _ in range(3):
        perform(workspace)
        advance(workspace, 58 - 28)
    advance(workspace, 100)

    assert (entries(workspace), refusals(workspace)) == (2, ["not_re_eligible"])


def test_a_canvas_is_entered_once_without_re_eligibility() -> None:
    """Facts: re-eligibility-off-by-default"""
    workspace = with_anna()
    a_canvas(workspace, MESSAGE)

    perform(workspace)
    perform(workspace)

    assert (entries(workspace), refusals(workspace)) == (1, ["not_re_eligible"])


def test_repeated_events_make_one_entry_a_second() -> None:
    """Facts: canvas-entry-once-a-second"""
    workspace = with_anna()
    a_canvas(workspace, MESSAGE, re_eligible_after_seconds=0)
    event = {"external_id": "anna", "name": "entered", "time": now(workspace)}

    track(workspace, events=[event] * 3)
    for waited in (0.5, 0.5, 1):
        advance(workspace, waited)
        track(workspace, events=[event])
    advance(workspace, 2)

    assert entries(workspace) == 3
    assert refusals(workspace) == ["too_soon"] * 3
    assert set(hazards_of_campaigns(workspace)) == {"canvas_entered_too_often"}


def test_events_of_the_trigger_are_the_context_of_the_canvas() -> None:
    workspace = with_anna()
    body = "{{context.${offer}}} {{event_properties.${offer}}}"
    a_canvas(workspace, {"message": {**MAIL, "body": body}})

    perform(workspace, offer="10%")

    assert [each.body for each in mails(workspace)] == ["10% 10%"]


def test_who_is_not_reached_goes_on_all_the_same() -> None:
    workspace = with_anna()
    sms = {"channel": "sms", "subscription_group_id": SMS_GROUP, "body": "Hi"}
    a_canvas(workspace, {"message": sms}, update(level=1))

    perform(workspace)

    assert refusals(workspace) == ["not_sent"]
    assert attributes_of(workspace, "anna") == {"level": 1}
    assert hazards_of_campaigns(workspace) == ["campaign_message_not_sent"]


def test_a_message_step_waits_for_the_end_of_quiet_hours() -> None:
    """Facts: time-of-day-and-quiet-hours"""
    workspace = with_anna()
    quiet = {"from": "09:00", "until": "11:00"}
    a_canvas(workspace, update(level=1), MESSAGE, update(level=2), quiet_hours=quiet)

    perform(workspace)
    assert attributes_of(workspace, "anna") == {"level": 1}
    advance(workspace, 7200)

    assert [f"{each.at:%H:%M}" for each in mails(workspace)] == ["11:00"]
    assert attributes_of(workspace, "anna") == {"level": 2}


def test_nobody_goes_further_in_a_canvas_that_is_stopped() -> None:
    workspace = with_anna()
    canvas = a_canvas(workspace, {"delay_seconds": 60}, MESSAGE)

    perform(workspace)
    change(workspace, canvas, enabled=False)
    advance(workspace, 60)

    assert mails(workspace) == []
    assert effects(workspace)[-1].details["why"] == "the Canvas was stopped"


def test_who_is_gone_leaves_the_canvas() -> None:
    workspace = with_anna()
    a_canvas(workspace, {"delay_seconds": 3600}, MESSAGE)

    perform(workspace)
    workspace.delete({"external_ids": ["anna"]})
    advance(workspace, 3600)

    assert effects(workspace)[-1].details["why"] == "the profile is gone"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("no JSON", "it renders to what is no JSON"),
        ('{"attributes": NaN}', "NaN is no number"),
        (r'{"attributes": [{"name": "\ud800"}]}', "it renders to what is no JSON"),
        ("[]", "it renders to what is no JSON object"),
        ('{"attributes": 5}', "'attributes' is no array"),
        ("{}", "it has no attributes, events, purchases"),
        ('{"attributes": [{"level": 1}]}', "attributes[0]: 'external_id', 'braze_id'"),
        ('{"attributes": [{"braze_id": "{{${braze_id}}}", "email": "no"}]}', "valid email"),
        ("{% abort_message('not now') %}", "not now"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_an_update_that_is_none_is_told_with_its_reason(template: str, says: str) -> None:
    workspace = with_anna()
    a_canvas(workspace, {"user_update": template}, MESSAGE)

    perform(workspace)

    (seen,) = hazards_seen(workspace)
    assert (seen.hazard.name, seen.subject) == ("canvas_update_without_effect", "anna")
    assert says in seen.details
    assert len(mails(workspace)) == 1


def test_canvases_may_trigger_each_other_and_come_to_an_end() -> None:
    workspace = with_anna()
    again = {"re_eligible_after_seconds": 0}
    for name, other in (("a", "b"), ("b", "a")):
        trigger = {"kind": "attribute_change", "attribute": name}
        a_canvas(workspace, update(**{other: {"inc": 1}}), trigger=trigger, **again)

    write(workspace, a=1)

    assert entries(workspace) == 2
    assert attributes_of(workspace, "anna") == {"a": 2, "b": 1}


def test_a_chain_of_many_canvases_does_not_nest() -> None:
    workspace = with_anna()
    for number in range(300):
        trigger = {"kind": "attribute_change", "attribute": f"n{number}"}
        a_canvas(workspace, update(**{f"n{number + 1}": 1}), trigger=trigger)

    write(workspace, n0=1)

    assert len(attributes_of(workspace, "anna")) == 301


# Double opt-in by a custom event


def with_canvas(*steps: Any, **how: Any) -> Workspace:
    members = {name: how.pop(name) for name in ("audience", "holdout") if name in how}
    workspace = a_workspace(**how)
    add_double_opt_in_group(workspace)
    a_canvas(workspace, *(steps or [ASK]), **members)
    return workspace


def ask(workspace: Workspace, **attributes: Any) -> None:
    """One request: attributes that make a profile, and the event."""
    alias = {"alias_name": EMAIL, "alias_label": "email"}
    event = {"user_alias": alias, "name": "entered", "time": now(workspace)}
    item = {"user_alias": alias, "_update_existing_only": False, "email": EMAIL, **attributes}
    track(workspace, item, events=[event])


def test_an_event_begins_a_double_opt_in_which_the_person_confirms() -> None:
    """Facts: custom-event-double-opt-in, user-update-starts-double-opt-in"""
    workspace = with_canvas({"delay_seconds": 120}, ASK)

    ask(workspace, phone=PHONE)
    advance(workspace, 122)
    assert (sent(workspace), state_of(workspace, NUMBER, DOUBLE_GROUP)) == (["prompt"], "unknown")
    text(workspace, "Y")

    assert state_of(workspace, NUMBER, DOUBLE_GROUP) == "Subscribed"
    assert sent(workspace) == ["prompt", "confirmation"]
    assert hazards(workspace) == []


@pytest.mark.parametrize(("dial", "prompts"), [("applied", ["prompt"]), ("lost", [])])
def test_a_canvas_without_a_delay_meets_a_profile_that_is_not_finished(
    dial: str, prompts: list[str]
) -> None:
    workspace = with_canvas(early_user_update=dial)

    ask(workspace, phone=PHONE)
    advance(workspace, 300)

    assert sent(workspace) == prompts
    lost = ["double_opt_in_not_started"] if dial == "lost" else []
    assert hazards(workspace) == ["subscription_before_creation_lag", *lost]
    says = "a Canvas set it, and the profile is finished 118 s later"
    assert hazards_seen(workspace)[0].details == says


@pytest.mark.parametrize(("dial", "state"), [("applied", "Subscribed"), ("lost", "unknown")])
def test_a_state_without_the_flag_on_an_unfinished_profile_is_set_or_lost(
    dial: str, state: str
) -> None:
    subscribe = {"subscription_group_id": SMS_GROUP, "subscription_state": "subscribed"}
    workspace = with_canvas(update(subscription_groups=[subscribe]), early_user_update=dial)

    ask(workspace, phone=PHONE)
    advance(workspace, 300)

    assert state_of(workspace, NUMBER) == state


def test_without_the_phone_on_the_profile_there_is_no_prompt() -> None:
    """Facts: double-opt-in-needs-a-profile"""
    workspace = with_canvas({"delay_seconds": 120}, ASK)

    ask(workspace)
    advance(workspace, 122)

    assert sent(workspace) == []
    (seen,) = hazards_seen(workspace)
    assert seen.hazard.name == "double_opt_in_not_started"
    assert seen.details == "the profile has no phone"


def test_an_event_of_a_profile_that_is_not_there_yet_is_dropped() -> None:
    """Facts: alias-needs-update-only-false"""
    workspace = with_canvas()
    alias = {"alias_name": EMAIL, "alias_label": "email"}

    track(workspace, events=[{"user_alias": alias, "name": "entered", "time": now(workspace)}])
    ask_without_event = {"user_alias": alias, "_update_existing_only": False, "phone": PHONE}
    track(workspace, ask_without_event)
    advance(workspace, 300)

    assert (sent(workspace), hazards(workspace)) == ([], ["update_only_dropped"])


def test_a_second_event_does_not_prompt_again_without_re_eligibility() -> None:
    """Facts: re-eligibility-off-by-default"""
    workspace = with_canvas({"delay_seconds": 120}, ASK)

    for _ in range(2):
        ask(workspace, phone=PHONE)
        advance(workspace, 40 * 86_400)

    assert sent(workspace) == ["prompt"]
    assert hazards(workspace) == ["campaign_not_re_eligible"]


def test_a_second_event_within_a_day_meets_the_cap_of_prompts() -> None:
    """Facts: double-opt-in-prompt-cap"""
    workspace = a_workspace()
    add_double_opt_in_group(workspace)
    a_canvas(workspace, {"delay_seconds": 120}, ASK, re_eligible_after_seconds=0)

    for _ in range(2):
        ask(workspace, phone=PHONE)
        advance(workspace, 3600)

    assert sent(workspace) == ["prompt"]
    assert hazards(workspace) == ["double_opt_in_prompt_capped"]


def test_who_confirms_after_thirty_days_is_not_subscribed() -> None:
    """Facts: double-opt-in-lapses"""
    workspace = with_canvas({"delay_seconds": 120}, ASK)

    ask(workspace, phone=PHONE)
    advance(workspace, 31 * 86_400)
    text(workspace, "Y")

    assert state_of(workspace, NUMBER, DOUBLE_GROUP) == "unknown"
    assert hazards(workspace) == ["confirmation_too_late"]


@pytest.mark.parametrize(
    ("members", "hazard"),
    [
        (
            {"audience": {"custom_attribute": "vip", "operator": "exists"}},
            "campaign_outside_audience",
        ),
        ({"holdout": 1}, "campaign_held_out"),
    ],
)
def test_who_is_outside_the_audience_or_held_out_is_not_prompted(
    members: dict[str, Any], hazard: str
) -> None:
    """Facts: audience-at-the-trigger, holdout-share"""
    workspace = with_canvas(**members)

    ask(workspace, phone=PHONE)
    advance(workspace, 300)

    assert (sent(workspace), hazards(workspace)) == ([], [hazard])


def test_a_confirmed_double_opt_in_triggers_a_welcome() -> None:
    workspace = with_canvas({"delay_seconds": 120}, ASK)
    trigger = {
        "kind": "subscription_group",
        "group_id": DOUBLE_GROUP,
        "to": "subscribed",
        "sources": ["inbound_message"],
    }
    sms = {"channel": "sms", "subscription_group_id": DOUBLE_GROUP, "body": "Your offer"}
    a_campaign(workspace, trigger, sms)

    ask(workspace, phone=PHONE)
    advance(workspace, 122)
    text(workspace, "Y")

    assert sorted(sent(workspace)) == ["campaign", "confirmation", "prompt"]
