"""Control calls of a program that has the fake in its own process: the same, without HTTP.

A test that looks at the journal after every step would spend most of its time on the way there.
"""

from datetime import datetime
from typing import Any

from mock_braze.control.clock import told
from mock_braze.control.journal import as_json, entries_after
from mock_braze.domain.clock import ManualClock
from mock_braze.domain.workspace import Workspace
from mock_braze.webhooks.sending import deliver, set_clock


def read_journal(workspace: Workspace, since: int) -> list[dict[str, Any]]:
    """As `GET /control/journal`."""
    entries = entries_after(workspace, since)
    deliver(workspace)
    return [as_json(each) for each in entries]


def move_clock(workspace: Workspace, now: datetime) -> dict[str, Any]:
    """As `PUT /control/clock` of a manual one.

    Raises:
        CannotMove: see `Workspace.set_clock`.
    """
    set_clock(workspace, ManualClock(now), before=workspace.clock.now())
    return told(workspace)
