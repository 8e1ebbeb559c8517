"""Blocked users: the external IDs of which Braze takes nothing any more."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.plain_values import shown

blueprint = Blueprint("blocked_users", __name__, url_prefix="/blocked_users")


@blueprint.get("")
def read() -> dict[str, Any]:
    """The external IDs that are blocked."""
    return {"external_ids": sorted(selected_workspace().state.blocked_external_ids)}


@blueprint.put("")
def block() -> dict[str, Any]:
    """`{external_ids}`: these are blocked from now on, and no others."""
    members = checked_members({"external_ids": list}, required=frozenset({"external_ids"}))
    bad = [each for each in members["external_ids"] if not isinstance(each, str) or not each]
    if bad:
        raise BadControl(400, [f"{shown(each)} is no external_id: give text" for each in bad])
    workspace = selected_workspace()
    with workspace.lock:
        workspace.state.blocked_external_ids = set(members["external_ids"])
        return read()
