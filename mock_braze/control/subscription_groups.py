"""Subscription groups: make and list."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, members_and_problems, selected_workspace
from mock_braze.control.sms_settings import MEMBERS, read_sms_settings, told_sms_settings
from mock_braze.domain.attributes import is_group_id
from mock_braze.domain.subscription import Channel, SubscriptionGroup

blueprint = Blueprint("subscription_groups", __name__, url_prefix="/subscription_groups")


@blueprint.post("")
def create() -> tuple[dict[str, Any], int]:
    """`{id?, name, channel}` and, for SMS, what `sms_settings` reads; the ID is a UUID."""
    members, problems = members_and_problems(
        {"id": str, "name": str, "channel": str, **MEMBERS},
        required=frozenset({"name", "channel"}),
    )
    channels = [each.value for each in Channel]
    channel = members.get("channel", Channel.SMS)
    if channel not in channels:
        problems.append(f"'channel' must be one of {', '.join(channels)}")
    elif channel != Channel.SMS:
        problems += [f"{name!r} is for the channel sms" for name in MEMBERS if name in members]
    if "id" in members and not is_group_id(members["id"]):
        problems.append(f"'id' must be a UUID, not {members['id']!r}")
    settings, faults = read_sms_settings(members)
    if problems + faults:
        raise BadControl(400, problems + faults)
    workspace = selected_workspace()
    with workspace.lock:
        if members.get("id") in workspace.state.subscriptions.groups:
            raise BadControl(409, [f"there is a group {members['id']} already"])
        group = workspace.add_group(
            members["name"], Channel(members["channel"]), members.get("id", ""), settings
        )
    return _told(group), 201


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every group of the workspace, SMS groups with all their settings."""
    workspace = selected_workspace()
    with workspace.lock:
        groups = workspace.state.subscriptions.groups
        return {"subscription_groups": [_told(each) for each in groups.values()]}


def _told(group: SubscriptionGroup) -> dict[str, Any]:
    told = {"id": group.id, "name": group.name, "channel": group.channel.value}
    return told | told_sms_settings(group.sms) if group.channel is Channel.SMS else told
