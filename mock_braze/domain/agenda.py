"""Agenda: what has been accepted and becomes true later, in the order in which it is due."""

import heapq
from abc import ABC, abstractmethod
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


@dataclass(slots=True, eq=False)
class Agenda:
    """Items leave when they are due, in due-time order; ties go in the order of adding."""

    _heap: list[tuple[datetime, int, Due]] = field(default_factory=list)
    _added: int = 0

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, due: datetime, item: Due) -> None:
        self._added += 1
        heapq.heappush(self._heap, (due, self._added, item))

    def next_due(self) -> datetime | None:
        return self._heap[0][0] if self._heap else None

    def due(self, now: datetime) -> Iterator[tuple[datetime, Due]]:
        """The items that are due, each with the moment at which it became so; they leave.

        What is added meanwhile takes its place among them.
        """
        heap = self._heap
        while heap and heap[0][0] <= now:
            due, _, item = heapq.heappop(heap)
            yield due, item
