"""A SQLite file as a store needs it: opened with care, migrated, safe for threads and processes."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from quikly_client.errors import BadStore
from quikly_client.store.migrations import MIGRATIONS

# Written into the file's header, so that another program's database is not taken for ours.
APPLICATION_ID = 0x514B4C59  # "QKLY"
BUSY_TIMEOUT_SECONDS = 30.0
_ANOTHER_FILE = "Give another path; a file that does not exist is made"


class Database:
    """Connections to one file, each used by one thread at a time.

    A write is a transaction of its own, or part of the one that its thread has begun. Another
    process's write is waited for, `busy_timeout_seconds` at most. After a fork the child opens
    connections of its own.

    Raises:
        BadStore: the file cannot be opened, is no store, or is one of a newer version.
    """

    _idle: list[sqlite3.Connection]

    def __init__(
        self,
        path: str | Path,
        *,
        busy_timeout_seconds: float = BUSY_TIMEOUT_SECONDS,
        migrations: Sequence[str] = MIGRATIONS,
    ) -> None:
        self.path = Path(path)
        self._busy_timeout_seconds = busy_timeout_seconds
        self._of_parent: list[sqlite3.Connection] = []
        self._start_afresh()
        self._begun = threading.local()
        _check_path(self.path)
        with self._explained():
            connection = self._open()
            try:
                _migrate(self.path, connection, migrations)
            except BaseException:
                connection.close()
                raise
            self._idle.append(connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing of what is done in the block; a block inside joins the outer one."""
        outer = getattr(self._begun, "connection", None)
        if outer is not None:
            yield outer
            return
        self._notice_fork()
        # Threads queue up here: SQLite would have each of them look again every now and then.
        with self._writing, self._explained(), self._borrowed() as connection:
            # Immediate: what is read in the block is still so when it writes.
            connection.execute("BEGIN IMMEDIATE")
            self._begun.connection = connection
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # SQLite may have rolled back by itself
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._begun.connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from; in a transaction that was begun, it sees its writes."""
        outer = getattr(self._begun, "connection", None)
        if outer is not None:
            yield outer
            return
        self._notice_fork()
        with self._explained(), self._borrowed() as connection:
            yield connection

    def close(self) -> None:
        """Close what no thread is using."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        connection = self._take()
        try:
            yield connection
        finally:
            with self._lock:
                self._idle.append(connection)

    def _start_afresh(self) -> None:
        self._process = os.getpid()
        self._idle = []
        self._lock = threading.Lock()
        self._writing = threading.Lock()

    def _notice_fork(self) -> None:
        """A child has connections and locks of its own; the parent's must be neither used nor
        closed here, and who held a lock there is not here to release it.
        """
        if self._process != os.getpid():
            self._of_parent += self._idle
            self._start_afresh()

    def _take(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=self._busy_timeout_seconds,
            isolation_level=None,  # transactions begin and end where the code says so
            check_same_thread=False,
        )
        try:
            _prepare(self.path, connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Faults of the file as one kind of error that says what to do."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise BadStore(str(self.path), *_explanation(error)) from error


def _check_path(path: Path) -> None:
    """What SQLite would only call "unable to open database file"."""
    if not path.parent.is_dir():
        raise BadStore(
            str(path),
            f"cannot be made: there is no directory {path.parent}",
            "Make the directory, or give another path",
        )
    if path.is_dir():
        raise BadStore(str(path), "is a directory", "Give the path of a file in it")


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise BadStore(str(path), "cannot be written by several at once", _ANOTHER_FILE)
    # With NORMAL a power cut could forget that a call was begun, and so repeat it.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _migrate(path: Path, connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Check whose file it is, and bring it up to date; together, so that nobody interferes."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        _check_owner(path, connection)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(migrations):
            raise BadStore(
                str(path),
                f"was made by a newer version of this program (tables of version {version}, "
                f"known here up to {len(migrations)})",
                "Use that version, or give another path",
            )
        for migration in migrations[version:]:
            for statement in _statements(migration):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {len(migrations)}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _check_owner(path: Path, connection: sqlite3.Connection) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != APPLICATION_ID and (owner or tables):
        raise BadStore(str(path), "is a database of another program", _ANOTHER_FILE)


def _statements(migration: str) -> Iterator[str]:
    """Its statements one by one: `executescript` would commit what came before."""
    statement = ""
    for part in migration.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip(" \n;"):
                yield statement
            statement = ""


def _explanation(error: sqlite3.DatabaseError) -> tuple[str, str]:
    """What is wrong with the file, and what to do."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_NOTADB:
            return "is no SQLite database", _ANOTHER_FILE
        case sqlite3.SQLITE_CORRUPT:
            return f"is damaged ({error})", "Restore it from a copy"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return (
                f"cannot be written ({error})",
                "Check the permissions of the file and of its directory, where SQLite keeps "
                "two more files beside it",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return "is kept locked by another process", "End that process, or wait for it"
        case sqlite3.SQLITE_FULL:
            return "cannot grow: the disk is full", "Make room, then start again: nothing is lost"
        case _:
            return f"cannot be used ({error})", "Check the file and the disk that it is on"
