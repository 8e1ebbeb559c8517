"""Campaigns and Canvases: their lists and details, and what is scheduled to go out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from mock_braze.domain.campaigns.campaign import (
    Campaign,
    Kind,
    MessageStep,
    Step,
    channels_of,
)
from mock_braze.domain.campaigns.receipts import VARIATION
from mock_braze.domain.dates import write_time
from mock_braze.domain.errors import MissingParameter, UnknownCampaign, UnknownCanvas
from mock_braze.rest import bodies, queries
from mock_braze.rest.campaign_messages import message_members
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

PAGE = 100
STEP_TYPES = {"Delay": "delay", "UserUpdate": "user_update", "MessageStep": "message"}


@operation("GET", "/campaigns/list", permission="campaigns.list")
def list_campaigns(call: Call) -> Reply:
    """Facts: campaigns-list"""
    listed = call.workspace.state.campaigns.campaigns
    return bodies.read({"campaigns": _listed(call, listed, _campaign)})


@operation("GET", "/canvas/list", permission="canvas.list")
def list_canvases(call: Call) -> Reply:
    """Facts: canvas-list"""
    listed = call.workspace.state.campaigns.canvases
    return bodies.read({"canvases": _listed(call, listed, _canvas)})


def _listed(
    call: Call,
    listed: Mapping[str, Campaign],
    write: Callable[[Campaign], Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    """A hundred a page, from the oldest on unless asked otherwise, archived ones only on demand."""
    with_archived = queries.choice(call, "include_archived", ("false", "true")) == "true"
    edited_after = queries.moment(call, "last_edit.time")
    chosen = [
        each
        for each in sorted(listed.values(), key=lambda each: each.created_at)
        if (with_archived or not each.archived)
        and (edited_after is None or each.last_edited > edited_after)
    ]
    return [write(each) for each in queries.sorted_page(call, chosen, PAGE)]


def _campaign(listed: Campaign) -> Mapping[str, Any]:
    return {
        "id": listed.id,
        "last_edited": write_time(listed.last_edited),
        "name": listed.name,
        "is_api_campaign": listed.is_api_campaign,
        "tags": listed.tags,
    }


def _canvas(listed: Campaign) -> Mapping[str, Any]:
    return {
        "id": listed.id,
        "last_edited": write_time(listed.last_edited),
        "name": listed.name,
        "tags": listed.tags,
    }


@operation("GET", "/campaigns/details", permission="campaigns.details")
def campaign_details(call: Call) -> Reply:
    """Facts: campaigns-details, campaign-messages-by-variation, unknown-campaign-id"""
    listed = call.workspace.state.campaigns.campaigns.get(
        queries.value_of(call, "campaign_id") or ""
    )
    if listed is None:
        raise UnknownCampaign
    return bodies.read(
        {
            **_details(listed),
            "first_sent": _written(listed.first_sent),
            "last_sent": _written(listed.last_sent),
            "tags": listed.tags,
            "teams": listed.teams,
            "messages": {
                variation: message_members(each)
                for variation, each in zip(listed.variation_ids, listed.messages, strict=False)
            },
            "conversion_behaviors": [],
        }
    )


@operation("GET", "/canvas/details", permission="canvas.details")
def canvas_details(call: Call) -> Reply:
    """Facts: canvas-id-sentence, canvas-details-members"""
    listed = call.workspace.state.campaigns.canvases.get(queries.value_of(call, "canvas_id") or "")
    if listed is None:
        raise UnknownCanvas
    return bodies.read(
        {
            **_details(listed),
            "first_entry": _written(listed.first_sent),
            "last_entry": _written(listed.last_sent),
            "variants": _variants(listed),
            "tags": listed.tags,
            "teams": listed.teams,
            "steps": _steps(listed),
        }
    )


def _variants(canvas: Campaign) -> list[Mapping[str, Any]]:
    """One that begins with the first step; none of a Canvas without steps."""
    # Inferred: the members of a variant and of a step (canvas-details-of-steps)
    first = list(canvas.variation_ids[:1])
    return [{"name": VARIATION, "first_step_ids": first}] if canvas.steps else []


def _steps(canvas: Campaign) -> list[Mapping[str, Any]]:
    named = list(zip(canvas.variation_ids, canvas.steps, strict=False))
    following = [[variation] for variation, _ in named[1:]] + [[]]
    return [
        {
            "name": step.name,
            "type": STEP_TYPES[type(step).__name__],
            "id": variation,
            "next_step_ids": next_ids,
            "channels": list(channels_of((), (step,))),
            "messages": _step_messages(variation, step),
        }
        for (variation, step), next_ids in zip(named, following, strict=False)
    ]


def _step_messages(variation: str, step: Step) -> Mapping[str, Any]:
    return {variation: message_members(step.message)} if isinstance(step, MessageStep) else {}


def _details(listed: Campaign) -> Mapping[str, Any]:
    return {
        "created_at": write_time(listed.created_at),
        "updated_at": write_time(listed.last_edited),
        "archived": listed.archived,
        "draft": listed.draft,
        "enabled": listed.enabled,
        "name": listed.name,
        "description": listed.description,
        "schedule_type": listed.schedule_type,
        "channels": listed.channels,
    }


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else write_time(moment)


@operation("GET", "/messages/scheduled_broadcasts", permission="messages.schedule_broadcasts")
def list_scheduled_broadcasts(call: Call) -> Reply:
    """What goes out from now to `end_time`, which is needed.

    Facts: scheduled-broadcasts, end-time-is-needed
    """
    end_time = queries.moment(call, "end_time")
    if end_time is None:
        raise MissingParameter("end_time")
    scheduled = call.workspace.state.campaigns.scheduled(call.workspace.clock.now(), end_time)
    return bodies.read(
        {
            "scheduled_broadcasts": [
                {
                    "name": each.name,
                    "id": each.id,
                    "type": "Campaign" if each.kind is Kind.CAMPAIGN else "Canvas",
                    "tags": each.tags,
                    "next_send_time": _written(each.next_send_time),
                    "schedule_type": each.schedule_type,
                }
                for each in sorted(scheduled, key=lambda each: str(each.next_send_time))
            ]
        }
    )
