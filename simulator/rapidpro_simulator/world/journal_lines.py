"""The lines of a saved journal: entries as JSON, redacted.

A gateway asks the same questions minute after minute: most of a line is what it was in a line before, and remembered.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .entries import Entry, Exchange, said

if TYPE_CHECKING:
    from collections.abc import Callable

REMEMBERED = 1024  # parts of lines

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str, check_circular=False)


class Lines:
    """Writes entries as lines, without what `redact` takes out of them."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._members = lru_cache(REMEMBERED)(self._write_members)
        self._said = lru_cache(REMEMBERED)(self._write_said)

    def forget(self) -> None:
        """Write every line afresh from now on: there is another secret."""
        self._members.cache_clear()
        self._said.cache_clear()

    def line(self, entry: Entry) -> str:
        """Return `entry` as one line of JSON, redacted."""
        return self._line_of(entry) if isinstance(entry, Exchange) else self._redact(_JSON.encode(entry.as_dict()))

    def _line_of(self, exchange: Exchange) -> str:
        """Return the line of an exchange: its number and times, and what is nearly always as it was before."""
        data, ended = exchange.data, exchange.ended
        write = self._said if exchange.is_short else self._write_said
        return "".join(
            (
                f'{{"number":{exchange.number},"time":"{exchange.time.isoformat()}","kind":"exchange"',
                self._members(tuple(data), tuple(data.values())),
                "" if ended is None else f',"ended":"{ended.isoformat()}"',
                write(exchange.retry_after, exchange.request, exchange.response),
                "}",
            )
        )

    def _write_members(self, names: tuple[str, ...], values: tuple[Any, ...]) -> str:
        """Return further members of an object as JSON, redacted."""
        members = _JSON.encode(dict(zip(names, values, strict=True)))[1:-1]
        return self._redact(f",{members}") if members else ""

    def _write_said(self, retry_after: str | None, request: bytes, response: bytes) -> str:
        shown = said(retry_after, request, response, self._redact)
        return self._write_members(tuple(shown), tuple(shown.values()))
