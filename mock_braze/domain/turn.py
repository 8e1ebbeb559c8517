"""Turn: who has it works on the workspace alone, and the workspace's clock stands meanwhile.

So one call sees one moment, whatever the clock, and can be repeated at that moment.
"""

from threading import RLock

from mock_braze.domain.clock import Clock


class Turn:
    """A lock that its holder may take again, and the clock that stands meanwhile."""

    __slots__ = ("_clock", "_depth", "_lock")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = RLock()
        self._depth = 0

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1
        if self._depth == 1:
            self._clock.hold()

    def follow(self, clock: Clock) -> None:
        """The workspace has another clock now: let that one stand, if this is somebody's turn."""
        if self._depth:
            self._clock.release()
            clock.hold()
        self._clock = clock

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._clock.release()
        self._lock.release()
