"""Subscription groups: make, list, rename and archive."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import (
    BadControl,
    checked_members,
    members_and_problems,
    selected_workspace,
)
from mock_braze.control.sms_settings import MEMBERS, read_sms_settings, told_sms_settings
from mock_braze.domain.errors import UnknownSubscriptionGroup
from mock_braze.domain.plain_values import shown
from mock_braze.domain.subscriptions.subscription import Channel, SubscriptionGroup
from mock_braze.domain.tracking.attributes import is_group_id
from mock_braze.domain.workspace import TooManyGroups

NAMES = {"name": "name", "archived": "is_archived"}
blueprint = Blueprint("subscription_groups", __name__, url_prefix="/subscription_groups")


@blueprint.post("")
def create() -> tuple[dict[str, Any], int]:
    """`{id?, name, channel, archived?}`; a group for SMS also takes `double_opt_in`, `keywords`,
    `languages`, `unknown_numbers` and `fuzzy_opt_out`.
    """
    members, problems = members_and_problems(
        {"id": str, "name": str, "channel": str, "archived": bool, **MEMBERS},
        required=frozenset({"name", "channel"}),
    )
    channels = [each.value for each in Channel]
    channel = members.get("channel", Channel.SMS)
    if channel not in channels:
        problems.append(f"'channel' must be one of {', '.join(channels)}")
    elif channel != Channel.SMS:
        problems += [f"{name!r} is for the channel sms" for name in MEMBERS if name in members]
    if "id" in members and not is_group_id(members["id"]):
        problems.append(f"'id' must be a UUID, not {shown(members['id'])}")
    settings, faults = read_sms_settings(members)
    if problems + faults:
        raise BadControl(400, problems + faults)
    workspace = selected_workspace()
    with workspace.lock:
        if members.get("id") in workspace.state.subscriptions.groups:
            raise BadControl(409, [f"there is a group {members['id']} already"])
        try:
            group = workspace.add_group(
                members["name"], Channel(members["channel"]), members.get("id", ""), settings
            )
        except TooManyGroups as problem:
            raise BadControl(409, [str(problem)]) from None
        group = workspace.change_group(group.id, is_archived=members.get("archived", False))
    return _told(group), 201


@blueprint.patch("/<group_id>")
def change(group_id: str) -> dict[str, Any]:
    """`{name?, archived?}`; changes of state in an archived group are not processed."""
    members = checked_members({"name": str, "archived": bool}, required=frozenset())
    changes = {NAMES[name]: value for name, value in members.items()}
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()  # what is due already comes true as the group was
        try:
            return _told(workspace.change_group(group_id, **changes))
        except UnknownSubscriptionGroup:
            raise BadControl(404, [f"there is no group {group_id!r}"]) from None


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every group of the workspace, SMS groups with all their settings."""
    workspace = selected_workspace()
    with workspace.lock:
        groups = workspace.state.subscriptions.groups
        return {"subscription_groups": [_told(each) for each in groups.values()]}


def _told(group: SubscriptionGroup) -> dict[str, Any]:
    told = {
        "id": group.id,
        "name": group.name,
        "channel": group.channel.value,
        "archived": group.is_archived,
    }
    return told | told_sms_settings(group.sms) if group.channel is Channel.SMS else told
