"""Somebody else who edits a document just before a writer does: the writer then gets a real conflict."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass
class _Interference:
    remaining: int
    pattern: str


class Interferences:
    """Which of the writes to come are overtaken."""

    def __init__(self) -> None:
        self._planned: list[_Interference] = []

    def plan(self, count: int, pattern: str) -> None:
        """Let the next `count` writes to documents like `pattern` be overtaken."""
        self._planned.append(_Interference(count, pattern))

    def strikes(self, identifier: str) -> bool:
        """Say whether this write to a document that is there is overtaken; each strike is counted."""
        for interference in self._planned:
            if interference.remaining > 0 and fnmatchcase(identifier, interference.pattern):
                interference.remaining -= 1
                return True
        return False
