"""Columns of cht-conf's CSV files: a property, perhaps with its type, or a look-up in what other files have.

`name`, `weeks:int`, `reference_id:excluded`, `parent:GET health_center WHERE reference_id=COL_VAL`. A property may be a
path: `contact.phone`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

EXCLUDED = "excluded"
LOOK_UP = re.compile(r"GET (?:(?P<part>\w+) OF )?(?P<kind>\w+) WHERE (?P<column>\w+)\s*=\s*COL_VAL")


@dataclass(frozen=True)
class LookUp:
    """Another document, or a `part` of it: the one of `kind` with the cell's text in `column`."""

    kind: str
    column: str
    part: str | None


@dataclass(frozen=True)
class Column:
    """A column: `convert` makes a value of a cell; `is_stored` says whether it is part of the document."""

    path: str
    convert: Callable[[str], Any]
    look_up: LookUp | None = None
    is_stored: bool = True


def read_column(header: str) -> Column:
    """Return what a column is. Raises `ValueError` for a type that there is not."""
    path, _, kind = header.strip().partition(":")
    kind = kind.strip()
    if match := LOOK_UP.fullmatch(kind):
        return Column(path, str, LookUp(match["kind"], match["column"], match["part"]))
    if kind == EXCLUDED:
        return Column(path, str, is_stored=False)
    if kind and kind not in TYPES:
        raise ValueError(f"has the type {kind!r}; there are: {', '.join(TYPES)}, {EXCLUDED}, and GET … WHERE …=COL_VAL")
    return Column(path, TYPES[kind or "string"])


def put(document: dict[str, Any], path: str, value: Any) -> None:
    """Set the property at a path with dots."""
    *above, last = path.split(".")
    for key in above:
        document = document.setdefault(key, {})
    document[last] = value


def _truth(text: str) -> bool:
    words = {"true": True, "false": False, "1": True, "0": False}
    if text.lower() not in words:
        raise ValueError(f"{text!r} is neither true nor false")
    return words[text.lower()]


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _timestamp(text: str) -> int:
    return int(text) if text.lstrip("-").isdecimal() else round(_instant(text).timestamp() * 1000)


def _date(text: str) -> str:
    return _instant(text).date().isoformat()


TYPES: dict[str, Callable[[str], Any]] = {
    "string": str,
    "int": int,
    "float": float,
    "bool": _truth,
    "date": _date,
    "timestamp": _timestamp,
}
"""What a cell may be, by the word behind the colon."""
