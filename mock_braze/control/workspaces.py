"""Health, new workspaces, and reset."""

from importlib.metadata import version
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import (
    BadControl,
    all_workspaces,
    checked_members,
    selected_workspace,
)
from mock_braze.domain.api_keys import PERMISSIONS, BadApiKey
from mock_braze.domain.plain_values import shown
from mock_braze.domain.workspaces import NameTaken

blueprint = Blueprint("workspaces", __name__)


@blueprint.get("/health")
def health() -> dict[str, Any]:
    """Ready, and which version."""
    return {"ready": True, "version": version("braze-lab")}


@blueprint.post("/workspaces")
def create() -> tuple[dict[str, Any], int]:
    """`{name?, seed?, permissions?}` to `{workspace, api_key}`."""
    members = checked_members({"name": str, "seed": int, "permissions": list}, required=frozenset())
    if not members.get("name", "").isprintable():
        raise BadControl(400, [f"'name' must be printable, not {shown(members['name'])}"])
    workspaces = all_workspaces()
    try:
        workspace, key = workspaces.create(
            members.get("name", ""),
            seed=members.get("seed"),
            permissions=members.get("permissions", PERMISSIONS),
        )
    except NameTaken as taken:
        raise BadControl(409, [str(taken)]) from None
    except BadApiKey as bad:
        raise BadControl(400, bad.problems) from None
    return {"workspace": workspace.name, "api_key": key.value}, 201


@blueprint.post("/reset")
def reset() -> dict[str, Any]:
    """The workspace as new, keys and time kept."""
    checked_members({}, required=frozenset())
    workspace = selected_workspace()
    with workspace.lock:
        workspace.reset()
    return {"workspace": workspace.name}
