"""Claims in a SQLite file, which several processes may share; each decision is a transaction."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from quikly_client.activations.awarding import Standing
from quikly_client.activations.claims import Claim, Stage
from quikly_client.errors import BadStore
from quikly_client.store.claim_store import Decision, Drawing, Kept
from quikly_client.store.database import Database
from quikly_client.store.documents import document, read_document

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SqliteClaims:
    """Keeps each claim as a JSON document, and how each activation stands as a row of numbers.

    Raises:
        BadStore: from every method, when the file cannot be used.
    """

    def __init__(self, file: str | Path | Database) -> None:
        self.database = file if isinstance(file, Database) else Database(file)

    def close(self) -> None:
        """Close the file; the claims can be used again all the same."""
        self.database.close()

    def decide(
        self, begun: Standing, q_scope: str, stage: Stage, email: str, decision: Decision
    ) -> Kept:
        with self.database.reading() as connection:
            found = self._find(connection, q_scope, stage, email)
        if found is not None:  # for good, so a repetition waits for no other decision
            return Kept(found, is_repeated=True)
        with self.database.transaction() as connection:
            found = self._find(connection, q_scope, stage, email)
            if found is not None:
                return Kept(found, is_repeated=True)
            standing = _standing(connection, q_scope) or begun
            entry = self._find(connection, q_scope, Stage.ENTRY, email)
            claim = decision(standing, entry is not None)
            if claim.outcome.is_kept:
                _keep(connection, q_scope, standing, [claim])
            return Kept(claim, is_repeated=False)

    def draw(self, begun: Standing, q_scope: str, drawing: Drawing) -> bool:
        with self.database.transaction() as connection:
            standing = _standing(connection, q_scope) or begun
            if standing.is_drawn:
                return False
            kept = self._all(connection, q_scope, 0)
            entries = [claim for claim in kept if claim.stage is Stage.ENTRY]
            drawn = drawing(standing, entries)
            _keep(connection, q_scope, replace(standing, is_drawn=True), drawn)
            return True

    def standing(self, q_scope: str) -> Standing | None:
        with self.database.reading() as connection:
            return _standing(connection, q_scope)

    def claims(self, q_scope: str, after: int = 0) -> list[Claim]:
        with self.database.reading() as connection:
            return self._all(connection, q_scope, after)

    def _find(
        self, connection: sqlite3.Connection, q_scope: str, stage: Stage, email: str
    ) -> Claim | None:
        row = connection.execute(
            "SELECT document FROM claims WHERE q_scope = ? AND stage = ? AND email = ?",
            (q_scope, stage, email),
        ).fetchone()
        return None if row is None else self._read(row[0])

    def _all(self, connection: sqlite3.Connection, q_scope: str, after: int) -> list[Claim]:
        rows = connection.execute(
            "SELECT document FROM claims WHERE q_scope = ? AND number > ? ORDER BY number",
            (q_scope, after),
        )
        return [self._read(text) for (text,) in rows]

    def _read(self, text: str) -> Claim:
        try:
            return read_document(text, Claim)
        except ValueError as error:
            raise BadStore(
                str(self.database.path),
                f"holds a claim that cannot be read ({error})",
                "Restore it from a copy",
            ) from error


def _standing(connection: sqlite3.Connection, q_scope: str) -> Standing | None:
    row = connection.execute(
        "SELECT seed, decided, latest, is_drawn FROM scopes WHERE q_scope = ?", (q_scope,)
    ).fetchone()
    if row is None:
        return None
    seed, decided, latest, is_drawn = row
    counts = connection.execute(
        "SELECT rank, claim_count FROM tier_claims WHERE q_scope = ?", (q_scope,)
    )
    return Standing(
        seed=seed,
        decided=decided,
        claim_counts=dict(counts.fetchall()),
        latest=None if latest is None else _EPOCH + latest * _MICROSECOND,
        is_drawn=bool(is_drawn),
    )


def _keep(
    connection: sqlite3.Connection, q_scope: str, standing: Standing, claims: Iterable[Claim]
) -> None:
    before = standing.claim_counts
    for claim in claims:
        connection.execute(
            "INSERT INTO claims (q_scope, stage, email, number, document) VALUES (?, ?, ?, ?, ?)",
            (q_scope, claim.stage, claim.email, claim.number, document(claim)),
        )
        standing = standing.after(claim)
    latest = None if standing.latest is None else (standing.latest - _EPOCH) // _MICROSECOND
    connection.execute(
        "INSERT OR REPLACE INTO scopes (q_scope, seed, decided, latest, is_drawn)"
        " VALUES (?, ?, ?, ?, ?)",
        (q_scope, standing.seed, standing.decided, latest, standing.is_drawn),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO tier_claims (q_scope, rank, claim_count) VALUES (?, ?, ?)",
        [
            (q_scope, rank, count)
            for rank, count in standing.claim_counts.items()
            if before.get(rank) != count
        ],
    )
