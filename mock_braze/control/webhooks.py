"""What the workspace sent, or would have sent, to other servers: the message activity log."""

from typing import Any

from flask import Blueprint

from mock_braze.control.calls import selected_workspace
from mock_braze.control.told_webhooks import told_delivery
from mock_braze.webhooks.sending import deliver

blueprint = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every one with each attempt at it and what came of it, the oldest first."""
    workspace = selected_workspace()
    deliver(workspace)
    with workspace.lock:
        workspace.settle()
        return {"webhooks": [told_delivery(each) for each in workspace.state.deliveries.all]}
