"""What only a file can do, or can have wrong with it; the rest is in test_store.py."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from driving import START, a_participation

from quikly_client.errors import AlreadyCredited, BadStore
from quikly_client.journeys.participation import Step
from quikly_client.ledger import Credit
from quikly_client.store.database import APPLICATION_ID, Database
from quikly_client.store.documents import document
from quikly_client.store.migrations import MIGRATIONS
from quikly_client.store.sqlite import SqliteStore

CREDIT = Credit("spring", "anna@example.com", START, "because")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@contextmanager
def opened(file: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(file)
    yield store
    store.close()


def refusal(file: Path) -> str:
    """What opening the file says, without its name."""
    with pytest.raises(BadStore) as caught:
        SqliteStore(file)
    assert str(caught.value).startswith(f"{file}: ")
    return str(caught.value).removeprefix(f"{file}: ")


def test_what_was_stored_is_there_when_the_file_is_opened_again(file: Path) -> None:
    with opened(file) as store:
        store.add(a_participation())
        store.save(a_participation(step=Step.CREATE), CREDIT)

    with opened(file) as store:
        assert store.participations() == [a_participation(step=Step.CREATE)]
        assert store.credits() == [CREDIT]
        assert store.next_due() == START


def test_microseconds_and_moments_before_1970_are_kept(file: Path) -> None:
    for moment in (START + timedelta(microseconds=1), START.replace(year=1969)):
        with opened(file) as store:
            store.add(a_participation(email=str(moment), due=moment))
            assert store.next_due() == moment


def test_the_file_is_written_ahead_and_says_whose_it_is(file: Path) -> None:
    with opened(file), closing(sqlite3.connect(file)) as connection:
        pragmas = ("journal_mode", "application_id", "user_version")
        said = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]

    assert said == ["wal", APPLICATION_ID, len(MIGRATIONS)]


def test_the_due_are_found_by_an_index_with_and_without_places(file: Path) -> None:
    with opened(file), closing(sqlite3.connect(file)) as connection:
        order = "ORDER BY due, sequence LIMIT 1"
        plans = [
            connection.execute(f"EXPLAIN QUERY PLAN SELECT * FROM participations {rest}").fetchone()
            for rest in (
                f"WHERE due <= 5 {order}",
                f"WHERE due IS NOT NULL {order}",
                f"WHERE workflow = 'email' AND step = 'create' AND due <= 5 {order}",
                f"WHERE workflow = 'email' AND step = 'create' AND due IS NOT NULL {order}",
            )
        ]

    assert [plan[3].split(" USING INDEX ")[1].split()[0] for plan in plans] == [
        "participations_by_due",
        "participations_by_due",
        "participations_by_step",
        "participations_by_step",
    ]


def test_a_file_of_an_earlier_version_gets_the_later_tables(file: Path) -> None:
    Database(file, migrations=MIGRATIONS[:1]).close()
    later = [*MIGRATIONS[:1], "CREATE TABLE one (a TEXT); CREATE TABLE two (b TEXT);"]

    database = Database(file, migrations=later)

    with database.reading() as connection:
        assert connection.execute("SELECT * FROM one, two").fetchall() == []
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    database.close()


def test_participations_of_the_first_version_are_kept(file: Path) -> None:
    participation = a_participation()
    first = Database(file, migrations=MIGRATIONS[:1])
    with first.transaction() as connection:
        connection.execute(
            "INSERT INTO participations (activation, email, workflow, step, due, document)"
            " VALUES ('spring', 'anna@example.com', 'email', 'look_up', 7, ?)",
            (document(participation),),
        )
    first.close()

    with opened(file) as store:
        assert store.participations() == [participation]
        assert store.get(participation.key) == participation
        assert store.due(START) == [participation]
        assert not store.add(participation)


def test_a_migration_that_fails_leaves_the_file_as_it_was(file: Path) -> None:
    Database(file, migrations=MIGRATIONS[:1]).close()
    bad = [*MIGRATIONS[:1], "CREATE TABLE one (a TEXT); CREATE TABLE one (a TEXT);"]

    with pytest.raises(BadStore, match="already exists"):
        Database(file, migrations=bad)

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT * FROM sqlite_master WHERE name = 'one'").fetchall() == []


def test_a_field_that_came_later_has_its_default_and_one_that_is_gone_is_passed_over(
    file: Path,
) -> None:
    with opened(file) as store:
        store.add(a_participation())
        with store.database.transaction() as connection:
            connection.execute(
                "UPDATE participations SET document = "
                "json_set(json_remove(document, '$.notes'), '$.gone', 1)"
            )

        assert store.participations() == [a_participation()]


def test_a_row_that_is_no_participation_is_told(file: Path) -> None:
    with opened(file) as store:
        store.add(a_participation())
        with store.database.transaction() as connection:
            connection.execute("UPDATE participations SET document = '{}'")

        with pytest.raises(BadStore, match="holds a participation that cannot be read"):
            store.participations()


def test_a_file_that_is_no_database_is_told(file: Path) -> None:
    file.write_text("email,phone,activation,consented_at\n" * 50)

    assert refusal(file) == (
        "is no SQLite database. Give another path; a file that does not exist is made."
    )
    assert file.read_text().startswith("email,phone")


@pytest.mark.parametrize("owner", [0, 77])
def test_a_database_of_another_program_is_left_alone(file: Path, owner: int) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE theirs (a TEXT)")
        connection.execute(f"PRAGMA application_id = {owner}")

    assert refusal(file).startswith("is a database of another program.")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_file_of_a_newer_version_is_told(file: Path) -> None:
    Database(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")

    assert refusal(file) == (
        "was made by a newer version of this program (tables of version "
        f"{len(MIGRATIONS) + 1}, known here up to {len(MIGRATIONS)}). "
        "Use that version, or give another path."
    )


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no" / "store.sqlite") == (
        f"cannot be made: there is no directory {tmp_path}/no. "
        "Make the directory, or give another path."
    )


def test_a_directory_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "is a directory. Give the path of a file in it."


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user whom permissions hold back, which they do not do to root."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if mine == 0:
            os.seteuid(mine)


def test_a_file_or_directory_that_may_not_be_written_is_told() -> None:
    with TemporaryDirectory() as name:
        directory = Path(name)
        file = directory / "store.sqlite"
        SqliteStore(file).close()
        file.chmod(0o444)
        directory.chmod(0o555)

        with as_nobody():
            existing, new = refusal(file), refusal(directory / "new.sqlite")

        directory.chmod(0o755)
    assert existing.startswith("cannot be written (")
    assert new.startswith("cannot be written (")


def test_a_file_that_another_process_keeps_locked_is_told(file: Path) -> None:
    with opened(file), closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        database = None

        with pytest.raises(BadStore, match="is kept locked by another process"):
            database = Database(file, busy_timeout_seconds=0.05)

        assert database is None


def test_a_transaction_is_all_or_nothing_with_what_is_called_inside(file: Path) -> None:
    with opened(file) as store:
        store.add(a_participation())

        def credit_twice() -> None:
            with store.database.transaction():
                store.save(a_participation(step=Step.CREATE), CREDIT)
                assert store.credits() == [CREDIT]
                store.add(a_participation(email="ben@example.com"))
                store.save(a_participation(step=Step.DONE), CREDIT)

        with pytest.raises(AlreadyCredited):
            credit_twice()

        assert store.participations() == [a_participation()]
        assert store.credits() == []


WRITER = """
import sys
from dataclasses import replace
from driving import a_participation
from quikly_client.store.sqlite import SqliteStore

store = SqliteStore(sys.argv[1])
for number in range(25):
    participation = a_participation(email=f"{number}")
    store.add(participation)
    with store.database.transaction():
        found = store.get(participation.key)
        store.save(replace(found, attempts=found.attempts + 1))
"""


def test_processes_share_a_file(file: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(3)
    ]

    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    with opened(file) as store:
        assert [each.attempts for each in store.participations()] == [3] * 25


def test_threads_that_write_queue_up_and_all_get_their_turn(file: Path) -> None:
    database = Database(file, busy_timeout_seconds=0.001)  # SQLite itself would turn them away
    with database.transaction() as connection:
        connection.execute("CREATE TABLE counter AS SELECT 0 AS n")

    def count(_: int) -> None:
        with database.transaction() as connection:
            (n,) = connection.execute("SELECT n FROM counter").fetchone()
            connection.execute("UPDATE counter SET n = ?", (n + 1,))

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(count, range(200)))

    with database.reading() as connection:
        assert connection.execute("SELECT n FROM counter").fetchone() == (200,)
    database.close()


def test_a_process_forked_while_a_thread_writes_can_write(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(file) as store:
        store.database._writing.acquire()  # by a thread that the child does not have
        parent = os.getpid()
        monkeypatch.setattr(os, "getpid", lambda: parent + 1)

        assert store.add(a_participation())


def test_a_forked_process_opens_connections_of_its_own(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(file) as store:
        with store.database.reading() as of_parent:
            pass
        monkeypatch.setattr(os, "getpid", lambda: -1)

        with store.database.reading() as of_child:
            assert of_child is not of_parent
        monkeypatch.undo()
        of_parent.close()
