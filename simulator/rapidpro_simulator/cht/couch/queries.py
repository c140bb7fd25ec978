"""Which rows of a view, or of `_all_docs`, a client asks for: ranges, keys, paging, and reduction.

Works on rows in order; reading the parameters off the wire is the subject of `parameters`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .collation import sort_key
from .errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from .documents import JSON
    from .reducers import Reducer
    from .views import Row

UNSET: Any = object()
"""No key was given; null is a key."""

AFTER_EVERY_ID = "\U0010ffff"
PARSE_ERROR = "query_parse_error"
NO_ROWS_POSSIBLE = "No rows can match your key range, reverse your start_key and end_key or set {descending=true}"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ViewQuery:
    """The parameters of a view, under CouchDB's names. `limit` and `skip` count rows of the whole answer."""

    key: Any = UNSET
    keys: Sequence[Any] | None = None
    startkey: Any = UNSET
    startkey_docid: str | None = None
    endkey: Any = UNSET
    endkey_docid: str | None = None
    inclusive_end: bool = True
    descending: bool = False
    limit: int | None = None
    skip: int = 0
    include_docs: bool = False
    conflicts: bool = False
    attachments: bool = False
    update_seq: bool = False
    reduce: bool | None = None
    group: bool = False
    group_level: int | None = None


@dataclass(frozen=True)
class Ordered(Generic[T]):
    """Items in the order of their `position`: the key's order, then the document's identifier."""

    items: Sequence[T]
    position: Callable[[T], tuple[Any, str]]
    order: Callable[[Any], Any]

    def ranges(self, query: ViewQuery) -> list[range]:
        """Return the places of the items that `query` selects, as ranges, in the order it wants them."""
        if query.keys is not None:
            keys = reversed(query.keys) if query.descending else query.keys
            return [self._range(query, key, key) for key in keys]
        if query.key is not UNSET:
            return [self._range(query, query.key, query.key)]
        return [self._range(query, query.startkey, query.endkey)]

    def _range(self, query: ViewQuery, start: Any, end: Any) -> range:
        self._refuse_backwards(query, start, end)
        if not query.descending:
            low = self._first(start, query.startkey_docid)
            if query.inclusive_end:
                return range(low, self._behind(end, query.endkey_docid))
            return range(low, len(self.items) if end is UNSET else self._first(end, query.endkey_docid))
        high = self._behind(start, query.startkey_docid)
        if query.inclusive_end:
            low = self._first(end, query.endkey_docid)
        else:
            low = 0 if end is UNSET else self._behind(end, query.endkey_docid)
        return range(high - 1, low - 1, -1)

    def _refuse_backwards(self, query: ViewQuery, start: Any, end: Any) -> None:
        if start is UNSET or end is UNSET:
            return
        first, last = (end, start) if query.descending else (start, end)
        if self.order(first) > self.order(last):
            raise BadRequest(NO_ROWS_POSSIBLE, PARSE_ERROR)

    def _first(self, key: Any, identifier: str | None) -> int:
        if key is UNSET:
            return 0
        return bisect_left(self.items, (self.order(key), identifier or ""), key=self.position)

    def _behind(self, key: Any, identifier: str | None) -> int:
        if key is UNSET:
            return len(self.items)
        return bisect_right(self.items, (self.order(key), identifier or AFTER_EVERY_ID), key=self.position)

    def select(self, query: ViewQuery) -> tuple[int, list[T]]:
        """Return how many items come before the first selected one, and the page of items that `query` wants."""
        ranges = self.ranges(query)
        places = (place for each in ranges for place in each)
        page = [self.items[place] for place in islice(places, query.skip, _stop(query))]
        return self._offset(ranges, query), page

    def _offset(self, ranges: list[range], query: ViewQuery) -> int:
        if not ranges or query.keys is not None:
            return 0
        before = len(self.items) - 1 - ranges[0].start if query.descending else ranges[0].start
        return min(len(self.items), before + query.skip)


def ordered_rows(rows: Sequence[Row]) -> Ordered[Row]:
    """Return the rows of a view, to be selected from."""
    return Ordered(rows, lambda row: row[:2], sort_key)


def ordered_ids(ids: Sequence[str]) -> Ordered[str]:
    """Return the identifiers of `_all_docs`, to be selected from: by their bytes, not by collation."""
    return Ordered(ids, lambda identifier: ((1, identifier), identifier), _raw_order)


def _raw_order(key: Any) -> tuple[Any, ...]:
    return (1, key) if isinstance(key, str) else (0, "")


def reduce_rows(rows: Sequence[Row], reduce: Reducer, query: ViewQuery) -> list[JSON]:
    """Return the rows that `reduce` makes of what `query` selects.

    Raises `BadRequest` in CouchDB's words where several keys are asked for without grouping.
    """
    grouped = query.group or bool(query.group_level)
    if query.keys is not None and not grouped:
        raise BadRequest("Multi-key fetches for reduce views must use `group=true`", PARSE_ERROR)
    ordered = ordered_rows(rows)
    if not grouped:
        chosen = [rows[place] for each in ordered.ranges(query) for place in each]
        reduced = [{"key": None, "value": reduce(chosen)}] if chosen else []
    else:
        reduced = [row for each in ordered.ranges(query) for row in _groups(rows, each, reduce, query)]
    return reduced[query.skip : _stop(query)]


def _groups(rows: Sequence[Row], places: range, reduce: Reducer, query: ViewQuery) -> Iterator[JSON]:
    def shorten(key: Any) -> Any:
        return key[: query.group_level] if query.group_level and isinstance(key, list) else key

    for _, group in groupby((rows[place] for place in places), key=lambda row: sort_key(shorten(row.key))):
        members = list(group)
        yield {"key": shorten(members[0].key), "value": reduce(members)}


def _stop(query: ViewQuery) -> int | None:
    return None if query.limit is None else query.skip + query.limit
