"""The SQLite store's tables, as the steps by which they came to be.

A file remembers how many of these it has had (`PRAGMA user_version`), and opening it makes up for
the rest. So a step that has been released is never changed: what comes new is appended.

What a document holds beyond the columns is a matter of the type that it is made from: a new
field with a default needs no migration.
"""

from collections.abc import Sequence

MIGRATIONS: Sequence[str] = (
    # 1: participations and credits. `due` counts microseconds since 1970 and is NULL once settled.
    """
    CREATE TABLE participations (
        sequence INTEGER PRIMARY KEY,
        activation TEXT NOT NULL,
        email TEXT NOT NULL,
        workflow TEXT NOT NULL,
        step TEXT NOT NULL,
        due INTEGER,
        document TEXT NOT NULL,
        UNIQUE (activation, email)
    );
    CREATE INDEX participations_by_due ON participations (due, sequence)
        WHERE due IS NOT NULL;
    CREATE INDEX participations_by_step ON participations (workflow, step, due, sequence)
        WHERE due IS NOT NULL;
    CREATE TABLE credits (
        sequence INTEGER PRIMARY KEY,
        activation TEXT NOT NULL,
        participant TEXT NOT NULL,
        document TEXT NOT NULL,
        UNIQUE (activation, participant)
    );
    """,
    # What is written back for a person stands beside the participation, told apart by `outcome`.
    """
    CREATE TABLE kept (
        sequence INTEGER PRIMARY KEY,
        activation TEXT NOT NULL,
        email TEXT NOT NULL,
        outcome TEXT NOT NULL,
        workflow TEXT NOT NULL,
        step TEXT NOT NULL,
        due INTEGER,
        document TEXT NOT NULL,
        UNIQUE (activation, email, outcome)
    );
    INSERT INTO kept (sequence, activation, email, outcome, workflow, step, due, document)
        SELECT sequence, activation, email, '', workflow, step, due, document FROM participations;
    DROP TABLE participations;
    ALTER TABLE kept RENAME TO participations;
    CREATE INDEX participations_by_due ON participations (due, sequence)
        WHERE due IS NOT NULL;
    CREATE INDEX participations_by_step ON participations (workflow, step, due, sequence)
        WHERE due IS NOT NULL;
    """,
    # Claims. `scopes` and `tier_claims` hold how each activation stands, so that nothing is
    # counted for an act; `latest` counts microseconds since 1970.
    """
    CREATE TABLE claims (
        sequence INTEGER PRIMARY KEY,
        q_scope TEXT NOT NULL,
        stage TEXT NOT NULL,
        email TEXT NOT NULL,
        number INTEGER NOT NULL,
        document TEXT NOT NULL,
        UNIQUE (q_scope, stage, email),
        UNIQUE (q_scope, number)
    );
    CREATE TABLE scopes (
        q_scope TEXT PRIMARY KEY,
        seed TEXT NOT NULL,
        decided INTEGER NOT NULL,
        latest INTEGER,
        is_drawn INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE tier_claims (
        q_scope TEXT NOT NULL,
        rank INTEGER NOT NULL,
        claim_count INTEGER NOT NULL,
        PRIMARY KEY (q_scope, rank)
    ) WITHOUT ROWID;
    """,
    # Until when Braze said to leave an endpoint alone, in microseconds since 1970.
    """
    CREATE TABLE pauses (
        endpoint TEXT PRIMARY KEY,
        until INTEGER NOT NULL
    ) WITHOUT ROWID;
    """,
    # What else a person takes part in.
    """
    CREATE INDEX participations_by_email ON participations (email, sequence);
    """,
)
