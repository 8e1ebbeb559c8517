"""The time by which a run goes. Nothing else in the client reads the system's."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time, and lets it pass."""

    def now(self) -> datetime: ...

    def wait(self, until: datetime, stop: threading.Event) -> None:
        """Return at `until`, or as soon as `stop` is set."""


class SystemClock:
    """The time of this machine."""

    # So that a machine that slept, or whose time was set, is noticed soon.
    LONGEST_NAP = timedelta(minutes=1)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def wait(self, until: datetime, stop: threading.Event) -> None:
        while not stop.is_set() and (left := until - self.now()) > timedelta(0):
            stop.wait(min(left, self.LONGEST_NAP).total_seconds())


class JumpingClock:
    """A time in which nothing has to be waited for: it jumps."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def wait(self, until: datetime, stop: threading.Event) -> None:  # noqa: ARG002  never long
        self._now = max(self._now, until)
