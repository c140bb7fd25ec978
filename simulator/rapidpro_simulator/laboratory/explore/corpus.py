"""What a search has seen, in a folder: a line for each world, written at once, so that a search can go on."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from rapidpro_simulator.world.errors import UsageError

from .causes import Cause

if TYPE_CHECKING:
    from pathlib import Path


WORLDS = "worlds.jsonl"


@dataclass(frozen=True)
class Visit:
    """A world that was lived through: the causes of what broke in it, by their titles.

    `error` says what kept it from being lived through, which is no fault of the gateway's; `sentences` are kept of
    worlds in which something broke.
    """

    number: int
    causes: tuple[str, ...] = ()
    error: str = ""
    sentences: str = ""
    new: tuple[Cause, ...] = field(default=())


class Corpus:
    """The visits of a search so far.

    A line that was broken off is no visit, and that world is visited again; so is one that ended in an error.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / WORLDS if folder is not None else None
        self.visits: dict[int, Visit] = {}
        self.causes: list[Cause] = []
        for visit in self._saved():
            self._note(visit)

    def add(self, visit: Visit) -> None:
        """Note a visit, and save it. Raises `OSError`."""
        self._note(visit)
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(f"\n{json.dumps(asdict(visit), ensure_ascii=False)}\n")  # the line before may be broken off

    def lacks(self, number: int) -> bool:
        """Say whether a world is to be visited yet."""
        return number not in self.visits or bool(self.visits[number].error)

    def errors(self) -> dict[str, list[int]]:
        """Return what has kept worlds from being lived through, each with the numbers of those worlds."""
        found: dict[str, list[int]] = {}
        for visit in self.visits.values():
            if visit.error:
                found.setdefault(visit.error, []).append(visit.number)
        return found

    def count(self, cause: Cause) -> int:
        """Return in how many worlds a cause was seen."""
        return sum(cause.title in visit.causes for visit in self.visits.values())

    def _note(self, visit: Visit) -> None:
        if self.lacks(visit.number):
            self.visits[visit.number] = visit
            self.causes += visit.new

    def _saved(self) -> list[Visit]:
        if self._file is None or not self._file.exists():
            return []
        visits = []
        for line in self._file.read_text(encoding="utf-8").splitlines():
            with suppress(json.JSONDecodeError):  # empty, or broken off
                visits.append(_visit(json.loads(line)))
        return visits


def keep_to_the_same_worlds(folder: Path, drawn_by: str) -> None:
    """Note in the folder of a corpus what gives worlds their numbers.

    Raises `UsageError` where those that are there already have theirs from something else.
    """
    note = folder / "drawn-by.txt"
    if not (folder / WORLDS).exists():
        folder.mkdir(parents=True, exist_ok=True)
        note.write_text(f"{drawn_by}\n", encoding="utf-8")
    elif note.exists() and (noted := note.read_text(encoding="utf-8").strip()) != drawn_by:
        raise UsageError(
            f"the worlds in {folder} were drawn by {noted}; now {drawn_by} would draw others: name another --corpus"
        )


def _visit(row: dict[str, object]) -> Visit:
    new = tuple(Cause(**{**each, "disturbances": tuple(each["disturbances"])}) for each in row.pop("new"))  # type: ignore[attr-defined]
    return Visit(**{**row, "causes": tuple(row["causes"]), "new": new})  # type: ignore[arg-type]
