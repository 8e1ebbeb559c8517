"""The audience of a campaign: who is in its segment and passes its filter."""

from collections.abc import Iterator
from datetime import datetime

from mock_braze.domain.campaigns.campaign import Campaign
from mock_braze.domain.segments.audience import matches
from mock_braze.domain.segments.filters import Every, Filter
from mock_braze.domain.state import State
from mock_braze.domain.users.profile import Profile


def filter_of(state: State, campaign: Campaign) -> Filter | None:
    """Segment and filter of a campaign as one; None is everybody."""
    segment = state.segments.get(campaign.rules.segment_id or "")
    asked = (None if segment is None else segment.filter, campaign.rules.audience)
    filters = tuple(each for each in asked if each is not None)
    return Every(filters) if filters else None


def is_in_audience(state: State, campaign: Campaign, profile: Profile, at: datetime) -> bool:
    """Whether a profile is in the segment of a campaign and passes its filter, both at `at`.

    Facts: audience-at-the-trigger
    """
    asked = filter_of(state, campaign)
    return asked is None or matches(asked, profile, state, at)


def audience_of(state: State, campaign: Campaign, at: datetime) -> Iterator[Profile]:
    """Everybody who is in it at a moment, by a look at every profile."""
    return (each for each in state.profiles if is_in_audience(state, campaign, each, at))
