"""The clock of a fake, as that of a run: followed where it runs, moved where it stands."""

import threading
from datetime import datetime

from scenarios.control import Control

# Real seconds between two looks at a clock that runs.
LOOK_AGAIN = 0.05


class LabClock:
    """Goes by the clock of a `braze-lab serve`."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def share(self) -> None:
        """Go by a clock that stands in all things: its rate limits count in its time as well.

        Facts: rate-limit-epoch
        """
        if self._control.clock().mode == "manual":
            self._control.turn_dials({"rate_limit_epoch": "simulated"})

    def now(self) -> datetime:
        return self._control.clock().now

    def wait(self, until: datetime, stop: threading.Event) -> None:
        if self._control.clock().mode == "manual":
            self._control.move_clock(until)
        while not stop.is_set() and self.now() < until:
            stop.wait(LOOK_AGAIN)
