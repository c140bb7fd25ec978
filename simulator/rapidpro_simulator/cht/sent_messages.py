"""The messages to phones in a CHT's documents, in the order in which the documents were reported."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .couch.views import ViewIndex
from .messages.states import TASK_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .couch.database import Database
    from .couch.views import Row
    from .site import Document

NO_FUNCTION = 0  # of a design document: the index is filled here


@dataclass(frozen=True)
class SentMessage:
    """A message in one of CHT's documents, and the task that holds its state."""

    document: Document
    task: Document
    message: Document

    @property
    def state(self) -> str:
        return str(self.task.get("state"))

    @property
    def entries(self) -> list[Document]:
        """The entries of its history."""
        return list(_objects(self.task.get("state_history")))

    @property
    def history(self) -> list[str]:
        return [str(entry.get("state")) for entry in self.entries]


def messages_of(document: Document) -> Iterator[SentMessage]:
    """Yield the messages of a document; what is none, in a document that somebody wrote by hand, is left out."""
    for tasks in TASK_LISTS:
        for task in _objects(document.get(tasks)):
            for message in _objects(task.get("messages")):
                yield SentMessage(document, task, message)


class SentMessages:
    """The messages of `database`, for who looks again and again: each look reads what has changed since the last."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._index = ViewIndex(NO_FUNCTION)

    def rows(self) -> Sequence[Row]:
        """Return a row for each message, whose value is the `gateway_ref` of its task."""
        if self._index.seq < self.database.update_seq:
            changed = self.database.changed_since(self._index.seq)
            emitted = ((id_, None if text is None else _emitted(json.loads(text))) for id_, text in changed)
            self._index.update(emitted, self.database.update_seq)
        return self._index.rows

    def read(self, rows: Iterable[Row]) -> Iterator[SentMessage]:
        """Yield the messages of `rows`."""
        for identifier, of_document in groupby(rows, key=lambda row: row.id):
            messages = list(messages_of(self.database.get(identifier)))
            for row in of_document:
                yield messages[row.place]


def _emitted(document: Document) -> list[list[Any]]:
    return [[document.get("reported_date", 0), each.task.get("gateway_ref")] for each in messages_of(document)]


def _objects(value: Any) -> Iterator[Document]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())
