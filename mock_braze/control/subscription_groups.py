"""Subscription groups: make and list."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.attributes import is_group_id
from mock_braze.domain.subscription import Channel, SubscriptionGroup

blueprint = Blueprint("subscription_groups", __name__, url_prefix="/subscription_groups")


@blueprint.post("")
def create() -> tuple[dict[str, Any], int]:
    """`{id?, name, channel}`; the ID is a UUID."""
    members = checked_members(
        {"id": str, "name": str, "channel": str}, required=frozenset({"name", "channel"})
    )
    channels = [each.value for each in Channel]
    problems = []
    if members["channel"] not in channels:
        problems.append(f"'channel' must be one of {', '.join(channels)}")
    if "id" in members and not is_group_id(members["id"]):
        problems.append(f"'id' must be a UUID, not {members['id']!r}")
    if problems:
        raise BadControl(400, problems)
    workspace = selected_workspace()
    with workspace.lock:
        if members.get("id") in workspace.state.subscriptions.groups:
            raise BadControl(409, [f"there is a group {members['id']} already"])
        group = workspace.add_group(
            members["name"], Channel(members["channel"]), members.get("id", "")
        )
    return _told(group), 201


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every group of the workspace."""
    workspace = selected_workspace()
    with workspace.lock:
        groups = workspace.state.subscriptions.groups
        return {"subscription_groups": [_told(each) for each in groups.values()]}


def _told(group: SubscriptionGroup) -> dict[str, Any]:
    return {"id": group.id, "name": group.name, "channel": group.channel.value}
