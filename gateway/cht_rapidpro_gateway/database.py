"""The SQLite file: opening it, and bringing an older one to today's shape. What is in the tables, others know."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK_TIMEOUT_SECONDS = 2.0  # for another process to let go of the file
MIGRATIONS = (
    """
    CREATE TABLE workspaces (
        id INTEGER PRIMARY KEY,
        identity TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        blocked_until REAL NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE messages (
        id TEXT PRIMARY KEY,
        recipient TEXT NOT NULL,
        content TEXT NOT NULL,
        stage TEXT NOT NULL CHECK (stage IN ('waiting', 'sending', 'open', 'closed')),
        state TEXT NOT NULL,
        reason TEXT,
        reported TEXT,
        workspace INTEGER REFERENCES workspaces (id),
        reference TEXT,
        status TEXT,
        taken_at REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        attempted_at REAL,
        due_at REAL NOT NULL,
        accepted_at REAL
    ) STRICT;
    CREATE INDEX messages_due ON messages (stage, due_at);
    CREATE INDEX messages_by_reference ON messages (workspace, reference);
    CREATE INDEX messages_unreported ON messages (taken_at) WHERE reported IS NOT state;
    CREATE TABLE incoming (
        id TEXT PRIMARY KEY,
        sender TEXT NOT NULL,
        content TEXT NOT NULL,
        received_at REAL NOT NULL,
        forwarded_at REAL
    ) STRICT;
    CREATE INDEX incoming_waiting ON incoming (received_at) WHERE forwarded_at IS NULL;
    """,
    # A workspace is its UUID, whatever its host is called today; what it refuses, it refuses by purpose; and before it
    # has said who it is, its token is all that is known of it.
    """
    UPDATE workspaces SET identity = substr(identity, -36) WHERE identity LIKE '% ________-____-____-____-____________';
    CREATE TABLE blocks (
        workspace INTEGER NOT NULL REFERENCES workspaces (id),
        purpose TEXT NOT NULL CHECK (purpose IN ('sending', 'asking')),
        until REAL NOT NULL,
        PRIMARY KEY (workspace, purpose)
    ) STRICT;
    INSERT INTO blocks SELECT id, purpose, blocked_until FROM workspaces,
        (SELECT 'sending' AS purpose UNION ALL SELECT 'asking');
    ALTER TABLE workspaces DROP COLUMN blocked_until;
    CREATE TABLE tokens (
        fingerprint TEXT PRIMARY KEY,
        workspace INTEGER REFERENCES workspaces (id),
        blocked_until REAL NOT NULL DEFAULT 0
    ) STRICT;
    ALTER TABLE messages ADD COLUMN retaken_at REAL;
    CREATE INDEX messages_waiting ON messages (attempts, due_at, taken_at, id) WHERE stage = 'waiting';
    CREATE INDEX messages_attempted ON messages (workspace, attempted_at);
    CREATE INDEX messages_accepted ON messages (workspace, accepted_at);
    """,
    # Times go on by elapsed seconds, whatever somebody does to the system's clock; and CHT's clock
    # has a say in how old a message is.
    """
    CREATE TABLE clock (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        time REAL NOT NULL,
        elapsed REAL NOT NULL,
        boot TEXT NOT NULL,
        wall REAL NOT NULL,
        by_cht REAL
    ) STRICT;
    ALTER TABLE messages ADD COLUMN offered_at REAL;
    """,
    # Where nobody knows whether CHT has a text, it is not brought again while CHT may be storing it.
    """
    ALTER TABLE incoming ADD COLUMN brought_at REAL;
    """,
    # Nor does a state come while CHT may be noting an earlier one, which it would be left with.
    """
    ALTER TABLE messages ADD COLUMN brought TEXT;
    ALTER TABLE messages ADD COLUMN brought_at REAL;
    """,
)
"""One script a version; `PRAGMA user_version` counts those that a file has seen."""


class DatabaseError(Exception):
    """The file cannot be used; the text says why, and what to do."""


def connect(path: Path | str) -> sqlite3.Connection:
    """Open the file at `path` for this process alone, make it if need be, and bring it to today's shape.

    Every commit is on the disk when it returns. Raises `DatabaseError` for a file that cannot be read or written, that
    another gateway uses, or that a later release has written.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=LOCK_TIMEOUT_SECONDS)
    except sqlite3.Error as error:
        raise DatabaseError(f"the database {path} cannot be opened: {error}") from error
    try:
        connection.row_factory = sqlite3.Row
        # Two gateways on one file would send everything twice.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        with transaction(connection):  # only a writer takes the lock
            pass
        _check(connection)
        _migrate(connection, path)
    except sqlite3.Error as error:
        connection.close()
        if is_damage(error):
            raise damaged(path, error) from error
        why = "another gateway uses it" if "locked" in str(error) else str(error)
        raise DatabaseError(f"the database {path} cannot be used: {why}") from error
    except BaseException:
        connection.close()
        raise
    return connection


def is_damage(error: sqlite3.Error) -> bool:
    """Say whether an error comes from a file that no longer holds what was written to it."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def damaged(path: Path | str, error: object) -> DatabaseError:
    """Return the error that says of a file that it is damaged, and what to do."""
    return DatabaseError(
        f"the database {path} cannot be used: {error}; put a copy of it in its place, or begin a new one"
    )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make what is done inside one change: all of it is on the disk afterwards, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _check(connection: sqlite3.Connection) -> None:
    """Read every page once: what is damaged would be met later, in the middle of something."""
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        error = sqlite3.DatabaseError(f"it is damaged ({' '.join(found.split())})")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error


def _migrate(connection: sqlite3.Connection, path: Path | str) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise DatabaseError(
            f"the database {path} is of version {version}, and this gateway knows {len(MIGRATIONS)} at most:"
            " use the release that wrote it, or a later one"
        )
    for number in range(version, len(MIGRATIONS)):
        connection.executescript(f"BEGIN; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")
