"""What a client wants to read: the `Accept` header (rapidpro 0.3, 1.2)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

MOST_INDENT = 8
_JSON = ("application/json", "application/*", "*/*")
_HTML = ("text/html", "text/*", "*/*")


class Accepted(NamedTuple):
    """How an answer may look. `indent`: the number of spaces, None for compact JSON."""

    json: bool
    html: bool
    indent: int | None


@lru_cache(maxsize=256)
def read_accept(header: str) -> Accepted:
    """Return what an `Accept` header allows; an empty one allows everything."""
    json = html = not header.strip()
    indent = None
    for part in header.split(","):
        name, *parameters = (word.strip().lower() for word in part.split(";"))
        json |= name in _JSON
        html |= name in _HTML
        if name == _JSON[0]:
            indent = next((_indent(word) for word in parameters if word.startswith("indent=")), indent)
    return Accepted(json, html, indent)


@lru_cache(maxsize=256)
def prefers_html(header: str) -> bool:
    """Say whether the documentation pages answer in HTML: they do unless JSON is asked for by name."""
    return "application/json" not in header.lower()


def _indent(word: str) -> int | None:
    number = word.partition("=")[2]
    return min(int(number), MOST_INDENT) if number.isdecimal() else None
