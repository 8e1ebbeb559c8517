"""Campaigns from JSON, and back: everything wrong is told at once, with its place."""

from typing import Any

import pytest
from campaign_worlds import API, EVENT, MAIL
from hypothesis import given
from hypothesis import strategies as st
from worlds import EMAIL_GROUP, SMS_GROUP, a_workspace, add_double_opt_in_group

from mock_braze.domain.campaigns.campaign import Kind
from mock_braze.domain.campaigns.campaign_reading import (
    BadCampaign,
    made_campaign,
    members_of,
    read_campaign,
    written_campaign,
)
from mock_braze.domain.campaigns.trigger_reading import MEMBERS, read_trigger, written_trigger
from mock_braze.domain.plain_data import read, written

TRIGGERS: list[dict[str, Any]] = [
    EVENT,
    {**EVENT, "properties": [{"name": "a", "operator": "equals", "value": 1}]},
    {**EVENT, "properties": [{"name": "a", "operator": "exists"}]},
    {
        **EVENT,
        "properties": [{"name": "a", "operator": "before", "value": "2026-01-01T00:00:00.000Z"}],
    },
    {"kind": "purchase", "product_id": "p-1"},
    {"kind": "purchase", "product_id": "*"},
    {"kind": "attribute_change", "attribute": "level"},
    {"kind": "attribute_change", "attribute": "level", "to": False},
    {"kind": "email_added"},
    {"kind": "subscription_status", "channel": "push", "to": "opted_in"},
    {"kind": "subscription_group", "group_id": EMAIL_GROUP},
    {
        "kind": "subscription_group",
        "group_id": SMS_GROUP,
        "to": "subscribed",
        "sources": ["rest_api"],
    },
    {"kind": "inbound_sms", "group_id": SMS_GROUP, "category": "other", "text": "hello"},
    {"kind": "session_start"},
    API,
    {"kind": "schedule", "at": "2026-02-01T00:00:00.000Z", "every_seconds": 86_400.0},
]


def problems(kind: Kind = Kind.CAMPAIGN, **members: Any) -> list[str]:
    workspace = a_workspace()
    add_double_opt_in_group(workspace)
    with pytest.raises(BadCampaign) as caught:
        read_campaign({"name": "x", **members}, workspace.state)
    return caught.value.problems


@pytest.mark.parametrize("told", TRIGGERS)
def test_a_trigger_is_told_as_it_was_sent(told: dict[str, Any]) -> None:
    state = a_workspace().state
    trigger = read_trigger(told, "trigger", state)
    assert not isinstance(trigger, list)

    assert written_trigger(trigger) == told
    assert read(written(trigger), type(trigger)) == trigger


def test_there_is_an_example_of_every_kind_of_trigger() -> None:
    assert {each["kind"] for each in TRIGGERS} == set(MEMBERS)


@pytest.mark.parametrize(
    ("trigger", "says"),
    [
        (5, "'trigger' must be an object, not 5"),
        ({}, "'trigger.kind' must be one of custom_event, purchase, "),
        ({"kind": "click"}, "schedule, not 'click'"),
        ({"kind": "custom_event"}, "'trigger.name' is missing"),
        ({**EVENT, "name": ""}, "'trigger.name' must be text, and not empty, not ''"),
        (
            {**EVENT, "group": 1},
            "there is no member 'trigger.group'; there are kind, name, properties",
        ),
        ({**EVENT, "properties": {}}, "'trigger.properties' must be an array, not {}"),
        ({**EVENT, "properties": [5]}, "'trigger.properties[0]' must be an object, not 5"),
        (
            {**EVENT, "properties": [{"name": "a", "operator": "~", "value": 1}]},
            "'trigger.properties[0].operator' must be one of equals, ",
        ),
        (
            {**EVENT, "properties": [{"name": "a", "operator": ">", "value": "1"}]},
            "'trigger.properties[0].value' must be a number, not '1'",
        ),
        (
            {"kind": "attribute_change", "attribute": "a", "to": [1]},
            "'trigger.to' must be text, a number, true or false, not [1]",
        ),
        (
            {"kind": "subscription_group", "group_id": "x"},
            "'trigger.group_id' there is no subscription group 'x'",
        ),
        (
            {"kind": "subscription_group", "group_id": SMS_GROUP, "to": "opted_in"},
            "'trigger.to' must be one of subscribed, unsubscribed, not 'opted_in'",
        ),
        (
            {"kind": "subscription_group", "group_id": SMS_GROUP, "sources": ["sdk", "fax"]},
            "'trigger.sources' 'sdk' never happens here; there are rest_api, inbound_message, ",
        ),
        (
            {"kind": "subscription_group", "group_id": SMS_GROUP, "sources": ["fax"]},
            "'trigger.sources' must hold some of rest_api, ",
        ),
        (
            {"kind": "inbound_sms", "group_id": EMAIL_GROUP},
            "there is no SMS subscription group",
        ),
        (
            {"kind": "inbound_sms", "group_id": SMS_GROUP, "category": "maybe"},
            "'trigger.category' must be one of opt_in, opt_out, help, other, not 'maybe'",
        ),
        ({"kind": "schedule", "at": "soon"}, "'trigger.at' must be a date, not 'soon'"),
        (
            {"kind": "schedule", "at": "2026-02-01", "every_seconds": 60},
            "'trigger.every_seconds' must be seconds, 3600 to 316224000, not 60",
        ),
    ],
)
def test_a_trigger_that_makes_no_sense_is_told_with_its_place(trigger: Any, says: str) -> None:
    (problem,) = [each for each in problems(trigger=trigger, messages=[MAIL]) if says in each]

    assert problem


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"audience": {"custom_attribute": "a"}}, ["audience.operator must be one of "]),
        ({"segment_id": "s"}, ["'segment_id': there is no segment 's'"]),
        ({"starts_at": "soon"}, ["'starts_at' must be a date, not 'soon'"]),
        (
            {"starts_at": "2026-02-01", "ends_at": "2026-01-01"},
            ["'ends_at' must be later than 'starts_at'"],
        ),
        ({"delay_seconds": -1}, ["'delay_seconds' must be seconds, 0 to 31622400, not -1"]),
        (
            {"re_eligible_after_seconds": 720 * 86_400 + 1},
            ["'re_eligible_after_seconds' must be seconds, 0 to 62208000, not 62208001"],
        ),
        ({"holdout": 2}, ["'holdout' must be a share, 0 to 1, not 2"]),
        ({"holdout": float("nan")}, ["'holdout' must be a share, 0 to 1, not NaN"]),
        (
            {"quiet_hours": {"from": "25:00", "to": "08:00"}},
            [
                "there is no member 'quiet_hours.to'; there are from, until, otherwise",
                "'quiet_hours.until' is missing",
                "'quiet_hours.from' must be a time of day such as 22:30, not '25:00'",
            ],
        ),
        (
            {"time_of_day": {"from": "08:00", "until": "08:00", "otherwise": "never"}},
            [
                "'time_of_day.otherwise' must be one of wait, skip, not 'never'",
                "'time_of_day.until' must be another time than 'from'",
            ],
        ),
        (
            {
                "time_of_day": {"from": "09:00", "until": "10:00"},
                "quiet_hours": {"from": "08:00", "until": "10:00"},
            },
            ["'quiet_hours' cover all of 'time_of_day'; nothing would ever be sent"],
        ),
        ({"exception": EVENT}, ["'exception' goes with a 'delay_seconds'; there is nothing to "]),
        (
            {"exception": API, "delay_seconds": 5},
            ["'exception.kind' must be something that people do, not api or schedule"],
        ),
        ({"tags": [5]}, ["'tags' must be an array of text, not [5]"]),
        ({"messages": []}, ["'messages' (or the 'steps' of a Canvas) are missing; nothing "]),
        ({"trigger": None}, ["'trigger' is missing; without one, 'messages' are never sent"]),
        (
            {"messages": [{"channel": "fax"}, MAIL, {**MAIL, "body": "{{${email}}"}]},
            ["'messages[0].channel' must be one of ", "'messages[2].body' is no Liquid: "],
        ),
        ({"messages": [MAIL] * 21}, ["'messages' has 21 items; at most 20"]),
    ],
)
def test_everything_wrong_with_a_campaign_is_told(members: dict[str, Any], says: list[str]) -> None:
    told = {"trigger": EVENT, "messages": [MAIL], **members}
    told = {name: value for name, value in told.items() if value is not None}

    found = problems(**told)

    assert len(found) == len(says)
    for problem, beginning in zip(found, says, strict=True):
        assert problem.startswith(beginning)


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (5, ["'steps[0]' must be an object, not 5"]),
        (
            {},
            ["'steps[0]' must have exactly one of delay_seconds, user_update, message; it has"],
        ),
        (
            {"delay_seconds": 5, "message": MAIL},
            ["'steps[0]' must have exactly one of delay_seconds, user_update, message; it has"],
        ),
        (
            {"delay_seconds": "5", "colour": 1},
            [
                "there is no member 'steps[0].colour'; there are delay_seconds, name",
                "'steps[0].delay_seconds' must be seconds, 0 to 31622400, not '5'",
            ],
        ),
        ({"user_update": 5}, ["'steps[0].user_update' must be an object, or text with Liquid"]),
        ({"user_update": "{{${braze_id}}"}, ["'steps[0].user_update' is no Liquid: "]),
        ({"message": {"channel": "fax"}}, ["'steps[0].message.channel' must be one of "]),
    ],
)
def test_everything_wrong_with_a_step_is_told(step: Any, says: list[str]) -> None:
    """Facts: unparsable-template"""
    found = problems(Kind.CANVAS, trigger=EVENT, steps=[step])

    assert len(found) == len(says)
    for problem, beginning in zip(found, says, strict=True):
        assert problem.startswith(beginning)


def test_a_misprint_is_told_with_its_place_and_the_likely_fix() -> None:
    """Facts: unparsable-template, page-sample-short-of-a-brace"""
    webhook = {
        "channel": "webhook",
        "url": "https://b.com",
        "pairs": {"email": "{{${email_address}}"},
    }

    (problem,) = problems(trigger=EVENT, messages=[webhook])

    assert problem.startswith("'messages[0].pairs.email' is no Liquid: ")
    assert "{{${email_address}}}" in problem


def test_a_template_that_is_no_liquid_is_kept_where_the_dial_says_so() -> None:
    state = a_workspace(unparsable_template="raw_text").state
    told = {"name": "x", "trigger": EVENT, "steps": [{"user_update": "{{${braze_id}}"}]}

    assert read_campaign(told, state).steps


WHOLE = {
    "name": "Welcome",
    "description": "d",
    "tags": ["t"],
    "trigger": TRIGGERS[1],
    "audience": {"not": {"custom_attribute": "a", "operator": "exists"}},
    "starts_at": "2026-02-01T00:00:00.000Z",
    "ends_at": "2026-03-01T00:00:00.000Z",
    "re_eligible_after_seconds": 5.0,
    "holdout": 0.25,
    "time_of_day": {"from": "09:00", "until": "18:30", "otherwise": "skip"},
    "quiet_hours": {"from": "22:00", "until": "08:00", "otherwise": "wait"},
    "obeys_frequency_caps": False,
}
CAMPAIGN = {
    **WHOLE,
    "delay_seconds": 60.0,
    "exception": TRIGGERS[7],
    "messages": [MAIL, {"channel": "sms", "subscription_group_id": SMS_GROUP, "body": "Hi"}],
}
CANVAS = {
    **WHOLE,
    "steps": [{"name": "a", "delay_seconds": 5.0}, {"user_update": "{}"}, {"message": MAIL}],
}


@pytest.mark.parametrize(("kind", "told"), [(Kind.CAMPAIGN, CAMPAIGN), (Kind.CANVAS, CANVAS)])
def test_a_whole_campaign_is_told_as_it_was_sent(kind: Kind, told: dict[str, Any]) -> None:
    state = a_workspace().state

    campaign = made_campaign(read_campaign(told, state), kind, state)
    written_again = written_campaign(campaign)

    assert {name: written_again[name] for name in told} == told
    assert written_again.keys() == {*members_of(kind), "launched_at"}
    assert len(campaign.variation_ids) == len(told.get("messages", told.get("steps", ())))
    assert read(written(campaign), type(campaign)) == campaign


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
NAMED = st.dictionaries(
    st.sampled_from(
        [
            "kind",
            "name",
            "group_id",
            "properties",
            "at",
            "to",
            "sources",
            "category",
            "from",
            "until",
            "delay_seconds",
            "user_update",
            "message",
            "channel",
        ]
    ),
    JSON | st.sampled_from(sorted(MEMBERS)) | st.just([{"name": "a", "operator": "in"}]),
)
OF_TYPE = {
    str: st.text(max_size=9),
    float: st.floats() | st.integers(),
    bool: st.booleans(),
    list: st.lists(JSON | NAMED, max_size=3),
    dict: NAMED | st.sampled_from(TRIGGERS),
}


@given(
    st.sampled_from(Kind).flatmap(
        lambda kind: st.fixed_dictionaries(
            {"name": st.just("x")},
            optional={name: OF_TYPE[of] for name, of in members_of(kind).items() if name != "name"},
        )
    )
)
def test_whatever_is_sent_is_read_or_told_about(told: dict[str, Any]) -> None:
    state = a_workspace().state
    problems: list[str] = []
    try:
        draft = read_campaign(told, state)
    except BadCampaign as bad:
        problems = bad.problems
    else:
        kind = Kind.CANVAS if draft.steps else Kind.CAMPAIGN
        assert written_campaign(made_campaign(draft, kind, state))["name"] == "x"
        return

    assert problems
    assert all(isinstance(each, str) for each in problems)
