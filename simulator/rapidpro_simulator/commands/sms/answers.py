"""What a served simulation sends to a phone, as its journal tells: reading it costs no quota."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAUSE = 0.05  # seconds between two looks
QUIET = 0.5  # seconds after an answer in which another may follow


class AnswerWatch:
    """Watches a journal from now on."""

    def __init__(self, journal: Path) -> None:
        self._journal = journal
        self._read = journal.stat().st_size if journal.exists() else 0

    def answers(self, urn: str, seconds: float) -> Iterator[str]:
        """Yield the texts that `urn` gets after its own, within so many seconds, or until no more come for a while.

        What it gets before was said to an earlier text of its own, which the simulation was still at.
        """
        end, texted = time.monotonic() + seconds, False
        while time.monotonic() < end:
            for entry in self._news():
                if not _is_message_of(entry, urn):
                    continue
                if entry["direction"] == "in":
                    texted = True
                elif texted:
                    yield entry["text"]
                    end = min(end, time.monotonic() + QUIET)
            time.sleep(PAUSE)

    def _news(self) -> Iterator[dict[str, Any]]:
        try:
            with self._journal.open("rb") as file:
                file.seek(self._read)
                lines = file.read().splitlines(keepends=True)
        except OSError:
            return
        for line in lines:
            if not line.endswith(b"\n"):
                return  # it is still being written
            self._read += len(line)
            yield json.loads(line)


def _is_message_of(entry: dict[str, Any], urn: str) -> bool:
    return bool(entry["kind"] == "message.created" and entry["urn"] == urn)
