"""The simulated clock: read, set, move, jump to what is due next."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.calendar import CannotMove
from mock_braze.domain.clock import Clock, ManualClock, ScaledClock, SystemClock
from mock_braze.domain.dates import read_time
from mock_braze.domain.plain_values import shown
from mock_braze.domain.workspace import Workspace
from mock_braze.webhooks.sending import advance as forward
from mock_braze.webhooks.sending import set_clock

blueprint = Blueprint("clock", __name__, url_prefix="/clock")
MODES = ("manual", "scaled", "system")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Mode, time and next due time."""
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
    return told(workspace)


@blueprint.put("")
def put() -> dict[str, Any]:
    """`{mode, factor?, now?}`; `factor` is for the mode scaled, and `now` for all but system."""
    members = checked_members(
        {"mode": str, "factor": float, "now": str}, required=frozenset({"mode"})
    )
    workspace = selected_workspace()
    now = workspace.clock.now()
    _move(partial(set_clock, workspace, before=now), _clock(members, now))
    return told(workspace)


@blueprint.post("/advance")
def advance() -> dict[str, Any]:
    """`{seconds}`: move forward by so many, and let come true what is due by then."""
    members = checked_members({"seconds": float}, required=frozenset({"seconds"}))
    try:
        span = timedelta(seconds=members["seconds"])
    except (OverflowError, ValueError):
        raise BadControl(400, [f"{members['seconds']} seconds is no span of time"]) from None
    workspace = selected_workspace()
    _move(partial(forward, workspace), span)
    return told(workspace)


@blueprint.post("/next")
def jump() -> dict[str, Any]:
    """Move to the next moment at which something is due; stay if nothing is."""
    checked_members({}, required=frozenset())
    workspace = selected_workspace()
    due = workspace.next_due()
    if due is not None:
        _move(partial(forward, workspace), max(due - workspace.clock.now(), timedelta()))
    return told(workspace)


def _clock(members: dict[str, Any], now: datetime) -> Clock:
    mode, factor = members["mode"], members.get("factor", 1.0)
    problems = []
    if mode not in MODES:
        problems.append(f"'mode' must be one of {', '.join(MODES)}, not {shown(mode)}")
    if "factor" in members and mode in ("manual", "system"):
        problems.append(f"'factor' is for the mode scaled; leave it out for {mode}")
    elif not 0 < factor <= 1e6:
        problems.append(f"'factor' must be over 0 and at most 1000000, not {shown(factor)}")
    moment = read_time(members["now"]) if "now" in members else now
    if moment is None:
        problems.append(f"'now' must be an ISO 8601 time, not {shown(members['now'])}")
    if "now" in members and mode == "system":
        problems.append("the system clock cannot be set; leave 'now' out")
    if problems or moment is None:
        raise BadControl(400, problems)
    match mode:
        case "manual":
            return ManualClock(moment)
        case "scaled":
            return ScaledClock(factor, moment)
        case _:
            return SystemClock()


def _move(change: Any, by: Clock | timedelta) -> None:
    try:
        change(by)
    except CannotMove as problem:
        raise BadControl(409, [str(problem)]) from None


def told(workspace: Workspace) -> dict[str, Any]:
    """Mode, time and next due time."""
    with workspace.lock:
        due = workspace.next_due()
        return {
            "mode": workspace.clock.mode,
            "now": workspace.clock.now().isoformat(),
            "next_due": None if due is None else due.isoformat(),
        }
