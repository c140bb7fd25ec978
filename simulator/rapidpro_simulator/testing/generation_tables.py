"""What differs between the generations of RapidPro behind its API; writes `docs/generations.md` from the data."""

from __future__ import annotations

import inspect
import re
import sys
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.versions import Version
from rapidpro_simulator.rapidpro.generations import GENERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SUBJECTS = ("mailroom", "flows", "courier", "access")
COLUMNS = ("v7", "v8", "community", "textit-2025", "textit-2026")
"""The generations, from the oldest to the newest."""

UNLIMITED = sys.maxsize
UNITS = (("day", timedelta(days=1)), ("minute", timedelta(minutes=1)), ("second", timedelta(seconds=1)))

HEADER = """# The generations of RapidPro

What differs between them behind the API. Written by `make generations` from the modules in
`simulator/rapidpro_simulator/rapidpro/generations/`: do not edit it. What is not here is alike in all of them; the
API's own keys, words and limits are in the modules `api`, `fields` and `words` of the same folder, rates in `rates`.
Numbers in brackets are sections of the specification. [fidelity-rapidpro.md](fidelity-rapidpro.md) names the tests.
"""

_FIELD = re.compile(r"    (?P<name>\w+): [^#]*(?:  # (?P<says>.+))?")


def tables() -> str:
    """Return the page: a table for each subject, with a row for each habit that is not the same in all generations."""
    return "\n".join([HEADER, *(line for subject in SUBJECTS for line in _table(subject))])


def differences(subject: str) -> dict[str, tuple[str, ...]]:
    """Return the habits of a subject in which generations differ, with the words for each of `COLUMNS`."""
    profiles = [getattr(GENERATIONS[name], subject) for name in COLUMNS]
    said = _sentences(type(profiles[0]))
    found: dict[str, tuple[str, ...]] = {}
    for name, values in _values(profiles):
        if any(value != values[0] for value in values):
            found[f"`{name}`: {said[name]}" if said.get(name) else f"`{name}`"] = tuple(map(shown, values))
    return found


def shown(value: Any) -> str:
    """Return a value in words."""
    if value == UNLIMITED:
        return "unlimited"
    if value is None or value == ():
        return "none"
    in_words = next((words for kind, words in WORDS if isinstance(value, kind)), str)
    return in_words(value)


def _table(subject: str) -> Iterator[str]:
    yield f"## {subject.capitalize()}\n"
    yield f"| what | {' | '.join(COLUMNS)} |"
    yield f"|---|{'---|' * len(COLUMNS)}"
    yield from (f"| {habit} | {' | '.join(values)} |" for habit, values in differences(subject).items())
    yield ""


def _values(profiles: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    for field in fields(profiles[0]):
        values = [getattr(profile, field.name) for profile in profiles]
        if is_dataclass(values[0]):
            yield from _values(values)
        else:
            yield field.name, values


def _sentences(profile: type) -> Mapping[str, str]:
    """Return what the comment behind each field says."""
    lines = map(_FIELD.fullmatch, inspect.getsource(profile).splitlines())
    return {line["name"]: line["says"] or "" for line in lines if line is not None}


def _duration(value: timedelta) -> str:
    for unit, length in UNITS:
        if value >= length and not value % length:
            number = value // length
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "none"


def _text(value: str) -> str:
    return f"`{value}`" if "\\" in value else value  # a regular expression


WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (int, lambda value: f"{value:,}"),
    (timedelta, _duration),
    (Version, str),
    (Enum, lambda value: value.name.lower()),
    (frozenset, lambda value: ", ".join(sorted(map(shown, value)))),
    (tuple, lambda value: ", ".join(map(shown, value))),
    (str, _text),
)
"""How values are told, by their kind; the first that fits counts."""


def main(path: str) -> None:
    """Write the page to `path`."""
    Path(path).write_text(tables(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
