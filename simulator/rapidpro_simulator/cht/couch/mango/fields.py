"""Names of fields in Mango: `a.b` is b in a; a dot that belongs to the name is written with a backslash."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

ABSENT: Any = object()
"""What stands where a document has no such field; null is a value."""

_SEPARATOR = re.compile(r"(?<!\\)\.")


@lru_cache(maxsize=1024)
def path_of(name: str) -> tuple[str, ...]:
    """Return the names along the way to the field `name`."""
    return tuple(part.replace("\\.", ".") for part in _SEPARATOR.split(name))


def value_at(document: Any, path: tuple[str, ...]) -> Any:
    """Return what a document has at `path`, or `ABSENT`; elements of arrays are named by their places."""
    for name in path:
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and name.isascii() and name.isdecimal() and int(name) < len(document):
            document = document[int(name)]
        else:
            return ABSENT
    return document


def pick(document: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Return the fields `names` of a document, each where it stands in it."""
    picked: dict[str, Any] = {}
    for name in names:
        path = path_of(name)
        value = value_at(document, path)
        if value is not ABSENT:
            _put(picked, path, value)
    return picked


def _put(target: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        inner = target.setdefault(name, {})
        if not isinstance(inner, dict):
            return
        target = inner
    target[path[-1]] = value
