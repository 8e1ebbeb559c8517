"""The only source of time. Moments are aware UTC datetimes, spans are timedeltas."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the simulated time of one workspace."""

    @property
    def mode(self) -> str:
        """`manual`, `scaled` or `system`, as the control plane names it."""

    def now(self) -> datetime: ...

    def hold(self) -> None:
        """Let the time stand until `release`."""

    def release(self) -> None: ...


def wall_now() -> datetime:
    """The time of this machine, and of every client that does not share a workspace's clock."""
    return datetime.now(UTC)


def wall_seconds() -> float:
    """The same, in seconds since the epoch."""
    return time.time()


def pass_time(seconds: float) -> None:
    """Let real time pass: for a fault that asks for a slow answer, or a server that is not ours."""
    time.sleep(seconds)


class Patience:
    """So many seconds of real time, from now on, for which somebody waits."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Raises:
        TimeoutError: it is over.
        """
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


class ManualClock:
    """Moves only when told."""

    mode = "manual"

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, span: timedelta) -> None:
        self._now += span

    def hold(self) -> None:
        """It stands anyway."""

    def release(self) -> None: ...


class ScaledClock:
    """Runs `factor` simulated seconds a real second, and can be moved forward as well.

    For a client that knows nothing of simulated time: with factor 600 two minutes pass in 0.2 s.
    """

    mode = "scaled"

    def __init__(self, factor: float, start: datetime) -> None:
        self.factor = factor
        self._start = start.astimezone(UTC)
        self._started = time.monotonic()
        self._held: datetime | None = None

    def now(self) -> datetime:
        return self._held or self._read()

    def _read(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._started) * self.factor)

    def advance(self, span: timedelta) -> None:
        self._start += span
        if self._held is not None:
            self._held += span

    def hold(self) -> None:
        self._held = self._read()

    def release(self) -> None:
        self._held = None


class SystemClock:
    """The time of this machine. It cannot be moved."""

    mode = "system"

    def __init__(self) -> None:
        self._held: datetime | None = None

    def now(self) -> datetime:
        return self._held or wall_now()

    def hold(self) -> None:
        self._held = wall_now()

    def release(self) -> None:
        self._held = None
