"""Everything that happened in a simulation, in order: exchanges on the wire and events of the domain.

Query it with `Journal.where` (keywords) or `Journal.find` (one line of text), export it as JSON Lines.
Tokens and passwords never leave it: what is exported or shown is redacted first. What is secret: see `secrets`.
"""

from __future__ import annotations

import json
import math
import shlex
from collections import deque
from datetime import datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TextIO

from multidict import CIMultiDict, CIMultiDictProxy

from .bodies import json_or_none
from .redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from multidict import MultiMapping

    from .clock import Clock


HEADER = "journal"  # the kind of the first line of a saved journal
BODY_LIMIT = 16_384  # bytes of a body that are shown
ENTRY_BYTES = 1000  # of an entry with nothing in it, roughly
LONGEST_SECRET = 1024  # bytes of a secret that are looked for across that end
SHORT = 4096  # bytes of two bodies that are kept as they were shown
REMEMBERED = 1024  # parts of lines

_NO_HEADERS: MultiMapping[str] = CIMultiDictProxy(CIMultiDict())
_LINES = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str, check_circular=False)


class Entry:
    """One thing that happened.

    `number` counts the entries of a journal from 1, `time` is an instant in UTC, `kind` is `exchange` or the kind of an
    event (`message.status`, `throttle.refused`, …), `data` what is recorded of it, by name.
    """

    __slots__ = ("counted", "data", "kind", "number", "time")

    def __init__(self, number: int, time: datetime, kind: str, data: dict[str, Any]) -> None:
        self.number = number
        self.time = time
        self.kind = kind
        self.data = data
        self.counted: int | None = None  # bytes, by a journal that keeps it and is bounded by bytes

    def __repr__(self) -> str:
        return f"<{self.number} {self.kind} {self.data}>"

    @property
    def weight(self) -> int:
        """About how many bytes of memory the entry takes."""
        return ENTRY_BYTES + sum(len(value) for value in self.data.values() if isinstance(value, str))

    def get(self, name: str) -> Any:
        """Return what is recorded under `name`, or None."""
        return self.data.get(name)

    def as_dict(self) -> dict[str, Any]:
        """Return all that there is to show, with the time as text (ISO 8601)."""
        return {"number": self.number, "time": self.time.isoformat(), "kind": self.kind, **self.data}


class Exchange(Entry):
    """One HTTP request and what became of it.

    Data: `by`, `to` (who asked whom), `method`, `path`, `query`, `status` (None where no answer came), `outcome`
    (`answered`, `pending`, `refused`, `reset`, `no answer`, `empty`, `truncated`, `crash`; `cut off` where the caller
    hung up before the request was complete), `fault` (what was done to it), `served` (the status that the service
    itself gave, where a fault struck after its work), and `malformed` (why it was no request) where there is something
    to say. Beside it are kept `ended` (UTC; None where it is under way), the bodies `request`
    and `response` as bytes, the `content_type` of the response and its `retry_after`, as the header has it; and the
    headers of both, where the journal `keeps_headers`.
    """

    __slots__ = ("content_type", "ended", "request", "request_headers", "response", "response_headers", "retry_after")

    def __init__(self, number: int, time: datetime, data: dict[str, Any], request: bytes = b"") -> None:
        super().__init__(number, time, "exchange", data)
        self.request = request
        self.response = b""
        self.content_type = ""
        self.ended: datetime | None = None
        self.retry_after: str | None = None
        self.request_headers = _NO_HEADERS
        self.response_headers = _NO_HEADERS

    def __repr__(self) -> str:
        get = self.data.get
        query = f"?{get('query')}" if get("query") else ""
        return f"<{self.number} {get('by')} {get('method')} {get('to')}{get('path')}{query} {get('status')}>"

    @property
    def weight(self) -> int:
        target = len(self.data["path"]) + len(self.data["query"])  # all else in the data is short
        return ENTRY_BYTES + target + len(self.request) + len(self.response) + self._headers_weight

    @property
    def _headers_weight(self) -> int:
        if self.ended is None:  # until then they are the connection's
            return 0
        both = chain(self.request_headers.items(), self.response_headers.items())
        return sum(map(len, chain.from_iterable(both)))

    @property
    def status(self) -> int | None:
        """The HTTP status of the answer; None where none came."""
        status: int | None = self.data["status"]
        return status

    @property
    def seconds(self) -> float:
        """How many seconds it took, by the simulation's clock; infinitely many where it has not ended."""
        return math.inf if self.ended is None else (self.ended - self.time).total_seconds()

    @property
    def target(self) -> str:
        """The path with its query, as in the request line."""
        query = self.data["query"]
        return f"{self.data['path']}?{query}" if query else str(self.data["path"])

    def json(self) -> Any:
        """Return the request's body, read as JSON; None where it is none."""
        return json_or_none(self.request)

    def answer(self) -> Any:
        """Return the response's body, read as JSON; None where it is none."""
        return json_or_none(self.response)

    @property
    def said(self) -> tuple[tuple[str, str | bytes], ...]:
        """What there is to show beside the data, by name: the header `retry_after`, and the bodies."""
        named = (
            ("retry_after", self.retry_after),
            ("request", self.request or None),
            ("response", self.response or None),
        )
        return tuple([(name, value) for name, value in named if value is not None])

    @property
    def is_short(self) -> bool:
        """Whether so little was said that it is cheap to keep."""
        return len(self.request) + len(self.response) <= SHORT

    def as_dict(self) -> dict[str, Any]:
        ended = {} if self.ended is None else {"ended": self.ended.isoformat()}
        return super().as_dict() | ended | _shown(self.said)


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
        # A gateway asks the same questions minute after minute, and most of a line is what it was the last time.
        self._members = lru_cache(REMEMBERED)(self._write_members)
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
            self._members.cache_clear()

    def line(self, entry: Entry) -> str:
        """Return `entry` as one line of JSON, redacted."""
        return self._line_of(entry) if isinstance(entry, Exchange) else self.redact(_LINES.encode(entry.as_dict()))

    def _line_of(self, exchange: Exchange) -> str:
        """Return the line of an exchange: its number and times, and what is nearly always as it was before."""
        members = self._members if exchange.is_short else self._write_members
        ended = exchange.ended
        parts = (
            f'"number":{exchange.number},"time":"{exchange.time.isoformat()}","kind":"exchange"',
            members(tuple(exchange.data.items())),
            "" if ended is None else f'"ended":"{ended.isoformat()}"',
            members(exchange.said),
        )
        return f"{{{','.join(filter(None, parts))}}}"

    def _write_members(self, members: tuple[tuple[str, Any], ...]) -> str:
        """Return members of an object as JSON, without its braces, redacted."""
        return self.redact(_LINES.encode(_shown(members, self.redact))[1:-1])

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


def _shown(members: Iterable[tuple[str, Any]], redact: Callable[[str], str] = str) -> dict[str, Any]:
    """Return members with bodies as text; `redact` sees those that are cut beforehand."""
    return {name: _beginning(value, redact) if isinstance(value, bytes) else value for name, value in members}


def _beginning(body: bytes, redact: Callable[[str], str]) -> str:
    if len(body) <= BODY_LIMIT:
        return body.decode("utf-8", "replace")
    # A secret that stands across the end must be whole to be found.
    return redact(body[: BODY_LIMIT + LONGEST_SECRET].decode("utf-8", "replace"))[:BODY_LIMIT]
