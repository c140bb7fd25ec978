"""What a journal holds: events of the domain, and exchanges on the wire."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict, CIMultiDictProxy

from .bodies import json_or_none

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from multidict import MultiMapping

BODY_LIMIT = 16_384  # bytes of a body that are shown
ENTRY_BYTES = 1000  # of an entry with nothing in it, roughly
LONGEST_SECRET = 1024  # bytes of a secret that are looked for across that end
SHORT = 4096  # bytes of two bodies that are cheap to keep as they were shown

_NO_HEADERS: MultiMapping[str] = CIMultiDictProxy(CIMultiDict())


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
        return ENTRY_BYTES + sum([len(value) for value in self.data.values() if isinstance(value, str)])

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
    itself gave, where a fault struck after its work), `malformed` (why it was no request) and `unheard` (True where the
    caller had left before the answer, which was late) where there is something to say. Beside it are kept `ended` (UTC;
    None where it is under way), the bodies `request` and `response` as bytes, the `content_type` of the response and
    its `retry_after`, as the header has it; and the headers of both, where the journal `keeps_headers`.
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
    def is_short(self) -> bool:
        """Whether so little was said that it is cheap to keep."""
        return len(self.request) + len(self.response) <= SHORT

    def as_dict(self) -> dict[str, Any]:
        ended = {} if self.ended is None else {"ended": self.ended.isoformat()}
        return super().as_dict() | ended | said(self.retry_after, self.request, self.response)


def said(
    retry_after: str | None, request: bytes, response: bytes, redact: Callable[[str], str] = str
) -> dict[str, str]:
    """Return what there is to show of an exchange beside its data; `redact` sees the bodies that are cut beforehand."""
    header = {} if retry_after is None else {"retry_after": retry_after}
    bodies = {"request": request, "response": response}
    return header | {name: _beginning(body, redact) for name, body in bodies.items() if body}


def _beginning(body: bytes, redact: Callable[[str], str]) -> str:
    if len(body) <= BODY_LIMIT:
        return body.decode("utf-8", "replace")
    # A secret that stands across the end must be whole to be found.
    return redact(body[: BODY_LIMIT + LONGEST_SECRET].decode("utf-8", "replace"))[:BODY_LIMIT]
