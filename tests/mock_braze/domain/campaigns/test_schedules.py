"""Scheduled campaigns: to whom they go, when, and again when."""

from datetime import timedelta
from typing import Any

import pytest
from campaign_worlds import (
    MAIL,
    a_campaign,
    a_canvas,
    change,
    hazards_of_campaigns,
    mails,
    perform,
    received,
    refusals,
    told,
    with_anna,
    write,
)
from worlds import START, a_workspace, advance, profile, tracked

from mock_braze.domain.segments.filter_reading import read_filter
from mock_braze.domain.segments.segments import Segment
from mock_braze.domain.users.sessions import start_session
from mock_braze.domain.workspace import Workspace

DAY = 86_400
LAPSED = {"last_custom_event": "visited", "operator": "more_than_days_ago", "value": 90}


def schedule(hours: float, **members: Any) -> dict[str, Any]:
    at = START + timedelta(hours=hours)
    return {"kind": "schedule", "at": at.isoformat(), **members}


def people(workspace: Workspace, *names: str) -> None:
    tracked(workspace, *({"external_id": each, "email": f"{each}@b.com"} for each in names))


def test_a_scheduled_campaign_goes_to_everybody_in_its_audience_at_its_time() -> None:
    """Facts: scheduled-campaigns-go-to-the-audience"""
    workspace = a_workspace()
    people(workspace, "anna", "ben", "cleo")
    vip = {"custom_attribute": "vip", "operator": "exists"}
    campaign = a_campaign(workspace, schedule(2), audience=vip)
    for name in ("anna", "cleo"):
        write(workspace, who=name, vip=True)
    assert campaign.next_send_time == START + timedelta(hours=2)
    assert workspace.next_due() == campaign.next_send_time

    advance(workspace, 7200)

    assert received(workspace) == ["anna", "cleo"]
    assert {each.at for each in mails(workspace)} == {START + timedelta(hours=2)}
    assert len({each.dispatch_id for each in mails(workspace)}) == 1
    assert (campaign.next_send_time, workspace.next_due()) == (None, None)
    assert [each["people"] for each in told(workspace, "launched")] == [2]


def test_a_repeated_campaign_finds_who_has_come_into_its_audience_since() -> None:
    workspace = with_anna()
    a_campaign(workspace, schedule(1, every_seconds=DAY))

    advance(workspace, DAY)
    people(workspace, "ben")
    advance(workspace, DAY)

    assert received(workspace) == ["anna", "ben"]
    assert refusals(workspace) == ["not_re_eligible"]
    assert hazards_of_campaigns(workspace) == []


def test_re_eligibility_holds_for_repeated_campaigns_too() -> None:
    """Facts: re-eligibility-waits"""
    workspace = with_anna()
    a_campaign(workspace, schedule(1, every_seconds=DAY), re_eligible_after_seconds=2 * DAY)

    advance(workspace, 5 * DAY)

    assert [each.at.day for each in mails(workspace)] == [5, 7, 9]


@pytest.mark.parametrize(
    ("trigger", "first"),
    [
        (schedule(-1), None),
        (schedule(200 / 3600), 0),
        (schedule(-1, every_seconds=7200), 3600 - 200),
        (schedule(-48, every_seconds=DAY), DAY - 200),
    ],
)
def test_a_time_that_is_past_comes_again_only_if_it_is_repeated(
    trigger: dict[str, Any], first: float | None
) -> None:
    workspace = with_anna()

    campaign = a_campaign(workspace, trigger)

    now = workspace.clock.now()
    expected = None if first is None else now + timedelta(seconds=first)
    assert campaign.next_send_time == expected


def test_a_paused_campaign_skips_its_time_and_goes_on_with_the_next() -> None:
    workspace = with_anna()
    campaign = a_campaign(workspace, schedule(1, every_seconds=DAY))

    campaign = change(workspace, campaign, enabled=False)
    advance(workspace, 2 * DAY)
    assert received(workspace) == refusals(workspace) == []
    campaign = change(workspace, campaign, enabled=True)
    assert campaign.next_send_time == START + timedelta(days=2, hours=1)
    advance(workspace, DAY)

    assert received(workspace) == ["anna"]


def test_a_draft_is_scheduled_when_it_is_launched() -> None:
    workspace = with_anna()
    campaign = a_campaign(workspace, schedule(1, every_seconds=DAY), draft=True)
    advance(workspace, 2 * DAY)
    assert (campaign.next_send_time, campaign.launched_at) == (None, None)

    change(workspace, campaign, draft=False)
    advance(workspace, DAY)

    assert received(workspace) == ["anna"]


def test_a_campaign_that_gets_another_time_goes_out_at_that_one_only() -> None:
    workspace = with_anna()
    campaign = a_campaign(workspace, schedule(1))

    change(workspace, campaign, trigger=schedule(3))
    change(workspace, campaign, trigger=schedule(3), name="Other")
    advance(workspace, DAY)

    assert [each.at for each in mails(workspace)] == [START + timedelta(hours=3)]


def test_when_a_scheduled_campaign_goes_out_is_told_by_its_schedule_alone() -> None:
    workspace = with_anna()

    campaign = a_campaign(workspace, schedule(1), next_send_time="2027-01-01")
    advance(workspace, 3600)

    assert received(workspace) == ["anna"]
    assert campaign.next_send_time is None


def test_a_scheduled_canvas_takes_its_audience_in() -> None:
    workspace = with_anna()
    a_canvas(workspace, {"delay_seconds": 60}, {"message": MAIL}, trigger=schedule(1))

    advance(workspace, 3600 + 60)

    assert [each.at for each in mails(workspace)] == [START + timedelta(minutes=61)]


def test_lapsed_customers_are_found_by_what_they_have_not_done() -> None:
    """Facts: scheduled-campaigns-go-to-the-audience"""
    workspace = a_workspace()
    people(workspace, "anna", "ben", "cleo")
    at = workspace.clock.now()
    workspace.state.segments["lapsed"] = Segment(
        "lapsed", "Lapsed", read_filter(LAPSED), LAPSED, at, at
    )
    for name in ("anna", "ben"):
        perform(workspace, "visited", who=name)
    webhook = {
        "channel": "webhook",
        "url": "https://api.quikly.com/webhook/braze",
        "pairs": {"q_scope": "spring", "event": "lapsed", "email": "{{${email_address}}}"},
    }
    a_campaign(workspace, schedule(24, every_seconds=DAY), webhook, segment_id="lapsed")

    advance(workspace, 60 * DAY)
    perform(workspace, "visited", who="ben")
    advance(workspace, 60 * DAY)
    assert received(workspace) == ["anna"]
    advance(workspace, 60 * DAY)

    assert received(workspace) == ["anna", "ben"]


def test_a_card_of_first_impression_stands_ready_for_who_is_in_the_audience_by_then() -> None:
    """Facts: content-card-audience"""
    workspace = with_anna()
    card = {
        "channel": "content_card",
        "title": "Level {{custom_attribute.${level}}}",
        "message": "Hi",
        "made": "first_impression",
    }
    level = {"custom_attribute": "level", "operator": ">=", "value": 2}
    a_campaign(workspace, schedule(1), card, audience=level)
    advance(workspace, 7200)

    def open_app() -> list[str]:
        start_session(workspace.state, profile(workspace, "anna"), workspace.clock.now(), 0)
        cards = workspace.state.content_cards.by_profile.values()
        return [each.message.title for held in cards for each in held]

    assert open_app() == []
    write(workspace, level=2)
    assert open_app() == ["Level 2"]
