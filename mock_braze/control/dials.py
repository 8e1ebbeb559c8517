"""The dials: read and turn."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, body_members, selected_workspace
from mock_braze.domain.dials.values import BadDials, described, turned

blueprint = Blueprint("dials", __name__, url_prefix="/dials")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Each dial with its value, default, possible values, meaning and fact."""
    return {"dials": described(selected_workspace().state.dials)}


@blueprint.patch("")
def turn() -> dict[str, Any]:
    """`{dial: value, …}`; spans in seconds. `{"preset": name}` sets all others first."""
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()  # what is due already comes true as the dials were
        try:
            workspace.state.dials = turned(workspace.state.dials, body_members())
        except BadDials as bad:
            raise BadControl(400, bad.problems) from None
        return {"dials": described(workspace.state.dials)}
