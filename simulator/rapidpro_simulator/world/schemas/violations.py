"""What is wrong with an instance, in words that are the same with each version of `jsonschema`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema.exceptions import ValidationError

LONGEST_MESSAGE = 300  # characters of a complaint: it may quote a whole document

# Of these the library can only say that something "does not match" or "is not valid under any": where a schema has a
# title, "is not <title>" says more.
SAID_BY_TITLE = frozenset({"pattern", "not", "anyOf"})


@dataclass(frozen=True)
class Violation:
    """One thing wrong: which schema it breaks, where (a JSON path), and what is wrong there."""

    schema: str
    path: str
    message: str


def violation_of(name: str, error: ValidationError) -> Violation:
    """Return what an error of the library says about the schema called `name`."""
    return Violation(name, _path(error.absolute_path), _shorten(_describe(error)))


def _describe(error: ValidationError) -> str:
    title = error.schema.get("title") if isinstance(error.schema, dict) else None
    if title is None or error.validator not in SAID_BY_TITLE:
        return error.message
    return f"{error.instance!r} is not {title}"


def _path(steps: Iterable[str | int]) -> str:
    # The library has such a path too, but quotes other names in each of its versions.
    path = "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return path.encode(errors="backslashreplace").decode()  # JSON can name what no file can be written with


def _shorten(message: str) -> str:
    half = LONGEST_MESSAGE // 2
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:half]} … {message[-half:]}"
