"""A server wakes its workspaces, so that what is due goes out although nobody calls."""

from threading import Thread

from mock_braze.domain.clock import ManualClock, pass_time
from mock_braze.domain.workspace import Workspace
from mock_braze.domain.workspaces import Workspaces
from mock_braze.webhooks.sending import deliver

INTERVAL = 0.05  # real seconds


def keep_awake(workspaces: Workspaces) -> None:
    """Wake every workspace again and again, for as long as this process lives."""
    Thread(target=_keep_awake, args=(workspaces,), daemon=True).start()


def _keep_awake(workspaces: Workspaces) -> None:
    while True:
        pass_time(INTERVAL)
        for workspace in workspaces:
            wake(workspace)


def wake(workspace: Workspace) -> None:
    """Let come true what has become due on a clock that runs by itself, and call receivers. A
    manual clock moves when somebody moves it, who sees to that.
    """
    if isinstance(workspace.clock, ManualClock):
        return
    with workspace.lock:
        workspace.settle()
    deliver(workspace)
