"""Views: what map functions emitted for documents, kept in order, and brought up to date by what changed.

Which rows of a view a client asks for is the subject of `queries`, who calls the functions that of `designs`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING, Any, NamedTuple

from .collation import SortKey, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Emitted = Sequence[Any]
    """A key and a value."""


class Row(NamedTuple):
    """One row of a view; rows compare in the order of the view: key, then document, then order of emission."""

    order: SortKey
    id: str
    place: int
    key: Any
    value: Any


class ViewIndex:
    """The rows of one view.

    `seq` says up to which change of the database they are right, `mapped` how many documents were mapped for that so
    far. `function` is the number of the map function, `reduce` what reduces the rows.
    """

    def __init__(self, function: int, reduce: str | None = None) -> None:
        self.function = function
        self.reduce = reduce
        self.rows: list[Row] = []
        self.seq = 0
        self.mapped = 0
        self._by_document: dict[str, list[Row]] = {}

    def update(self, emitted: Iterable[tuple[str, Sequence[Emitted] | None]], seq: int) -> None:
        """Take what documents emit now (None: they are deleted); the index is then right up to `seq`."""
        fresh: list[Row] = []
        outdated: list[Row] = []
        for identifier, pairs in emitted:
            if pairs is not None:
                self.mapped += 1
            former = self._by_document.get(identifier, [])
            if _are_same(former, pairs or []):
                continue  # to move rows is what costs in a long view
            outdated += self._by_document.pop(identifier, [])
            if pairs:
                rows = [Row(sort_key(key), identifier, place, key, value) for place, (key, value) in enumerate(pairs)]
                self._by_document[identifier] = rows
                fresh += rows
        self._remove(outdated)
        self._insert(fresh)
        self.seq = seq

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


def _are_same(rows: Sequence[Row], pairs: Sequence[Emitted]) -> bool:
    held = [[row.key, row.value] for row in rows]
    return held == list(pairs) and repr(held) == repr(list(pairs))  # true equals 1, and is another key


def _position(row: Row) -> tuple[SortKey, str, int]:
    return row[:3]


def _is_bulk(some: list[Row], rows: list[Row]) -> bool:
    # One by one costs a move of the list each; from about one row in sixteen on, one pass is cheaper.
    return len(some) * 16 > len(rows)
