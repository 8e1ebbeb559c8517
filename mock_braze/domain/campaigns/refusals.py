"""Why somebody does not get a campaign: told in the journal, and as a hazard if it surprises."""

from datetime import datetime
from enum import StrEnum

from mock_braze.domain.campaigns.campaign import Campaign
from mock_braze.domain.campaigns.triggers import Schedule
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.journal import Effect
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.state import State
from mock_braze.domain.users.profile import Profile


class Why(StrEnum):
    """The ways in which somebody silently gets nothing."""

    NOT_RUNNING = "not_running"
    BEFORE_LAUNCH = "before_launch"
    OUTSIDE_WINDOW = "outside_window"
    OUTSIDE_AUDIENCE = "outside_audience"
    HELD_OUT = "held_out"
    NOT_RE_ELIGIBLE = "not_re_eligible"
    TOO_SOON = "too_soon"
    EXCEPTION = "exception"
    OUTSIDE_HOURS = "outside_hours"
    CAPPED = "capped"
    NOT_SENT = "not_sent"
    GONE = "gone"


# What an integration that relies on the campaign should know of.
HAZARDS = {
    Why.NOT_RUNNING: Hazard.campaign_not_running,
    Why.BEFORE_LAUNCH: Hazard.campaign_not_running,
    Why.OUTSIDE_WINDOW: Hazard.campaign_not_running,
    Why.OUTSIDE_AUDIENCE: Hazard.campaign_outside_audience,
    Why.HELD_OUT: Hazard.campaign_held_out,
    Why.NOT_RE_ELIGIBLE: Hazard.campaign_not_re_eligible,
    Why.TOO_SOON: Hazard.canvas_entered_too_often,
    Why.OUTSIDE_HOURS: Hazard.campaign_outside_hours,
    Why.CAPPED: Hazard.campaign_capped,
    Why.NOT_SENT: Hazard.campaign_message_not_sent,
}


def name_of(profile: Profile) -> str:
    """How a person is called in messages: by the name an integration would use."""
    aliases = [f"{each.alias_label}:{each.alias_name}" for each in profile.user_aliases.values()]
    names = (profile.external_id, *aliases, profile.email, profile.phone, profile.braze_id)
    return next(each for each in names if each)


def tell_refusal(
    state: State,
    campaign: Campaign,
    profile: Profile,
    why: Why,
    says: str,
    at: datetime,
    source: MessageSource,
) -> None:
    """Journal that somebody does not get a campaign.

    Of a scheduled one that is no hazard: nobody has done anything for which they would expect it.
    """
    state.effect(
        Effect.CAMPAIGN_NOT_RECEIVED, at, source.request, campaign_id=campaign.id,
        campaign=campaign.name, braze_id=profile.braze_id, why=why.value, says=says,
    )  # fmt: skip
    if why in HAZARDS and not isinstance(campaign.trigger, Schedule):
        told = f"{campaign.kind.value} {campaign.name!r}: {says}"
        state.hazard(HAZARDS[why], at, source.request, name_of(profile), told)
