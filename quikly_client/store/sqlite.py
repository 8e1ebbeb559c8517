"""A store in a SQLite file: it outlasts its process, and several may share it."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quikly_client import shortened
from quikly_client.errors import AlreadyCredited, BadStore, Overtaken
from quikly_client.journeys.participation import Participation, ParticipationKey
from quikly_client.ledger import Credit
from quikly_client.store.database import Database
from quikly_client.store.documents import Value, document, read_document
from quikly_client.store.interface import Place

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BY_KEY = "activation = ? AND email = ? AND outcome = ?"


class SqliteStore:
    """Keeps each value as a JSON document beside the columns by which it is found.

    Raises:
        BadStore: from every method, when the file cannot be used.
    """

    def __init__(self, file: str | Path | Database) -> None:
        self.database = file if isinstance(file, Database) else Database(file)

    def close(self) -> None:
        """Close the file; the store can be used again all the same."""
        self.database.close()

    def add(self, participation: Participation) -> bool:
        with self.database.transaction() as connection:
            added = connection.execute(
                "INSERT INTO participations"
                " (activation, email, outcome, workflow, step, due, document)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (activation, email, outcome) DO NOTHING",
                (*participation.key, *_columns(participation)),
            )
            return added.rowcount == 1

    def get(self, key: ParticipationKey) -> Participation | None:
        with self.database.reading() as connection:
            row = connection.execute(
                f"SELECT document FROM participations WHERE {_BY_KEY}", key
            ).fetchone()
        return None if row is None else self._read(row[0], Participation)

    def of_person(self, email: str) -> list[Participation]:
        query = "SELECT document FROM participations WHERE email = ? ORDER BY sequence"
        return self._all(query, Participation, email)

    def save(
        self,
        participation: Participation,
        credit: Credit | None = None,
        *,
        found: Participation | None = None,
    ) -> None:
        with self.database.transaction() as connection:
            if found is not None and self.get(participation.key) not in (None, found):
                raise Overtaken(f"{participation} was moved on by somebody else")
            saved = connection.execute(
                "UPDATE participations SET workflow = ?, step = ?, due = ?, document = ?"
                f" WHERE {_BY_KEY}",
                (*_columns(participation), *participation.key),
            )
            if saved.rowcount == 0:
                raise KeyError(f"{participation} was never added to the store")
            if credit is not None:
                _write(connection, credit)

    def due(
        self, now: datetime, limit: int | None = None, places: Collection[Place] | None = None
    ) -> list[Participation]:
        rows = self._waiting(_number(now), -1 if limit is None else limit, places)
        return [self._read(text, Participation) for _, _, text in rows]

    def next_due(self, places: Collection[Place] | None = None) -> datetime | None:
        rows = self._waiting(None, 1, places)
        return _EPOCH + rows[0][0] * _MICROSECOND if rows else None

    def credits(self, after: int = 0) -> list[Credit]:
        # No credit is ever removed, so their sequence counts from 1 without a gap.
        return self._all(
            "SELECT document FROM credits WHERE sequence > ? ORDER BY sequence", Credit, after
        )

    def participations(self) -> list[Participation]:
        return self._all("SELECT document FROM participations ORDER BY sequence", Participation)

    def pause(self, endpoint: str, until: datetime) -> None:
        with self.database.transaction() as connection:
            connection.execute(
                "INSERT INTO pauses (endpoint, until) VALUES (?, ?) ON CONFLICT (endpoint)"
                " DO UPDATE SET until = max(until, excluded.until)",
                (endpoint, _number(until)),
            )

    def pauses(self) -> dict[str, datetime]:
        with self.database.reading() as connection:
            rows = connection.execute("SELECT endpoint, until FROM pauses").fetchall()
        return {endpoint: _EPOCH + until * _MICROSECOND for endpoint, until in rows}

    def _all(self, query: str, kind: type[Value], *given: int | str) -> list[Value]:
        with self.database.reading() as connection:
            rows = connection.execute(query, given).fetchall()
        return [self._read(text, kind) for (text,) in rows]

    def _waiting(
        self, until: int | None, limit: int, places: Collection[Place] | None
    ) -> Sequence[tuple[int, int, str]]:
        """Due times, sequences and documents, in order; a place at a time, each by its index."""
        order = "ORDER BY due, sequence LIMIT ?"
        by_time = "due IS NOT NULL" if until is None else "due <= ?"
        columns = "SELECT due, sequence, document FROM participations"
        times = () if until is None else (until,)
        with self.database.reading() as connection:
            if places is None:
                query = f"{columns} WHERE {by_time} {order}"
                return connection.execute(query, (*times, limit)).fetchall()
            query = f"{columns} WHERE workflow = ? AND step = ? AND {by_time} {order}"
            found = [
                row
                for place in places
                for row in connection.execute(query, (*place, *times, limit))
            ]
        found.sort(key=lambda row: row[:2])
        return found if limit < 0 else found[:limit]

    def _read(self, text: str, kind: type[Value]) -> Value:
        try:
            return read_document(text, kind)
        except ValueError as error:
            raise BadStore(
                str(self.database.path),
                f"holds a {kind.__name__.lower()} that cannot be read ({error})",
                "Restore it from a copy",
            ) from error


def _columns(participation: Participation) -> tuple[str, str, int | None, str]:
    due = None if participation.due is None else _number(participation.due)
    return participation.workflow, participation.step, due, document(participation)


def _number(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _write(connection: sqlite3.Connection, credit: Credit) -> None:
    try:
        connection.execute(
            "INSERT INTO credits (activation, participant, document) VALUES (?, ?, ?)",
            (*credit.key, document(credit)),
        )
    except sqlite3.IntegrityError as error:
        raise AlreadyCredited(
            f"{shortened.email(credit.participant)} already has the credit of {credit.activation}"
        ) from error
