"""A store that lasts as long as its process."""

import threading
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import NamedTuple

from quikly_client import shortened
from quikly_client.errors import AlreadyCredited, Overtaken
from quikly_client.journeys.participation import Participation, ParticipationKey
from quikly_client.ledger import Credit
from quikly_client.store.interface import Place


class _Reminder(NamedTuple):
    """An entry of a heap. It is stale once its participation has a later `version`."""

    due: datetime
    sequence: int
    version: int
    key: ParticipationKey


@dataclass(slots=True)
class _Record:
    sequence: int
    participation: Participation
    version: int = 0


class MemoryStore:
    """Keeps everything in dictionaries, and the due times in a heap for each place.

    A changed due time leaves its old reminder behind; it is dropped when it comes to the top, so
    a save or a look at what is next costs O(log n).
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._records: dict[ParticipationKey, _Record] = {}
        self._of_person: defaultdict[str, list[_Record]] = defaultdict(list)
        self._credits: dict[tuple[str, str], Credit] = {}
        self._pauses: dict[str, datetime] = {}
        self._reminders: defaultdict[Place, list[_Reminder]] = defaultdict(list)

    def add(self, participation: Participation) -> bool:
        with self._lock:
            if participation.key in self._records:
                return False
            record = _Record(len(self._records), participation)
            self._records[participation.key] = record
            self._of_person[participation.email].append(record)
            self._remind(record)
            return True

    def get(self, key: ParticipationKey) -> Participation | None:
        record = self._records.get(key)
        return None if record is None else record.participation

    def of_person(self, email: str) -> list[Participation]:
        with self._lock:
            return [record.participation for record in self._of_person.get(email, ())]

    def save(
        self,
        participation: Participation,
        credit: Credit | None = None,
        *,
        found: Participation | None = None,
    ) -> None:
        with self._lock:
            record = self._records.get(participation.key)
            if record is None:
                raise KeyError(f"{participation} was never added to the store")
            if found is not None and record.participation != found:
                raise Overtaken(f"{participation} was moved on by somebody else")
            if credit is not None:
                self._write(credit)
            before, record.participation = record.participation, participation
            if (participation.due, _place(participation)) != (before.due, _place(before)):
                record.version += 1
                self._remind(record)

    def due(
        self, now: datetime, limit: int | None = None, places: Collection[Place] | None = None
    ) -> list[Participation]:
        with self._lock:
            heaps = self._heaps(places)
            heads = [(heap[0], number) for number, heap in enumerate(heaps)]
            heapify(heads)
            taken: list[tuple[_Reminder, int]] = []
            while heads and (limit is None or len(taken) < limit) and heads[0][0].due <= now:
                _, number = heappop(heads)
                taken.append((heappop(heaps[number]), number))
                self._drop_stale(heaps[number])
                if heaps[number]:
                    heappush(heads, (heaps[number][0], number))
            for reminder, number in taken:
                heappush(heaps[number], reminder)
            return [self._records[reminder.key].participation for reminder, _ in taken]

    def next_due(self, places: Collection[Place] | None = None) -> datetime | None:
        with self._lock:
            return min((heap[0].due for heap in self._heaps(places)), default=None)

    def credits(self, after: int = 0) -> list[Credit]:
        with self._lock:
            if after >= len(self._credits):
                return []
            return list(islice(self._credits.values(), after, None))

    def participations(self) -> list[Participation]:
        with self._lock:
            return [record.participation for record in self._records.values()]

    def pause(self, endpoint: str, until: datetime) -> None:
        with self._lock:
            self._pauses[endpoint] = max(until, self._pauses.get(endpoint, until))

    def pauses(self) -> dict[str, datetime]:
        with self._lock:
            return dict(self._pauses)

    def _write(self, credit: Credit) -> None:
        if credit.key in self._credits:
            raise AlreadyCredited(
                f"{shortened.email(credit.participant)} already has the credit of "
                f"{credit.activation}"
            )
        self._credits[credit.key] = credit

    def _remind(self, record: _Record) -> None:
        participation = record.participation
        if participation.due is not None:
            reminder = _Reminder(
                participation.due, record.sequence, record.version, participation.key
            )
            heappush(self._reminders[_place(participation)], reminder)

    def _heaps(self, places: Collection[Place] | None) -> list[list[_Reminder]]:
        """The heaps that hold anything, each with something true on top."""
        chosen = self._reminders if places is None else places
        heaps = [self._reminders[place] for place in chosen if place in self._reminders]
        for heap in heaps:
            self._drop_stale(heap)
        return [heap for heap in heaps if heap]

    def _drop_stale(self, heap: list[_Reminder]) -> None:
        while heap and self._records[heap[0].key].version != heap[0].version:
            heappop(heap)


def _place(participation: Participation) -> Place:
    return participation.workflow, participation.step
