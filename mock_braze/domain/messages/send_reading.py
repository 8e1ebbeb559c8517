"""What a send endpoint is asked: whom to reach, and for which campaign."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from mock_braze.domain.errors import (
    BadSend,
    InvalidCampaignId,
    NoRecipients,
    RateLimited,
    UnknownSegment,
    VariantUnspecified,
)
from mock_braze.domain.hazards import Hazard
from mock_braze.domain.messages.connected_audience import BadAudience, read_audience
from mock_braze.domain.messages.reach import RECIPIENT_STATES, SUBSCRIBED
from mock_braze.domain.messages.recipients import Named
from mock_braze.domain.messages.send import Reach
from mock_braze.domain.rate_limits import count_audience
from mock_braze.domain.state import State
from mock_braze.domain.users.identity import identifier_text


def read_reach(
    state: State,
    named: Named,
    members: Mapping[str, Any],
    number: int,
    *,
    has_own_audience: bool = False,
) -> Reach:
    """Whom a request is for. A campaign `has_own_audience`; other sends to everybody need one.

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
        _segment(state, members),
        _audience(state, members),
    )
    if not reach.recipients:
        has_audience = has_own_audience or reach.segment_id or reach.audience is not None
        if not reach.is_broadcast or not has_audience:
            raise NoRecipients
        _check_limit(state, reach, number)
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


def _check_limit(state: State, reach: Reach, number: int) -> None:
    """Facts: send-rate-limits"""
    audience = json.dumps([reach.segment_id, reach.audience], sort_keys=True)
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

    Facts: send-campaign-refusals
    """
    if members.get("campaign_id") is None:
        return None
    campaign_id = api_campaign(state, members["campaign_id"])
    messages = members.get("messages")
    for each in messages.values() if isinstance(messages, Mapping) else ():
        if isinstance(each, Mapping) and not identifier_text(each.get("message_variation_id")):
            raise VariantUnspecified
    return campaign_id


def api_campaign(state: State, value: object) -> str:
    """The ID of an API campaign.

    Raises:
        InvalidCampaignId: there is none of this ID.
    """
    campaign_id = identifier_text(value)
    campaign = state.campaigns.campaigns.get(campaign_id)
    if campaign is None or not campaign.is_api_campaign:
        raise InvalidCampaignId
    return campaign_id
