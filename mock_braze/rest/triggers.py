"""`/campaigns/trigger/…` and `/canvas/trigger/…`: what is composed already, begun by a call."""

from collections.abc import Mapping

from mock_braze.domain.campaigns.campaign import Kind
from mock_braze.domain.messages.performing import perform
from mock_braze.domain.messages.recipients import RECIPIENT_MEMBERS
from mock_braze.domain.messages.schedules import (
    cancel,
    change,
    check_planned_triggering,
    plan,
    read_timing,
)
from mock_braze.domain.messages.send import Send
from mock_braze.domain.messages.send_reading import read_reach
from mock_braze.domain.messages.triggering import (
    PROPERTIES,
    notice_of,
    read_triggered_recipients,
    read_triggering,
    triggered_campaign,
)
from mock_braze.domain.users.identity import identifier_text
from mock_braze.rest import bodies, limits
from mock_braze.rest.exchange import Call, Reply
from mock_braze.rest.messages import changed, new_source
from mock_braze.rest.operations import operation

SHARED = frozenset({"send_id", "broadcast", "audience", "recipients"})
ID: Mapping[Kind, str] = {Kind.CAMPAIGN: "campaign_id", Kind.CANVAS: "canvas_id"}
MEMBERS: Mapping[Kind, frozenset[str]] = {
    Kind.CAMPAIGN: SHARED | {"campaign_id", "trigger_properties", "attachments"},
    Kind.CANVAS: SHARED | {"canvas_id", "context", "canvas_entry_properties"},
}


@operation(
    "POST", "/campaigns/trigger/send", permission="campaigns.trigger.send", family=limits.sends
)
def trigger_campaign(call: Call) -> Reply:
    """Facts: send-answer, trigger-properties"""
    return _send_now(call, Kind.CAMPAIGN)


@operation("POST", "/canvas/trigger/send", permission="canvas.trigger.send", family=limits.sends)
def trigger_canvas(call: Call) -> Reply:
    """Facts: send-answer, canvas-context, canvas-notice"""
    return _send_now(call, Kind.CANVAS)


@operation(
    "POST",
    "/campaigns/trigger/schedule/create",
    permission="campaigns.trigger.schedule.create",
    family=limits.sends,
)
def schedule_campaign(call: Call) -> Reply:
    """Facts: schedule-create-answer, trigger-schedules"""
    return _send_later(call, Kind.CAMPAIGN)


@operation(
    "POST",
    "/canvas/trigger/schedule/create",
    permission="canvas.trigger.schedule.create",
    family=limits.sends,
)
def schedule_canvas(call: Call) -> Reply:
    """Facts: schedule-create-answer, trigger-schedules"""
    return _send_later(call, Kind.CANVAS)


@operation(
    "POST", "/campaigns/trigger/schedule/update", permission="campaigns.trigger.schedule.update"
)
def change_scheduled_campaign(call: Call) -> Reply:
    """Facts: trigger-schedules, schedule-overwrites"""
    return _change(call, Kind.CAMPAIGN)


@operation("POST", "/canvas/trigger/schedule/update", permission="canvas.trigger.schedule.update")
def change_scheduled_canvas(call: Call) -> Reply:
    """Facts: trigger-schedules, schedule-overwrites"""
    return _change(call, Kind.CANVAS)


@operation(
    "POST", "/campaigns/trigger/schedule/delete", permission="campaigns.trigger.schedule.delete"
)
def delete_scheduled_campaign(call: Call) -> Reply:
    """Facts: trigger-schedules, schedule-delete"""
    return _delete(call, Kind.CAMPAIGN)


@operation("POST", "/canvas/trigger/schedule/delete", permission="canvas.trigger.schedule.delete")
def delete_scheduled_canvas(call: Call) -> Reply:
    """Facts: trigger-schedules, schedule-delete"""
    return _delete(call, Kind.CANVAS)


def _send_now(call: Call, kind: Kind) -> Reply:
    state = call.workspace.state
    send, notice = _read_send(call, kind, MEMBERS[kind])
    perform(state, send, state.clock.now())
    return bodies.accepted({"dispatch_id": send.source.dispatch_id, **notice})


def _send_later(call: Call, kind: Kind) -> Reply:
    state = call.workspace.state
    send, notice = _read_send(call, kind, MEMBERS[kind] | {"schedule"})
    timing = read_timing(bodies.members_of(call).get("schedule"), state)
    schedule_id = plan(state, send, timing)
    told = {"dispatch_id": send.source.dispatch_id, "schedule_id": schedule_id}
    return bodies.accepted({**told, **notice})


def _read_send(call: Call, kind: Kind, known: frozenset[str]) -> tuple[Send, Mapping[str, str]]:
    """The send behind a body, and what is to be said of its Canvas."""
    state, members = call.workspace.state, bodies.members_of(call)
    call.workspace.warn_of_unknown_members(members, known, call.number)
    for each in bodies.array(members, "recipients"):
        if isinstance(each, Mapping):
            known_of_recipient = RECIPIENT_MEMBERS | set(PROPERTIES[kind])
            call.workspace.warn_of_unknown_members(each, known_of_recipient, call.number)
    campaign = triggered_campaign(state, kind, members.get(ID[kind]))
    named = read_triggered_recipients(campaign, members)
    content = read_triggering(campaign, members)
    reach = read_reach(state, named, members, call.number, campaign=campaign)
    source = new_source(call, campaign.id, members)
    notice = notice_of(campaign)
    return Send(content, reach, source), {"notice": notice} if notice else {}


def _change(call: Call, kind: Kind) -> Reply:
    state, members = call.workspace.state, bodies.members_of(call)
    schedule_id = _named_schedule(call, kind, frozenset({"schedule"}))
    change(state, schedule_id, timing=read_timing(members.get("schedule"), state))
    return changed(call)


def _delete(call: Call, kind: Kind) -> Reply:
    cancel(call.workspace.state, _named_schedule(call, kind, frozenset()))
    return changed(call)


def _named_schedule(call: Call, kind: Kind, more: frozenset[str]) -> str:
    """The ID of the schedule that a body names, which is one of its campaign or Canvas."""
    state, members = call.workspace.state, bodies.members_of(call)
    known = more | {"schedule_id", ID[kind]}
    call.workspace.warn_of_unknown_members(members, known, call.number)
    campaign = triggered_campaign(state, kind, members.get(ID[kind]))
    schedule_id = identifier_text(members.get("schedule_id"))
    check_planned_triggering(state, schedule_id, campaign)
    return schedule_id
