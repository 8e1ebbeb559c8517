"""Where webhooks go that were composed for servers elsewhere, and how long a receiver has."""

from datetime import timedelta
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, members_and_problems, selected_workspace
from mock_braze.domain.plain_values import shown
from mock_braze.domain.webhooks.targets import Targets, problem_of_target

blueprint = Blueprint("webhook_targets", __name__, url_prefix="/webhook_targets")
LONGEST_PATIENCE = 90  # seconds; it is what Braze waits


@blueprint.get("")
def read() -> dict[str, Any]:
    """Every host with its target, and the patience in seconds of real time."""
    return _told(selected_workspace().state.targets)


@blueprint.put("")
def put() -> dict[str, Any]:
    """`{targets, patience?}`: each host, such as `api.quikly.com`, is called at its target on this
    machine, such as `http://127.0.0.1:9000`, and no others are. `patience`, 2 if left out, is the
    real seconds for an answer that stand for Braze's 90 simulated ones.
    """
    members, problems = members_and_problems(
        {"targets": dict, "patience": float}, required=frozenset({"targets"})
    )
    targets, patience = members.get("targets", {}), members.get("patience", 2.0)
    problems += filter(None, (problem_of_target(*each) for each in targets.items()))
    if not 0 < patience <= LONGEST_PATIENCE:
        says = f"must be over 0 and at most {LONGEST_PATIENCE} seconds, not {shown(patience)}"
        problems.append(f"'patience' {says}")
    if problems:
        raise BadControl(400, problems)
    workspace = selected_workspace()
    with workspace.lock:
        workspace.state.targets = Targets(targets, timedelta(seconds=patience))
        return _told(workspace.state.targets)


def _told(targets: Targets) -> dict[str, Any]:
    return {"targets": dict(targets.by_host), "patience": targets.patience.total_seconds()}
