"""What is wrong with a project, or not simulated, by file and key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.near_words import near

if TYPE_CHECKING:
    from collections.abc import Iterable

CUTOFF = 0.7


class Severity(StrEnum):
    """How bad it is; the values are the words of the report."""

    ERROR = "error"  # cannot be read, or CHT would do nothing with it: not deployed
    WARNING = "warning"  # deployed, but probably not what was meant
    NOT_SIMULATED = "not simulated"  # deployed or left out, and nothing here acts on it


@dataclass(frozen=True)
class Complaint:
    """One thing; `file` is relative to the project, `key` a path of keys with dots, or empty."""

    severity: Severity
    file: str
    key: str
    text: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.file, self.key, self.text) if part)


class Complaints(list[Complaint]):
    """All that there are, in the order in which they were found."""

    def error(self, file: str, key: str, text: str) -> None:
        self.append(Complaint(Severity.ERROR, file, key, text))

    def warning(self, file: str, key: str, text: str) -> None:
        self.append(Complaint(Severity.WARNING, file, key, text))

    def not_simulated(self, file: str, key: str, text: str) -> None:
        self.append(Complaint(Severity.NOT_SIMULATED, file, key, text))

    def of(self, severity: Severity) -> list[Complaint]:
        return [each for each in self if each.severity is severity]


class ProjectError(UsageError):
    """A project that cannot be deployed; the text has a line for each error."""

    def __init__(self, folder: object, errors: Iterable[Complaint]) -> None:
        lines = "".join(f"\n  {each}" for each in errors)
        super().__init__(f"the CHT project {folder} cannot be deployed:{lines}")


def meant(word: str, known: Iterable[str], cutoff: float = CUTOFF) -> str:
    """Return `did you mean …?` with the words of `known` that are near, or nothing."""
    found = near(word, known, cutoff)
    return f"did you mean {' or '.join(map(repr, found))}?" if found else ""
