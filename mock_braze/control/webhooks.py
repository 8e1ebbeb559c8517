"""What the workspace sent, or would have sent, to other servers."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import selected_workspace
from mock_braze.domain.dates import write_time

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every one with what came of it, the oldest first."""
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        return {
            "webhooks": [
                {
                    "number": each.number,
                    "at": write_time(each.at),
                    "request": each.request,
                    "method": each.method,
                    "url": each.url,
                    "body": each.body,
                    "outcome": each.outcome,
                }
                for each in workspace.state.webhooks
            ]
        }
