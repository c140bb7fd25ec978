"""Requests that were parsed before, or that differ from such a one in nothing but what they ask for.

A gateway asks about one message after the other: thousands of requests, each with the headers of all others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from yarl import URL

from .latest import Latest

if TYPE_CHECKING:
    from aiohttp import StreamReader
    from aiohttp.http import RawRequestMessage

MOST = 1024  # requests, and kinds of them
PLAIN = re.compile(rb"/(?!/)[\w./?=&%~+,:-]{0,1000}")
"""A target that stands for nothing but a path and a query, whatever else is in the request."""

Parsed = tuple["RawRequestMessage", "StreamReader"]
"""A request as aiohttp's parser gives it: its head and its body."""


class ParsedRequests:
    """What aiohttp's parser has made of requests without a body; the oldest make room."""

    def __init__(self) -> None:
        self._requests: Latest[bytes, Parsed] = Latest(MOST)
        self._kinds: Latest[tuple[bytes, bytes], Parsed] = Latest(MOST)  # by all but the target

    def find(self, data: bytes) -> Parsed | None:
        """Return the request that `data` is; None where the parser has to say."""
        return self._requests.get(data) or self._alike(data)

    def remember(self, data: bytes, parsed: Parsed) -> None:
        """Keep a whole request without a body that came as `data`."""
        self._requests.keep(data, parsed)
        kind, target = _split(data)
        if PLAIN.fullmatch(target):
            self._kinds.keep(kind, parsed)

    def _alike(self, data: bytes) -> Parsed | None:
        kind, target = _split(data)
        known = self._kinds.get(kind)
        if known is None or not PLAIN.fullmatch(target):
            return None
        text = target.decode()
        path, _, query = text.partition("?")
        message = known[0]._replace(path=text, url=URL.build(path=path, query_string=query, encoded=True))
        found = message, known[1]
        self._requests.keep(data, found)
        return found


def _split(data: bytes) -> tuple[tuple[bytes, bytes], bytes]:
    method, _, rest = data.partition(b" ")
    target, _, rest = rest.partition(b" ")
    return (method, rest), target
