"""Turn: who has it works on the workspace alone, and the workspace's clock stands meanwhile.

So one call sees one moment, whatever the clock, and can be repeated at that moment.
"""

from collections.abc import Callable
from threading import RLock

from mock_braze.domain.clock import Clock


class Turn:
    """A lock that its holder may take again; `clock` tells whose time stands."""

    __slots__ = ("_clock", "_depth", "_held", "_lock")

    def __init__(self, clock: Callable[[], Clock]) -> None:
        self._clock = clock
        self._lock = RLock()
        self._depth = 0
        self._held: Clock | None = None

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1
        if self._depth == 1:
            self._held = self._clock()
            self._held.hold()

    def follow(self) -> None:
        """The workspace has another clock now: let that one stand, if this is somebody's turn."""
        if self._held is not None:
            self._held.release()
            self._held = self._clock()
            self._held.hold()

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0 and self._held is not None:
            self._held.release()
            self._held = None
        self._lock.release()
