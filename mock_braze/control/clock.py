"""The simulated clock: read, set, move, jump to what is due next."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Blueprint

from mock_braze.control.calls import BadControl, checked_members, selected_workspace
from mock_braze.domain.clock import Clock, ManualClock, ScaledClock, SystemClock
from mock_braze.domain.dates import read_time
from mock_braze.domain.workspace import CannotMove, Workspace

blueprint = Blueprint("clock", __name__, url_prefix="/clock")
MODES = ("manual", "scaled", "system")


@blueprint.get("")
def read() -> dict[str, Any]:
    """Mode, time and next due time."""
    workspace = selected_workspace()
    with workspace.lock:
        workspace.settle()
        return _told(workspace)


@blueprint.put("")
def put() -> dict[str, Any]:
    """`{mode, factor?, now?}`; a manual clock may be set forward by `now`."""
    members = checked_members(
        {"mode": str, "factor": float, "now": str}, required=frozenset({"mode"})
    )
    workspace = selected_workspace()
    with workspace.lock:
        now = workspace.clock.now()
        _move(partial(workspace.set_clock, before=now), _clock(members, now))
        return _told(workspace)


@blueprint.post("/advance")
def advance() -> dict[str, Any]:
    """`{seconds}`."""
    members = checked_members({"seconds": float}, required=frozenset({"seconds"}))
    try:
        span = timedelta(seconds=members["seconds"])
    except (OverflowError, ValueError):
        raise BadControl(400, [f"{members['seconds']} seconds is no span of time"]) from None
    workspace = selected_workspace()
    with workspace.lock:
        _move(workspace.advance, span)
        return _told(workspace)


@blueprint.post("/next")
def jump() -> dict[str, Any]:
    """Move to the next moment at which something is due; stay if nothing is."""
    workspace = selected_workspace()
    with workspace.lock:
        due = workspace.next_due()
        if due is not None:
            _move(workspace.advance, max(due - workspace.clock.now(), timedelta()))
        return _told(workspace)


def _clock(members: dict[str, Any], now: datetime) -> Clock:
    factor = members.get("factor", 1.0)
    if "now" in members:
        moment = read_time(members["now"])
        if moment is None:
            raise BadControl(400, [f"'now' must be an ISO 8601 time, not {members['now']!r}"])
        now = moment
    match members["mode"]:
        case "manual":
            return ManualClock(now)
        case "scaled" if 0 < factor <= 1e6:
            return ScaledClock(factor, now)
        case "scaled":
            raise BadControl(400, [f"'factor' must be over 0 and at most 1000000, not {factor!r}"])
        case "system" if "now" in members:
            raise BadControl(400, ["the system clock cannot be set; leave 'now' out"])
        case "system":
            return SystemClock()
        case unknown:
            raise BadControl(400, [f"'mode' must be one of {', '.join(MODES)}, not {unknown!r}"])


def _move(change: Any, by: Clock | timedelta) -> None:
    try:
        change(by)
    except CannotMove as problem:
        raise BadControl(409, [str(problem)]) from None


def _told(workspace: Workspace) -> dict[str, Any]:
    due = workspace.next_due()
    return {
        "mode": workspace.clock.mode,
        "now": workspace.clock.now().isoformat(),
        "next_due": None if due is None else due.isoformat(),
    }
