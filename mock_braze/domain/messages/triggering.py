"""Triggering by a call: which campaign or Canvas, with what properties, and for whom."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mock_braze.domain.campaigns.campaign import Campaign, Kind
from mock_braze.domain.campaigns.triggers import ApiTrigger
from mock_braze.domain.errors import BadSend, InvalidCampaignId, UnknownCanvas
from mock_braze.domain.messages.recipients import (
    NamedRecipients,
    Recipient,
    properties_in,
    read_recipients,
)
from mock_braze.domain.messages.send import ApiTriggering
from mock_braze.domain.state import State
from mock_braze.domain.users.identity import identifier_text

# What the properties of a send and of a recipient are called, the newer name first.
PROPERTIES: Mapping[Kind, tuple[str, ...]] = {
    Kind.CAMPAIGN: ("trigger_properties",),
    Kind.CANVAS: ("context", "canvas_entry_properties"),
}
LARGEST_CONTEXT = 50 * 1024  # bytes
GROUPS = "subscription_groups"


def triggered_campaign(state: State, kind: Kind, value: object) -> Campaign:
    """A campaign, or Canvas, that calls trigger.

    Raises:
        InvalidCampaignId, UnknownCanvas: there is none of this ID.

    Facts: triggered-campaign-ids
    """
    campaign = state.campaigns.of(kind).get(identifier_text(value))
    # Inferred: one that something else triggers counts as none (triggered-campaign-ids)
    if campaign is None or not isinstance(campaign.trigger, ApiTrigger):
        raise InvalidCampaignId if kind is Kind.CAMPAIGN else UnknownCanvas
    return campaign


def read_triggering(campaign: Campaign, members: Mapping[str, Any]) -> ApiTriggering:
    """The campaign or Canvas with the properties of a request.

    Raises:
        BadSend: the context of a Canvas is too large.

    Facts: trigger-properties, canvas-context
    """
    told = properties_in(members, PROPERTIES[campaign.kind])
    recipients = members.get("recipients")
    for each in (members, *(recipients if isinstance(recipients, list) else ())):
        if campaign.kind is Kind.CANVAS and isinstance(each, Mapping):
            _check_context(properties_in(each, PROPERTIES[Kind.CANVAS]))
    return ApiTriggering(campaign.kind, campaign.id, told)


def _check_context(context: Mapping[str, Any]) -> None:
    # Inferred: a larger one is refused as any other bad request (canvas-context-limit)
    if len(json.dumps(context, ensure_ascii=False).encode(errors="replace")) > LARGEST_CONTEXT:
        raise BadSend


def read_triggered_recipients(campaign: Campaign, members: Mapping[str, Any]) -> NamedRecipients:
    """The recipients of a campaign or Canvas.

    Raises:
        TooManyRecipientObjects: more than 50.

    Facts: canvas-recipients-join-no-groups
    """
    named = read_recipients(members.get("recipients"), PROPERTIES[campaign.kind])
    if campaign.kind is Kind.CAMPAIGN:
        return named
    return NamedRecipients(
        tuple(_without_groups(each) for each in named.recipients), named.unreadable
    )


def _without_groups(recipient: Recipient) -> Recipient:
    if recipient.attributes is None:
        return recipient
    kept = {name: each for name, each in recipient.attributes.items() if name != GROUPS}
    return replace(recipient, attributes=kept)


def notice_of(campaign: Campaign) -> str:
    """What a success says of a Canvas that takes nobody in; empty if it does.

    Facts: canvas-notice
    """
    if campaign.kind is Kind.CAMPAIGN:
        return ""
    if campaign.archived:
        return (
            "The Canvas is archived. Unarchive the Canvas to ensure trigger requests will take"
            " effect."
        )
    if not campaign.is_running:
        return (
            "The Canvas is paused. Resume the Canvas to ensure trigger requests will take effect."
        )
    return ""
