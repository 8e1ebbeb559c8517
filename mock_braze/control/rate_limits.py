"""Rate limits: read them, and give a workspace limits of its own."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, body_members, selected_workspace
from mock_braze.domain.rate_limits import BadRateLimits, described, turned

blueprint = Blueprint("rate_limits", __name__, url_prefix="/rate_limits")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Each family of endpoints with its limit, the usual one, its window and what it covers."""
    return {"rate_limits": described(selected_workspace().state.rate_limits)}


@blueprint.patch("")
def turn() -> dict[str, Any]:
    """`{family: limit, …}`; null takes a family back to its usual limit."""
    workspace = selected_workspace()
    with workspace.lock:
        try:
            workspace.state.rate_limits = turned(workspace.state.rate_limits, body_members())
        except BadRateLimits as bad:
            raise BadControl(400, bad.problems) from None
        return {"rate_limits": described(workspace.state.rate_limits)}
