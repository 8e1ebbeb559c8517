"""Connected content: what other servers would answer to messages; none is ever asked."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import body_members, selected_workspace

blueprint = Blueprint("connected_content", __name__, url_prefix="/connected_content")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Each answer by its URL."""
    workspace = selected_workspace()
    with workspace.lock:
        return workspace.state.connected_content


@blueprint.put("")
def replace() -> dict[str, Any]:
    """`{URL: answer, …}`, any JSON value each: these and no others."""
    answers = body_members()
    workspace = selected_workspace()
    with workspace.lock:
        workspace.state.connected_content = answers
        return answers
