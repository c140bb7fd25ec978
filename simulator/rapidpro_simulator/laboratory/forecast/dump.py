"""The open messages of documents that somebody took out of a CHT."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.moments import read_moment
from rapidpro_simulator.cht.messages.states import FINAL_STATES, POLLED_STATES, tasks_of
from rapidpro_simulator.cht.project.dumps import read_dump

from .incident import OpenMessages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

SILENT = ("muted", "unrecognised")  # neither sent nor asked about, so nothing becomes of them


def open_messages_in(path: Path, answer: str, start: datetime) -> list[OpenMessages]:
    """Return the messages in a dump that CHT will still send or ask about, alike ones counted together.

    `answer` is RapidPro's word for those that it was given. Raises `UsageError` for what cannot be read.
    """
    found = Counter(_open(read_dump(path), start))
    return [OpenMessages(state, count, answer=answer, due=due) for (state, due), count in found.items()]


def _open(documents: list[dict[str, Any]], start: datetime) -> Iterator[tuple[str, float]]:
    for document in documents:
        for task in tasks_of(document):
            state = str(task.get("state"))
            if state in FINAL_STATES or state in SILENT or (state in POLLED_STATES and not task.get("gateway_ref")):
                continue
            due = task.get("due") or task.get("timestamp") or document.get("reported_date")
            moment = read_moment(due, start.tzinfo or UTC)
            if moment is not None:
                yield from [(state, (moment - start).total_seconds())] * len(task.get("messages") or [None])
