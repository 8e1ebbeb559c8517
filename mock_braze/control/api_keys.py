"""More keys to a workspace."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import (
    BadControl,
    all_workspaces,
    checked_members,
    selected_workspace,
)
from mock_braze.domain.api_keys import BadApiKey
from mock_braze.domain.workspaces import NameTaken

blueprint = Blueprint("api_keys", __name__, url_prefix="/api_keys")


@blueprint.post("")
def create() -> tuple[dict[str, Any], int]:
    """`{permissions, ip_allowlist?, key?, partner?}`; what a partner's key needs is watched."""
    members = checked_members(
        {"permissions": list, "ip_allowlist": list, "key": str, "partner": bool},
        required=frozenset({"permissions"}),
    )
    workspace = selected_workspace()
    with workspace.lock:
        try:
            key = all_workspaces().add_key(
                workspace,
                members.get("key", ""),
                members["permissions"],
                members.get("ip_allowlist", ()),
                is_partner=members.get("partner", False),
            )
        except BadApiKey as bad:
            raise BadControl(400, bad.problems) from None
        except NameTaken as taken:
            raise BadControl(409, [str(taken)]) from None
    return {
        "workspace": workspace.name,
        "api_key": key.value,
        "permissions": sorted(key.permissions),
        "ip_allowlist": [str(network) for network in key.ip_allowlist],
        "partner": key.is_partner,
    }, 201
