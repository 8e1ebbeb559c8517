"""Agenda: what has been accepted and becomes true later, in the order in which it is due."""

import heapq
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_braze.domain.state import State


class Due(ABC):
    """Something accepted that becomes true later. The rule of what it then does is its own."""

    __slots__ = ()

    @abstractmethod
    def settle(self, state: "State", at: datetime) -> None:
        """Make it true; `at` is the moment at which it was due."""


Entry = tuple[datetime, int, Due]  # when it is due, its place among all that were added, and it


@dataclass(slots=True, eq=False)
class Agenda:
    """Items leave when they are due, in due-time order; ties go in the order of adding.

    Most are added in that order, and wait in a queue; the others are sorted in by a heap.
    """

    _queue: deque[Entry] = field(default_factory=deque)
    _heap: list[Entry] = field(default_factory=list)
    _added: int = 0

    def __len__(self) -> int:
        return len(self._queue) + len(self._heap)

    def add(self, due: datetime, item: Due) -> None:
        self._added += 1
        queue = self._queue
        if not queue or queue[-1][0] <= due:
            queue.append((due, self._added, item))
        else:
            heapq.heappush(self._heap, (due, self._added, item))

    def next_due(self) -> datetime | None:
        firsts = [each[0] for each in (self._queue, self._heap) if each]
        return min(firsts)[0] if firsts else None

    def due(self, now: datetime) -> Iterator[tuple[datetime, Due]]:
        """The items that are due, each with the moment at which it became so; they leave.

        What is added meanwhile takes its place among them.
        """
        queue, heap = self._queue, self._heap
        while True:
            if queue and queue[0][0] <= now and not (heap and heap[0] < queue[0]):
                due, _, item = queue.popleft()
            elif heap and heap[0][0] <= now:
                due, _, item = heapq.heappop(heap)
            else:
                return
            yield due, item
