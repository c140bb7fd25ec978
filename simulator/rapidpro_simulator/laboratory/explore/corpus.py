"""What a search has seen, in a folder: a line for each world, written at once, so that a search can go on."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from fcntl import LOCK_EX, LOCK_NB, flock
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.output_files import require_folder, write_whole

from .causes import Cause

if TYPE_CHECKING:
    from collections.abc import Iterator
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
        """Note a visit, and save it. Raises `UsageError` where it cannot be saved."""
        self._note(visit)
        if self._file is not None:
            with _told(self._file, "written"):
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with self._file.open("a", encoding="utf-8") as file:
                    # The line before may be broken off.
                    file.write(f"\n{json.dumps(asdict(visit), ensure_ascii=False)}\n")

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

    def _saved(self) -> Iterator[Visit]:
        if self._file is None or not self._file.exists():
            return
        with _told(self._file, "read"):
            lines = self._file.read_bytes().split(b"\n")
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
            except ValueError:  # empty, or broken off, be it in the middle of a letter
                continue
            try:
                yield _visit(row)
            except (AttributeError, KeyError, TypeError):
                raise UsageError(f"{self._file}, line {number}, is no world that was visited") from None


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other searches out of the folder of a corpus, which is made if need be. Raises `UsageError`."""
    require_folder(folder)
    handle = os.open(folder, os.O_RDONLY)
    try:
        flock(handle, LOCK_EX | LOCK_NB)  # until this process ends, however that is
        yield
    except BlockingIOError:
        raise UsageError(f"another search goes on in {folder}: wait for its end, or name another --corpus") from None
    finally:
        os.close(handle)


def keep_to_the_same_worlds(folder: Path, drawn_by: str) -> None:
    """Note in the folder of a corpus what gives worlds their numbers.

    Raises `UsageError` where those that are there already have theirs from something else.
    """
    note = folder / "drawn-by.txt"
    if not (folder / WORLDS).exists():
        write_whole(note, f"{drawn_by}\n")
        return
    with _told(note, "read"):
        noted = note.read_text(encoding="utf-8", errors="replace").strip() if note.exists() else drawn_by
    if noted != drawn_by:
        raise UsageError(
            f"the worlds in {folder} were drawn by {noted or 'nobody knows what'}; now {drawn_by} would draw others: "
            "name another --corpus"
        )


@contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    """Raise `UsageError` for a file that cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be {what}: {error.strerror}") from None


def _visit(row: dict[str, Any]) -> Visit:
    new = tuple(Cause(**{**each, "disturbances": tuple(each["disturbances"])}) for each in row.pop("new"))
    return Visit(**{**row, "causes": tuple(row["causes"]), "new": new})
