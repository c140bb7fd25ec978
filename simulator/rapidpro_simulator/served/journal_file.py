"""The file that a served world writes its journal to: whole lines, a turn of the event loop at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .plan import PlanError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from pathlib import Path

    from rapidpro_simulator.world.journal import Entry, Journal

BUFFER = 1 << 16  # bytes


class JournalFile:
    """Writes what is completed in `journal` to the file at `path`, from its first line until `close`.

    What happens in one turn of `loop` is written at its end, in one go: of a process that is killed, no more than that
    is missing. Raises `PlanError` where the file cannot be written.
    """

    def __init__(self, path: Path, journal: Journal, loop: AbstractEventLoop) -> None:
        try:
            self._file = path.open("w", encoding="utf-8", buffering=BUFFER)
        except OSError as error:
            raise PlanError(
                f"the journal {path} cannot be written: {error.strerror}; name another file with --journal"
            ) from None
        self._journal = journal
        self._loop = loop
        self._waits = False  # for the end of this turn
        self._write(journal.first_line())
        journal.listeners.append(self._record)

    def close(self) -> None:
        """Write what is left, and close the file."""
        self._journal.listeners.remove(self._record)
        self._file.close()

    def _record(self, entry: Entry) -> None:
        self._write(self._journal.line(entry))

    def _write(self, line: str) -> None:
        self._file.write(line + "\n")
        if not self._waits:
            self._waits = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._waits = False
        if not self._file.closed:
            self._file.flush()
