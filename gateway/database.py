"""The SQLite file: opening it, and bringing an older one to today's shape. What is in the tables, others know."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
)
"""One script a version; `PRAGMA user_version` counts those that a file has seen."""


class NewerDatabaseError(Exception):
    """The file was written by a later release of the gateway."""


def connect(path: Path | str) -> sqlite3.Connection:
    """Open the file at `path`, make it if need be, and bring it to today's shape.

    Every commit is on the disk when it returns. Raises `NewerDatabaseError` for a file of a later release, and
    `sqlite3.Error` for one that cannot be read or written.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


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


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise NewerDatabaseError(f"the database is of version {version}, this gateway knows {len(MIGRATIONS)} at most")
    for number in range(version, len(MIGRATIONS)):
        connection.executescript(f"BEGIN; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;")
