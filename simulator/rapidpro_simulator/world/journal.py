"""Everything that happened in a simulation, in order: exchanges on the wire and events of the domain.

Query it with `Journal.where` (keywords) or `Journal.find` (one line of text), export it as JSON Lines.
Tokens and passwords never leave it: what is exported or shown is redacted first. What is secret: see `secrets`.
"""

from __future__ import annotations

import math
import shlex
from collections import deque
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

from .entries import Entry, Exchange
from .journal_lines import Lines
from .redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from .clock import Clock

__all__ = ["Entry", "Exchange", "Journal"]

HEADER = "journal"  # the kind of the first line of a saved journal


class Journal:
    """The record of a simulation: its entries in order, for iteration and for questions.

    `keep` bounds how many entries stay in memory, `keep_bytes` how many bytes they take together with their bodies
    (None: as many as there are); the latest stay. Each entry also goes to the functions in `listeners` as it is
    completed: an event at once, an exchange when it has ended.
    """

    def __init__(self, clock: Clock, keep: int | None = None, keep_bytes: int | None = None) -> None:
        self.header: dict[str, Any] = {}  # what the run depends on: see `provenance`
        self.keeps_headers = False  # in memory, for who looks at a live world; what is exported never has them
        self._clock = clock
        self._began = clock.now()
        self._entries: deque[Entry] = deque()
        self._keep = math.inf if keep is None else keep
        self._keep_bytes = math.inf if keep_bytes is None else keep_bytes
        self._bytes = 0
        self._weighs = keep_bytes is not None
        self._number = 0
        self._redaction = Redaction()
        self.redact = self._redaction.redact
        self._lines = Lines(self.redact)
        self.listeners: list[Callable[[Entry], object]] = []

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def count(self) -> int:
        """How many entries there have been, those that are not kept any more included."""
        return self._number

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def __reversed__(self) -> Iterator[Entry]:
        return reversed(self._entries)

    def event(self, kind: str, **data: Any) -> Entry:
        """Record that something of `kind` (`message.status`, `throttle.refused`, …) happened now."""
        return self.add_event(kind, data)

    def add_event(self, kind: str, data: dict[str, Any]) -> Entry:
        """Record an event as `event` does; `data` is the entry's from now on."""
        self._number += 1
        entry = Entry(self._number, self._clock.now(), kind, data)
        self._keep_entry(entry)
        for listener in self.listeners:
            listener(entry)
        return entry

    def begin(self, request: bytes = b"", **data: Any) -> Exchange:
        """Record the beginning of an exchange; `end` completes it."""
        self._number += 1
        fields = {"status": None, "outcome": "pending", "fault": None, **data}
        exchange = Exchange(self._number, self._clock.now(), fields, request)
        self._keep_entry(exchange)
        return exchange

    def end(self, exchange: Exchange, outcome: str, status: int | None = None) -> None:
        """Record how an exchange ended, now: with an outcome of `Exchange`, and the HTTP status of an answer."""
        exchange.data["outcome"] = outcome
        exchange.data["status"] = status
        exchange.ended = self._clock.now()
        if exchange.counted is not None:
            self._weigh(exchange)
            self._drop_oldest()
        for listener in self.listeners:
            listener(exchange)

    def _keep_entry(self, entry: Entry) -> None:
        self._entries.append(entry)
        if self._weighs:
            self._weigh(entry)
        self._drop_oldest()

    def _weigh(self, entry: Entry) -> None:
        """Count the bytes of an entry that is kept; again where they have changed."""
        weight = entry.weight
        self._bytes += weight - (entry.counted or 0)
        entry.counted = weight

    def _drop_oldest(self) -> None:
        while self._entries and (len(self._entries) > self._keep or self._bytes > self._keep_bytes):
            gone = self._entries.popleft()
            self._bytes -= gone.counted or 0
            gone.counted = None

    def where(
        self,
        kind: str = "*",
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        after: int = 0,
        **criteria: Any,
    ) -> list[Entry]:
        """Return the entries that meet every criterion, in order.

        `kind` and text criteria are globs (`path="/api/v2/messages*"`, `status="4*"`); other values are compared, and a
        function is asked. `since` and `until` are inclusive instants, `after` is the number of an entry.
        """
        return [
            entry
            for entry in self._entries
            if entry.number > after
            and (since is None or entry.time >= since)
            and (until is None or entry.time <= until)
            and fnmatchcase(entry.kind, kind)
            and all(_meets(entry.data.get(name), wanted) for name, wanted in criteria.items())
        ]

    def latest(self, count: int, kind: str = "*") -> list[Entry]:
        """Return the last `count` entries of a kind, in order."""
        fitting = (entry for entry in reversed(self) if fnmatchcase(entry.kind, kind))
        return list(islice(fitting, count))[::-1]

    def exchanges(self, **criteria: Any) -> list[Exchange]:
        """Return the exchanges that meet the criteria of `where`."""
        return [entry for entry in self.where("exchange", **criteria) if isinstance(entry, Exchange)]

    def find(self, question: str) -> list[Entry]:
        """Answer a question in one line: `exchange to=textit.com status=4* since=2026-03-02T09:00Z`.

        Raises `ValueError` where the line cannot be read.
        """
        kind = "*"
        criteria: dict[str, Any] = {}
        for word in shlex.split(question):
            name, equals, value = word.partition("=")
            if not equals:
                kind = word
            elif name in {"since", "until"}:
                criteria[name] = datetime.fromisoformat(value)
            else:
                criteria[name] = value
        return self.where(kind, **criteria)

    def hide(self, secret: str) -> None:
        """Never show `secret` in what leaves the journal; too short to be told from other text, it is left alone."""
        if self._redaction.hide(secret):
            self._lines.forget()

    def line(self, entry: Entry) -> str:
        """Return `entry` as one line of JSON, redacted."""
        return self._lines.line(entry)

    def first_line(self) -> str:
        """Return the line with the header that a saved journal begins with: an entry of number 0."""
        first = Entry(0, self._began, HEADER, self.header)
        return self.line(first)

    def write(self, file: TextIO, entries: Iterable[Entry] | None = None) -> int:
        """Write the entries as JSON Lines and return how many; all of them (the default) behind the header."""
        count = 0
        if entries is None and self.header:
            file.write(self.first_line() + "\n")
        for entry in self._entries if entries is None else entries:
            file.write(self.line(entry) + "\n")
            count += 1
        return count

    def save(self, path: Path) -> int:
        """Write all entries to a file as JSON Lines and return how many they were. Raises `OSError`."""
        with path.open("w", encoding="utf-8") as file:
            return self.write(file)


def _meets(value: Any, wanted: Any) -> bool:
    if callable(wanted):
        return bool(wanted(value))
    if isinstance(wanted, str):
        return value is not None and fnmatchcase(str(value), wanted)
    return bool(value == wanted)
