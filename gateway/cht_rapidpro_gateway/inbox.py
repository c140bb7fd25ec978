"""The messages from phones that wait for CHT: stored first, forwarded until CHT has them, known by their ids."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .clock import SystemClock
from .database import transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from .clock import Clock

SETTLE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a phone; times in seconds of the gateway's clock.

    `brought_at`: when it was last brought to CHT without an answer that says whether CHT has it.
    """

    id: str
    sender: str
    content: str
    received_at: float
    forwarded_at: float | None
    brought_at: float | None = None


class Inbox:
    """The incoming messages of a database.

    For `settle_seconds` after it was brought CHT may be storing a message, even where nobody waits for the answer any
    more. It looks for copies before it stores, so a copy that comes meanwhile would be stored as well (cht 1.5).
    """

    def __init__(
        self, connection: sqlite3.Connection, clock: Clock | None = None, settle_seconds: float = SETTLE_SECONDS
    ) -> None:
        self._connection = connection
        self._clock = clock or SystemClock()
        self._settle_seconds = settle_seconds

    def store(self, id: str, sender: str, content: str) -> bool:  # noqa: A002 the protocol's word
        """Keep a message; say whether it is new.

        CHT drops a message whose id it has seen. Flows that send the id of their run give one id to all that the run
        sends, so another text under a known id gets an id of its own.
        """
        known = self._connection.execute("SELECT sender, content FROM incoming WHERE id = ?", (id,)).fetchone()
        if known is not None and (known["sender"], known["content"]) != (sender, content):
            id = f"{id}:{hashlib.sha256(f'{sender} {content}'.encode()).hexdigest()[:12]}"  # noqa: A001
        cursor = self._connection.execute(
            "INSERT INTO incoming (id, sender, content, received_at) VALUES (?,?,?,?) ON CONFLICT (id) DO NOTHING",
            (id, sender, content, self._clock.now()),
        )
        return cursor.rowcount > 0

    def waiting(self, limit: int) -> list[Incoming]:
        """Return messages that CHT does not have yet, and is not storing either, the oldest first."""
        rows = self._connection.execute(
            "SELECT * FROM incoming WHERE forwarded_at IS NULL AND (brought_at IS NULL OR brought_at <= ?)"
            " ORDER BY received_at, id LIMIT ?",
            (self._clock.now() - self._settle_seconds, limit),
        )
        return [Incoming(**dict(row)) for row in rows]

    def bringing(self, messages: Iterable[Incoming]) -> None:
        """Note that these messages are about to be brought to CHT."""
        self._note("brought_at", self._clock.now(), messages)

    def not_brought(self, messages: Iterable[Incoming]) -> None:
        """Note that CHT is done with these messages, and that they are to be brought again."""
        self._note("brought_at", None, messages)

    def forwarded(self, messages: Iterable[Incoming]) -> None:
        """Note that CHT has these messages."""
        self._note("forwarded_at", self._clock.now(), messages)

    def _note(self, column: str, moment: float | None, messages: Iterable[Incoming]) -> None:
        rows = [(moment, message.id) for message in messages]
        if rows:
            with transaction(self._connection):
                self._connection.executemany(f"UPDATE incoming SET {column} = ? WHERE id = ?", rows)  # noqa: S608 ours

    def forget(self, before: float) -> None:
        """Delete what CHT has had since before a time."""
        self._connection.execute("DELETE FROM incoming WHERE forwarded_at < ?", (before,))

    def count_waiting(self) -> int:
        row = self._connection.execute("SELECT count(*) AS number FROM incoming WHERE forwarded_at IS NULL").fetchone()
        return int(row["number"])
