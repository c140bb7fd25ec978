"""Views: what map functions make of documents, kept in order, and brought up to date by what changed.

Which rows of a view a client asks for is the subject of `queries`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from .collation import SortKey, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .documents import JSON

Emitted = tuple[Any, Any]


@dataclass(frozen=True)
class View:
    """A map function, which yields keys and values of a document, and the reduce function's name (`_count`) or None."""

    map: Callable[[JSON], Iterable[Emitted]]
    reduce: str | None = None


class Row(NamedTuple):
    """One row of a view; rows compare in the order of the view: key, then document, then order of emission."""

    order: SortKey
    id: str
    place: int
    key: Any
    value: Any


class ViewIndex:
    """The rows of one view. `seq` says up to which change of the database they are right."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.rows: list[Row] = []
        self.seq = 0
        self.mapped = 0
        self._by_document: dict[str, list[Row]] = {}

    def update(self, changed: Iterable[tuple[str, JSON | None]], seq: int) -> None:
        """Map the documents that `changed` (None: deleted); the index is then right up to `seq`."""
        fresh: list[Row] = []
        outdated: list[Row] = []
        for identifier, document in changed:
            outdated += self._by_document.pop(identifier, [])
            rows = [] if document is None else self._map(identifier, document)
            if rows:
                self._by_document[identifier] = rows
                fresh += rows
        self._remove(outdated)
        self._insert(fresh)
        self.seq = seq

    def _map(self, identifier: str, document: JSON) -> list[Row]:
        self.mapped += 1
        try:
            emitted = list(self.view.map(document))
        except (AttributeError, KeyError, TypeError, ValueError):
            return []  # CouchDB leaves a document out of a view whose map function fails on it
        return [Row(sort_key(key), identifier, place, key, value) for place, (key, value) in enumerate(emitted)]

    def _remove(self, outdated: list[Row]) -> None:
        if _is_bulk(outdated, self.rows):
            gone = {id(row) for row in outdated}
            self.rows = [row for row in self.rows if id(row) not in gone]
            return
        for row in outdated:
            del self.rows[bisect_left(self.rows, row[:3], key=_position)]

    def _insert(self, fresh: list[Row]) -> None:
        if _is_bulk(fresh, self.rows):
            self.rows = sorted([*self.rows, *fresh], key=_position)
            return
        for row in fresh:
            insort(self.rows, row, key=_position)


def _position(row: Row) -> tuple[SortKey, str, int]:
    return row[:3]


def _is_bulk(some: list[Row], rows: list[Row]) -> bool:
    # One by one costs a move of the list each; from about one row in sixteen on, one pass is cheaper.
    return len(some) * 16 > len(rows)
