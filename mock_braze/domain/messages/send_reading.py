"""What a send endpoint is asked: whom to reach, and for which campaign."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mock_braze.domain.campaigns.campaign import Campaign
from mock_braze.domain.errors import (
    BadSend,
    InvalidCampaignId,
    InvalidVariant,
    MismatchedMessageType,
    NoRecipients,
    RateLimited,
    UnknownSegment,
    VariantUnspecified,
)
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.messages.connected_audience import BadAudience, read_audience
from mock_braze.domain.messages.message import channel_of
from mock_braze.domain.messages.reach import RECIPIENT_STATES, SUBSCRIBED
from mock_braze.domain.messages.recipients import NamedRecipients
from mock_braze.domain.messages.send import Reach
from mock_braze.domain.rate_limits import count_audience
from mock_braze.domain.state import State
from mock_braze.domain.users.identity import identifier_text


def read_reach(
    state: State,
    named: NamedRecipients,
    members: Mapping[str, Any],
    number: int,
    *,
    campaign: Campaign | None = None,
) -> Reach:
    """Whom a request is for. A campaign has an audience; other sends to everybody need one.

    Raises:
        NoRecipients: nobody is named, and it is not for everybody.
        BadSend: it is for both, or its audience cannot be read.
        UnknownSegment: there is no such segment.
        RateLimited: its audience has been sent to ten times within this minute.

    Facts: broadcast-is-needed, broadcast-excludes-recipients, no-recipients
    """
    # Inferred: what cannot be read as a recipient is nobody (unreadable-recipients)
    for each in named.unreadable:
        says = "this is no recipient: give one external_user_id, user_alias, braze_id or email"
        state.hazard(Hazard.recipient_skipped, state.clock.now(), number, each, says)
    reach = Reach(
        named.recipients,
        members.get("broadcast") is True,
        None if campaign else _segment(state, members),
        _audience(state, members),
    )
    if not reach.recipients:
        has_audience = campaign or reach.segment_id or reach.audience is not None
        if not reach.is_broadcast or not has_audience:
            raise NoRecipients
        _check_limit(state, reach, campaign, number)
        return reach
    if reach.is_broadcast and state.dials.broadcast_with_recipients == "refused":
        raise BadSend
    return Reach(reach.recipients, False, reach.segment_id, reach.audience)


def _segment(state: State, members: Mapping[str, Any]) -> str | None:
    segment_id = identifier_text(members.get("segment_id"))
    if segment_id and segment_id not in state.segments:
        raise UnknownSegment
    return segment_id or None


def _audience(state: State, members: Mapping[str, Any]) -> Any:
    told = members.get("audience")
    if told is None or told == {}:
        return None
    try:
        read_audience(told, state.clock.now())
    except BadAudience:
        raise BadSend from None
    return told


def _check_limit(state: State, reach: Reach, campaign: Campaign | None, number: int) -> None:
    """Facts: send-rate-limits"""
    campaign_id = None if campaign is None else campaign.id
    audience = json.dumps([campaign_id, reach.segment_id, reach.audience], sort_keys=True)
    digest = hashlib.sha256(audience.encode(errors="replace")).hexdigest()
    if count_audience(state, digest, number).is_over:
        raise RateLimited


def read_recipient_state(value: object) -> str:
    """Raises:
        BadSend: it is none of the three.

    Facts: send-recipient-subscription-state
    """
    if value is None:
        return SUBSCRIBED
    if not isinstance(value, str) or value not in RECIPIENT_STATES:
        raise BadSend
    return value


def campaign_to_track(state: State, members: Mapping[str, Any]) -> str | None:
    """The API campaign under which the messages of a request are counted, if it names one.

    Raises:
        InvalidCampaignId: there is no such API campaign.
        VariantUnspecified: a message does not say which variation it is.
        InvalidVariant: it says one that is not of the campaign.
        MismatchedMessageType: it says one of another channel.

    Facts: send-campaign-refusals
    """
    if members.get("campaign_id") is None:
        return None
    campaign = api_campaign(state, members["campaign_id"])
    channels = {
        variation: channel_of(each)
        for variation, each in zip(campaign.variation_ids, campaign.messages, strict=False)
    }
    messages = members.get("messages")
    for channel, each in messages.items() if isinstance(messages, Mapping) else ():
        if isinstance(each, Mapping):
            _check_variation(each, channel, channels)
    return campaign.id


def _check_variation(told: Mapping[str, Any], channel: str, channels: Mapping[str, str]) -> None:
    """A campaign that only lists show has no variations to compare with."""
    variation = identifier_text(told.get("message_variation_id"))
    if not variation:
        raise VariantUnspecified
    if channels and variation not in channels:
        raise InvalidVariant
    if channels and channels[variation] != channel:
        raise MismatchedMessageType


def api_campaign(state: State, value: object) -> Campaign:
    """An API campaign.

    Raises:
        InvalidCampaignId: there is none of this ID.
    """
    campaign = state.campaigns.campaigns.get(identifier_text(value))
    if campaign is None or not campaign.is_api_campaign:
        raise InvalidCampaignId
    return campaign
