"""A store that lasts as long as its process."""

from dataclasses import dataclass
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple

from quikly_client import shortened
from quikly_client.errors import AlreadyCredited
from quikly_client.journeys.participation import Participation, ParticipationKey
from quikly_client.ledger import Credit


class _Reminder(NamedTuple):
    """An entry of the heap. It is stale once its participation has a later `version`."""

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
    """Keeps everything in dictionaries, and the due times in a heap.

    A changed due time leaves its old reminder behind; it is dropped when it comes to the top, so
    a save or a look at what is next costs O(log n).
    """

    def __init__(self) -> None:
        self._records: dict[ParticipationKey, _Record] = {}
        self._credits: dict[tuple[str, str], Credit] = {}
        self._reminders: list[_Reminder] = []

    def add(self, participation: Participation) -> bool:
        if participation.key in self._records:
            return False
        record = _Record(len(self._records), participation)
        self._records[participation.key] = record
        self._remind(record)
        return True

    def get(self, key: ParticipationKey) -> Participation | None:
        record = self._records.get(key)
        return None if record is None else record.participation

    def save(self, participation: Participation, credit: Credit | None = None) -> None:
        record = self._records.get(participation.key)
        if record is None:
            raise KeyError(f"{participation} was never added to the store")
        if credit is not None:
            self._write(credit)
        moved = participation.due != record.participation.due
        record.participation = participation
        if moved:
            record.version += 1
            self._remind(record)

    def due(self, now: datetime, limit: int | None = None) -> list[Participation]:
        taken: list[_Reminder] = []
        while limit is None or len(taken) < limit:
            self._drop_stale()
            if not self._reminders or self._reminders[0].due > now:
                break
            taken.append(heappop(self._reminders))
        for reminder in taken:
            heappush(self._reminders, reminder)
        return [self._records[reminder.key].participation for reminder in taken]

    def next_due(self) -> datetime | None:
        self._drop_stale()
        return self._reminders[0].due if self._reminders else None

    def credits(self) -> list[Credit]:
        return list(self._credits.values())

    def participations(self) -> list[Participation]:
        return [record.participation for record in self._records.values()]

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
            heappush(self._reminders, reminder)

    def _drop_stale(self) -> None:
        while self._reminders and self._is_stale(self._reminders[0]):
            heappop(self._reminders)

    def _is_stale(self, reminder: _Reminder) -> bool:
        return self._records[reminder.key].version != reminder.version
