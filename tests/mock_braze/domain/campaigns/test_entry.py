"""Who is taken into a campaign when its trigger happens, and how everybody else is told about."""

from datetime import timedelta
from typing import Any

import pytest
from campaign_worlds import (
    API,
    EVENT,
    MAIL,
    a_campaign,
    a_canvas,
    change,
    hazards_of_campaigns,
    mails,
    now,
    perform,
    receipts,
    received,
    refusals,
    told,
    with_anna,
    write,
)
from hypothesis import given
from hypothesis import strategies as st
from worlds import (
    EMAIL,
    PHONE,
    SMS_GROUP,
    START,
    a_workspace,
    advance,
    an_event,
    hazards_seen,
    profile,
    track,
    tracked,
)

from mock_braze.domain.campaigns.campaigns import FrequencyCap
from mock_braze.domain.campaigns.entry import trigger_by_api
from mock_braze.domain.campaigns.refusals import Why
from mock_braze.domain.journal import Effect
from mock_braze.domain.liquid.occasion import Occasion
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.segments.filter_reading import read_filter
from mock_braze.domain.segments.segments import Segment
from mock_braze.domain.users.identity import ExternalId

VIP = {"custom_attribute": "vip", "operator": "equals", "value": True}
DAY = 86_400


def test_who_is_outside_the_audience_gets_nothing_and_a_hazard_says_so() -> None:
    """Facts: audience-at-the-trigger"""
    workspace = with_anna()
    a_campaign(workspace, audience=VIP)

    perform(workspace)
    write(workspace, vip=True)

    assert (received(workspace), refusals(workspace)) == ([], ["outside_audience"])
    (seen,) = hazards_seen(workspace)
    assert (seen.hazard.name, seen.subject, seen.details) == (
        "campaign_outside_audience",
        "anna",
        "campaign 'Welcome': the profile was not in the audience when it triggered",
    )
    perform(workspace)
    assert received(workspace) == ["anna"]


def test_attributes_of_the_same_request_count_for_the_audience() -> None:
    """Facts: attributes-count-for-events-of-the-request"""
    workspace = with_anna()
    a_campaign(workspace, audience=VIP)

    event = {"external_id": "anna", "name": "entered", "time": now(workspace)}
    track(workspace, {"external_id": "anna", "vip": True}, events=[event])
    advance(workspace, 2)

    assert received(workspace) == ["anna"]


def test_attributes_of_a_request_just_before_may_come_too_late() -> None:
    """Facts: attributes-of-another-request-may-be-late"""
    reached = set()
    for seed in range(8):
        workspace = with_anna(seed=seed, reorder=True)
        a_campaign(workspace, audience=VIP)

        track(workspace, {"external_id": "anna", "vip": True})
        perform(workspace)
        advance(workspace, 10)

        reached.add(len(received(workspace)))
    assert reached == {0, 1}


def test_an_audience_may_be_a_segment_and_a_filter() -> None:
    """Facts: audience-at-the-trigger"""
    workspace = with_anna()
    at, level = workspace.clock.now(), {"custom_attribute": "level", "operator": "exists"}
    segment = Segment("s-1", "Players", read_filter(level), level, at, at)
    workspace.state.segments["s-1"] = segment
    a_campaign(workspace, segment_id="s-1", audience=VIP)

    for attributes in ({"vip": True}, {"vip": False, "level": 1}, {"vip": True}):
        write(workspace, **attributes)
        perform(workspace)

    assert (refusals(workspace), received(workspace)) == (["outside_audience"] * 2, ["anna"])


def test_an_event_from_before_the_launch_does_not_count() -> None:
    """Facts: events-before-the-launch"""
    workspace = with_anna()
    a_campaign(workspace)

    track(workspace, events=[an_event(external_id="anna", time=START.isoformat())])
    advance(workspace, 2)

    assert refusals(workspace) == ["before_launch"]
    assert hazards_of_campaigns(workspace) == ["campaign_not_running"]


@pytest.mark.parametrize(
    ("members", "why"),
    [({"draft": True}, "it is a draft"), ({"enabled": False}, "it is paused")],
)
def test_a_campaign_that_does_not_run_takes_nobody_in(members: Any, why: str) -> None:
    workspace = with_anna()
    campaign = a_campaign(workspace, **members)

    perform(workspace)

    assert [each["says"] for each in told(workspace, "not_received")] == [why]
    assert hazards_of_campaigns(workspace) == ["campaign_not_running"]
    change(workspace, campaign, draft=False, enabled=True)
    perform(workspace)
    assert received(workspace) == ["anna"]


def test_an_archived_campaign_does_not_even_listen() -> None:
    workspace = with_anna()
    a_campaign(workspace, archived=True)

    perform(workspace)

    assert refusals(workspace) == []
    assert not workspace.state.campaigns.listeners


def test_outside_its_window_a_campaign_takes_nobody_in() -> None:
    """Facts: campaign-window"""
    workspace = with_anna()
    begins = workspace.clock.now() + timedelta(hours=1)
    ends = begins + timedelta(hours=1)
    a_campaign(
        workspace,
        starts_at=begins.isoformat(),
        ends_at=ends.isoformat(),
        re_eligible_after_seconds=0,
    )

    for _ in range(3):
        perform(workspace)
        advance(workspace, 3600 - 2)

    at = [each.isoformat() for each in (begins, ends)]
    says = [each["says"] for each in told(workspace, "not_received")]
    assert refusals(workspace) == ["outside_window", "outside_window"]
    assert says == [f"it starts at {at[0]}", f"it ended at {at[1]}"]
    assert received(workspace) == ["anna"]


def test_re_eligibility_is_off_unless_it_is_turned_on() -> None:
    """Facts: re-eligibility-off-by-default"""
    workspace = with_anna()
    a_campaign(workspace)

    for _ in range(3):
        perform(workspace)
        advance(workspace, 800 * DAY)

    assert (received(workspace), refusals(workspace)) == (["anna"], ["not_re_eligible"] * 2)
    assert set(hazards_of_campaigns(workspace)) == {"campaign_not_re_eligible"}


@pytest.mark.parametrize(("waited", "count"), [(59, 1), (60, 2), (61, 2)])
def test_re_eligibility_waits_in_seconds_from_the_last_receipt(waited: int, count: int) -> None:
    """Facts: re-eligibility-waits, re-eligibility-counts-from-the-receipt"""
    workspace = with_anna()
    a_campaign(workspace, re_eligible_after_seconds=60, delay_seconds=30)

    perform(workspace)
    advance(workspace, 30 + waited - 2)
    perform(workspace)
    advance(workspace, 30)

    assert len(received(workspace)) == count


def test_with_a_waiting_time_of_zero_every_event_counts() -> None:
    """Facts: re-eligibility-waits"""
    workspace = with_anna()
    a_campaign(workspace, re_eligible_after_seconds=0)

    events = [an_event(external_id="anna", time=now(workspace)) for _ in range(3)]
    track(workspace, events=events)
    advance(workspace, 2)

    assert len(received(workspace)) == 3


def test_who_waits_for_a_campaign_does_not_begin_to_wait_again() -> None:
    """Facts: re-eligibility-off-by-default, campaign-delay"""
    workspace = with_anna()
    a_campaign(workspace, delay_seconds=3600)

    perform(workspace)
    perform(workspace)
    assert (received(workspace), refusals(workspace)) == ([], ["not_re_eligible"])
    advance(workspace, 3600)

    assert received(workspace) == ["anna"]
    (mail,) = mails(workspace)
    assert mail.at - workspace.clock.now() == timedelta(seconds=-2)


def test_a_delay_that_is_longer_than_the_waiting_time_sends_what_is_still_allowed() -> None:
    """Facts: re-eligibility-counts-from-the-receipt"""
    workspace = with_anna()
    a_campaign(workspace, delay_seconds=100, re_eligible_after_seconds=50)

    for _ in range(3):
        perform(workspace)
        advance(workspace, 28)
    advance(workspace, 100)

    assert (len(received(workspace)), refusals(workspace)) == (2, ["not_re_eligible"])


def test_an_exception_during_the_delay_calls_the_message_off() -> None:
    """Facts: exception-event"""
    workspace = with_anna()
    bought = {"kind": "custom_event", "name": "bought"}
    a_campaign(workspace, delay_seconds=60, exception=bought, re_eligible_after_seconds=0)

    perform(workspace, "bought")
    perform(workspace)
    perform(workspace, "bought")
    advance(workspace, 60)
    assert (received(workspace), refusals(workspace)) == ([], ["exception"])

    perform(workspace)
    advance(workspace, 60)
    perform(workspace, "bought")
    assert received(workspace) == ["anna"]
    assert hazards_of_campaigns(workspace) == []


@pytest.mark.parametrize(("dial", "count"), [("kept", 1), ("asked_again", 0)])
def test_leaving_the_audience_during_the_delay_counts_as_the_dial_says(
    dial: str, count: int
) -> None:
    workspace = with_anna(audience_after_delay=dial)
    write(workspace, vip=True)
    a_campaign(workspace, audience=VIP, delay_seconds=60)

    perform(workspace)
    write(workspace, vip=False)
    advance(workspace, 60)

    assert len(received(workspace)) == count
    assert refusals(workspace) == ["outside_audience"] * (1 - count)


def test_what_waits_is_dropped_when_the_campaign_is_stopped() -> None:
    workspace = with_anna()
    campaign = a_campaign(workspace, delay_seconds=60)

    perform(workspace)
    change(workspace, campaign, enabled=False)
    advance(workspace, 60)

    assert (received(workspace), refusals(workspace)) == ([], ["not_running"])


def test_who_is_gone_when_the_delay_is_over_gets_nothing() -> None:
    workspace = with_anna()
    a_campaign(workspace, delay_seconds=3600)

    perform(workspace)
    workspace.delete({"external_ids": ["anna"]})
    advance(workspace, 3600)

    assert (received(workspace), refusals(workspace)) == ([], ["gone"])


def test_the_held_out_get_nothing_are_always_the_same_and_are_marked() -> None:
    """Facts: holdout-share"""

    def held_out(seed: int) -> set[str]:
        workspace = a_workspace(seed=seed)
        a_campaign(workspace, holdout=0.5, campaign_id=None, id="c-1")
        names = [f"q-{number}" for number in range(40)]
        tracked(workspace, *({"external_id": each, "email": f"{each}@b.com"} for each in names))
        for _ in range(2):
            for name in names:
                perform(workspace, who=name)
        got = received(workspace)
        assert len(got) == len(set(got))
        for name in names:
            assert receipts(workspace, name) == [("Welcome", name not in got)]
        return set(names) - set(got)

    one, other = held_out(1), held_out(2)

    assert held_out(1) == one != other
    assert 10 < len(one) < 30
    assert 10 < len(other) < 30


@pytest.mark.parametrize(("share", "count"), [(0, 1), (1, 0)])
def test_a_holdout_of_all_or_nothing_is_exactly_that(share: int, count: int) -> None:
    """Facts: holdout-share"""
    workspace = with_anna()
    a_campaign(workspace, holdout=share)

    perform(workspace)

    assert len(received(workspace)) == count
    assert hazards_of_campaigns(workspace) == ["campaign_held_out"] * (1 - count)


def test_the_global_control_group_gets_nothing() -> None:
    workspace = with_anna()
    profile(workspace, "anna").is_in_global_control_group = True
    a_campaign(workspace)

    perform(workspace)

    assert refusals(workspace) == ["held_out"]


def test_frequency_caps_count_over_all_campaigns_and_can_be_ignored() -> None:
    """Facts: frequency-capping"""
    workspace = with_anna()
    workspace.state.campaigns.frequency_caps = [FrequencyCap(2, timedelta(hours=1))]
    again = {"re_eligible_after_seconds": 0}
    a_campaign(workspace, **again)
    a_campaign(workspace, {**EVENT, "name": "other"}, **again)
    a_campaign(workspace, {**EVENT, "name": "urgent"}, obeys_frequency_caps=False, **again)

    for name in ("entered", "other", "entered", "urgent"):
        perform(workspace, name)
    assert (len(received(workspace)), refusals(workspace)) == (3, ["capped"])
    assert hazards_of_campaigns(workspace) == ["campaign_capped"]

    advance(workspace, 3600 - 6)
    perform(workspace)
    assert len(received(workspace)) == 4


def test_what_somebody_received_is_forgotten_with_the_profile() -> None:
    workspace = with_anna()
    a_campaign(workspace)

    perform(workspace)
    assert len(workspace.state.campaigns.received_at) == 1
    workspace.delete({"external_ids": ["anna"]})
    advance(workspace, 60)

    assert workspace.state.campaigns.received_at == {}


def test_content_cards_are_neither_capped_nor_counted() -> None:
    """Facts: content-cards-are-not-capped"""
    workspace = with_anna()
    workspace.state.campaigns.frequency_caps = [FrequencyCap(1, timedelta(hours=1))]
    card = {"channel": "content_card", "title": "T", "message": "M"}
    again = {"re_eligible_after_seconds": 0}
    a_campaign(workspace, message=card, **again)
    a_campaign(workspace, {**EVENT, "name": "other"}, **again)

    for name in ("entered", "entered", "other", "other", "entered"):
        perform(workspace, name)

    assert (len(received(workspace)), refusals(workspace)) == (4, ["capped"])


@pytest.mark.parametrize(
    ("hours", "zone", "sent_at"),
    [
        ({"quiet_hours": {"from": "22:00", "until": "10:00"}}, None, "10:00"),
        ({"quiet_hours": {"from": "08:00", "until": "12:00"}}, "Europe/Berlin", "11:00"),
        ({"quiet_hours": {"from": "22:00", "until": "08:00"}}, "Europe/Berlin", "09:03"),
        ({"quiet_hours": {"from": "22:00", "until": "08:00"}}, "America/New_York", "13:00"),
        (
            {"quiet_hours": {"from": "22:00", "until": "10:00"}},
            "Pacific Time (US & Canada)",
            "10:00",
        ),
        ({"time_of_day": {"from": "12:00", "until": "18:00"}}, None, "12:00"),
        ({"time_of_day": {"from": "08:00", "until": "18:00"}}, None, "09:03"),
        ({"time_of_day": {"from": "20:00", "until": "02:00"}}, "Asia/Tokyo", "11:00"),
        (
            {
                "time_of_day": {"from": "12:00", "until": "18:00"},
                "quiet_hours": {"from": "11:00", "until": "13:30"},
            },
            None,
            "13:30",
        ),
    ],
)
def test_a_message_waits_for_its_hours_in_the_time_of_the_person(
    hours: Any, zone: str | None, sent_at: str
) -> None:
    """Facts: time-of-day-and-quiet-hours"""
    workspace = with_anna()
    if zone is not None:
        write(workspace, time_zone=zone)
    a_campaign(workspace, **hours)

    perform(workspace)
    advance(workspace, DAY)

    (mail,) = mails(workspace)
    assert f"{mail.at:%H:%M}" == sent_at
    assert hazards_of_campaigns(workspace) == []


@pytest.mark.parametrize("name", ["quiet_hours", "time_of_day"])
def test_a_message_may_be_dropped_at_a_wrong_hour(name: str) -> None:
    """Facts: time-of-day-and-quiet-hours"""
    workspace = with_anna()
    spans = {"quiet_hours": ("08:00", "10:00"), "time_of_day": ("10:00", "12:00")}
    begins, ends = spans[name]
    a_campaign(workspace, **{name: {"from": begins, "until": ends, "otherwise": "skip"}})

    perform(workspace)
    advance(workspace, DAY)

    assert (received(workspace), refusals(workspace)) == ([], ["outside_hours"])
    assert hazards_of_campaigns(workspace) == ["campaign_outside_hours"]


def test_a_plain_text_to_somebody_who_is_not_subscribed_is_no_receipt() -> None:
    """Facts: plain-sms-needs-a-subscribed-state"""
    workspace = with_anna()
    write(workspace, phone=PHONE)
    sms = {"channel": "sms", "subscription_group_id": SMS_GROUP, "body": "Hi"}
    a_campaign(workspace, message=sms)

    perform(workspace)
    perform(workspace)

    assert refusals(workspace) == ["not_sent", "not_sent"]
    assert receipts(workspace) == []
    (first, _) = hazards_seen(workspace)
    assert (first.hazard.name, first.subject) == ("campaign_message_not_sent", "anna")
    assert first.details == ("campaign 'Welcome': the profile is unknown in the subscription group")


def test_a_message_that_is_called_off_leaves_no_receipt() -> None:
    """Facts: aborted-message-is-not-sent"""
    workspace = with_anna()
    body = "{% if {custom_attribute.${vip}} %}{% endif %}".replace("{custom", "custom")
    body = "{% if custom_attribute.${vip} != true %}{% abort_message('no vip') %}{% endif %}Hi"
    a_campaign(workspace, message={**MAIL, "body": body})

    perform(workspace)
    assert (receipts(workspace), refusals(workspace)) == ([], ["not_sent"])
    write(workspace, vip=True)
    perform(workspace)

    assert receipts(workspace) == [("Welcome", False)]


def test_messages_see_the_event_and_the_campaign() -> None:
    workspace = with_anna()
    body = "{{event_properties.${offer}}} {{campaign.${name}}} {{campaign.${dispatch_id}}}"
    a_campaign(workspace, message={**MAIL, "body": body})

    perform(workspace, offer="10%")

    (mail,) = mails(workspace)
    assert mail.body == f"10% Welcome {mail.dispatch_id}"


def test_an_api_triggered_campaign_obeys_the_same_rules() -> None:
    """Facts: api-recipients-must-be-in-the-audience"""
    workspace = with_anna()
    campaign = a_campaign(workspace, API, audience=VIP)
    state, source = workspace.state, MessageSource(7, dispatch_id="d" * 32, send_id="s-1")

    def trigger() -> Any:
        anna = profile(workspace, "anna")
        occasion = Occasion(api_trigger_properties={"offer": "10%"})
        at = workspace.clock.now()
        return trigger_by_api(state, campaign, anna, occasion, at, source).why

    assert trigger() is Why.OUTSIDE_AUDIENCE
    write(workspace, vip=True)
    assert trigger() is None
    assert trigger() is Why.NOT_RE_ELIGIBLE

    assert [(each.dispatch_id, each.request) for each in mails(workspace)] == [("d" * 32, 7)]
    assert received(workspace) == ["anna"]
    assert campaign.is_api_campaign


def test_whom_a_hazard_is_about_is_told_by_the_best_name_there_is() -> None:
    workspace = a_workspace()
    a_campaign(workspace, {"kind": "email_added"}, audience=VIP)
    alias = {"alias_name": "anna", "alias_label": "quikly"}

    tracked(workspace, {"user_alias": alias, "email": EMAIL, "_update_existing_only": False})
    tracked(workspace, {"email": "ben@example.com"})

    assert [each.subject for each in hazards_seen(workspace)] == [
        "quikly:anna",
        "ben@example.com",
    ]


NAMES = st.sampled_from(["anna", "ben"])
DOINGS = st.one_of(
    st.tuples(st.just("perform"), NAMES, st.sampled_from(["entered", "bought"])),
    st.tuples(st.just("write"), NAMES, st.booleans()),
    st.tuples(st.just("wait"), st.sampled_from([1, 60, 3600, 40 * DAY]), st.none()),
    st.tuples(st.just("merge"), NAMES, st.none()),
    st.tuples(st.just("api"), NAMES, st.none()),
)
CAMPAIGNS = st.fixed_dictionaries(
    {},
    optional={
        "delay_seconds": st.sampled_from([0, 30, 7200]),
        "audience": st.just(VIP),
        "holdout": st.sampled_from([0, 0.5]),
        "exception": st.just({"kind": "custom_event", "name": "bought"}),
        "quiet_hours": st.just({"from": "08:00", "until": "10:00"}),
    },
)


@given(CAMPAIGNS, st.lists(DOINGS, max_size=12), st.booleans())
def test_nobody_gets_a_campaign_twice_without_re_eligibility(
    members: dict[str, Any], doings: list[Any], is_canvas: bool
) -> None:
    """Facts: re-eligibility-off-by-default"""
    if "exception" in members and not members.get("delay_seconds"):
        members = {**members, "delay_seconds": 30}
    workspace = a_workspace()
    for name in ("anna", "ben"):
        tracked(workspace, {"external_id": name, "email": f"{name}@example.com"})
    if is_canvas:
        members = {
            name: members[name] for name in members if name not in ("delay_seconds", "exception")
        }
        campaign = a_canvas(workspace, {"delay_seconds": 30}, {"message": MAIL}, **members)
    else:
        campaign = a_campaign(workspace, **members)

    for kind, who, what in doings:
        if kind == "perform":
            perform(workspace, what, who=who)
        elif kind == "write":
            write(workspace, who=who, vip=what, email=f"{who}@example.com")
        elif kind == "wait":
            advance(workspace, who)
        elif kind == "merge":
            kept = "ben" if who == "anna" else "anna"
            names = {"identifier_to_merge": who, "identifier_to_keep": kept}
            workspace.merge([{name: {"external_id": each} for name, each in names.items()}])
        else:
            for each in workspace.find([ExternalId(who)]).profiles:
                at, source = workspace.clock.now(), MessageSource(0)
                trigger_by_api(workspace.state, campaign, each, Occasion(), at, source)
    advance(workspace, 2 * DAY)

    kinds = (Effect.CAMPAIGN_RECEIVED, Effect.CANVAS_ENTERED)
    for kind in kinds:
        got = [
            each.details["braze_id"]
            for each in workspace.state.journal.since(kind="effect")
            if getattr(each, "effect", None) is kind
        ]
        assert len(got) == len(set(got))
