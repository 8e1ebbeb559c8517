"""`/messages/…` and `/sends/…`: messages that a call brings itself, now or at another time."""

from collections.abc import Mapping
from typing import Any

from mock_braze.domain import rate_limits
from mock_braze.domain.errors import BadSend
from mock_braze.domain.messages.api_messages import read_messages
from mock_braze.domain.messages.performing import perform
from mock_braze.domain.messages.recipients import named_users
from mock_braze.domain.messages.schedules import cancel, change, plan, planned_messages, read_timing
from mock_braze.domain.messages.send import Send
from mock_braze.domain.messages.send_reading import (
    api_campaign,
    campaign_to_track,
    read_reach,
    read_recipient_state,
)
from mock_braze.domain.messages.source import MessageSource
from mock_braze.domain.users.identity import identifier_text
from mock_braze.rest import bodies, limits
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.operations import operation

SEND_MEMBERS = frozenset(
    {
        "broadcast",
        "external_user_ids",
        "user_aliases",
        "segment_id",
        "audience",
        "campaign_id",
        "send_id",
        "override_frequency_capping",
        "override_messaging_limits",
        "recipient_subscription_state",
        "messages",
    }
)
UPDATE_MEMBERS = frozenset({"schedule_id", "schedule", "messages"})


@operation("POST", "/messages/send", permission="messages.send", family=limits.sends)
def send_messages(call: Call) -> Reply:
    """Facts: send-answer, dispatch-id-is-new"""
    send = _read_send(call, SEND_MEMBERS)
    state = call.workspace.state
    perform(state, send, state.clock.now())
    return bodies.accepted({"dispatch_id": send.source.dispatch_id})


@operation("POST", "/messages/schedule/create", permission="messages.schedule.create")
def schedule_messages(call: Call) -> Reply:
    """Facts: schedule-create-answer"""
    state = call.workspace.state
    send = _read_send(call, SEND_MEMBERS | {"schedule"})
    timing = read_timing(bodies.members_of(call).get("schedule"), state)
    schedule_id = plan(state, send, timing)
    return bodies.accepted({"dispatch_id": send.source.dispatch_id, "schedule_id": schedule_id})


@operation("POST", "/messages/schedule/update", permission="messages.schedule.update")
def change_scheduled_messages(call: Call) -> Reply:
    """Another time, other messages, or both.

    Facts: schedule-update-members, schedule-change-answer
    """
    state, members = call.workspace.state, bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, UPDATE_MEMBERS, call.number)
    schedule_id = identifier_text(members.get("schedule_id"))
    old, content = planned_messages(state, schedule_id)
    told, timing, send = members.get("messages"), members.get("schedule"), None
    if told is None and timing is None:
        raise BadSend
    if told is not None:
        changed_content = read_messages(told, content.recipient_state, state.clock.now())
        send = Send(changed_content, old.reach, old.source)
    when = None if timing is None else read_timing(timing, state)
    change(state, schedule_id, send, when)
    return changed(call)


@operation("POST", "/messages/schedule/delete", permission="messages.schedule.delete")
def delete_scheduled_messages(call: Call) -> Reply:
    """Facts: schedule-delete, schedule-change-answer"""
    state, members = call.workspace.state, bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, frozenset({"schedule_id"}), call.number)
    schedule_id = identifier_text(members.get("schedule_id"))
    planned_messages(state, schedule_id)
    cancel(state, schedule_id)
    return changed(call)


def changed(call: Call) -> Reply:
    """A schedule is changed, or gone.

    Facts: schedule-change-answer
    """
    return bodies.accepted({}, status=int(call.workspace.state.dials.schedule_changed))


def _read_send(call: Call, known: frozenset[str]) -> Send:
    """The send behind a body. Whom it is for comes before what is sent."""
    state, members = call.workspace.state, bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, known, call.number)
    named = named_users(members.get("external_user_ids"), members.get("user_aliases"))
    reach = read_reach(state, named, members, call.number)
    recipient_state = read_recipient_state(members.get("recipient_subscription_state"))
    campaign_id = campaign_to_track(state, members)
    content = read_messages(members.get("messages"), recipient_state, state.clock.now())
    return Send(content, reach, new_source(call, campaign_id, members))


def new_source(call: Call, campaign_id: str | None, members: Mapping[str, Any]) -> MessageSource:
    """Of a send that is made now; it gets a dispatch ID.

    Facts: dispatch-id-is-new
    """
    send_id = identifier_text(members.get("send_id")) or None
    dispatch_id = call.workspace.state.seeds.dispatch_id()
    return MessageSource(call.number, campaign_id, dispatch_id, send_id)


@operation("POST", "/sends/id/create", permission="sends.id.create", family=rate_limits.SEND_IDS)
def create_send_id(call: Call) -> Reply:
    """An ID under which sends can be counted together: the one that is sent, or a new one.

    Facts: send-id-create
    """
    members, state = bodies.members_of(call), call.workspace.state
    known = frozenset({"campaign_id", "send_id"})
    call.workspace.warn_of_unknown_members(members, known, call.number)
    api_campaign(state, members.get("campaign_id"))
    send_id = identifier_text(members.get("send_id")) or state.seeds.send_id()
    return bodies.accepted({"send_id": send_id})
