"""The queries of `_find`: which index serves one, which documents it finds, and in what order."""

from __future__ import annotations

import base64
import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.collation import sort_key
from rapidpro_simulator.cht.couch.errors import BadRequest

from .fields import path_of, pick
from .indexes import ALL_DOCS, is_fixed, read_sort
from .selectors import read_selector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rapidpro_simulator.cht.couch.documents import JSON
    from rapidpro_simulator.cht.couch.views import Row

    from .indexes import Index
    from .selectors import Node

LIMIT = 25
NO_BOOKMARK = "nil"
NO_INDEX = "No matching index found, create an index to optimize query time."
NO_SORT_INDEX = "No index exists for this sort, try indexing by the sort fields."
# Members that are understood; those that change nothing here are `stable`, `update`, `r` and `stale`.
MEMBERS = frozenset(
    (
        *("selector", "use_index", "fields", "sort", "limit", "skip", "bookmark", "conflicts", "execution_stats"),
        *("stable", "stale", "update", "r", "partitioned", "allow_fallback"),
    )
)


@dataclass(frozen=True)
class Query:
    """One request to `_find`."""

    given: JSON
    selector: Node
    sort: list[tuple[str, str]] = field(default_factory=list)
    fields: list[str] | None = None
    limit: int = LIMIT
    skip: int = 0
    bookmark: tuple[Any, str] | None = None
    use_index: tuple[str, ...] = ()

    @property
    def descending(self) -> bool:
        return any(direction == "desc" for _, direction in self.sort)

    @property
    def sort_fields(self) -> list[str]:
        return [name for name, _ in self.sort]


def read_query(request: JSON) -> Query:
    """Return the query in a request's body; raises `BadRequest` in CouchDB's words."""
    if "selector" not in request:
        raise BadRequest("Missing required key: selector", "missing_required_key")
    for name in request:
        if name not in MEMBERS:
            raise BadRequest(f"Invalid key {name} for this request.", "invalid_key")
    return Query(
        given=request,
        selector=read_selector(request["selector"]),
        sort=read_sort(request.get("sort") or []),
        fields=_read_fields(request.get("fields")),
        limit=_read_count(request, "limit", LIMIT),
        skip=_read_count(request, "skip", 0),
        bookmark=_read_bookmark(request.get("bookmark")),
        use_index=_read_index(request.get("use_index")),
    )


def _read_fields(fields: Any) -> list[str] | None:
    if fields in (None, [], "all_fields"):
        return None
    if not isinstance(fields, list) or not all(isinstance(each, str) for each in fields):
        raise BadRequest(f"Invalid fields json: {json.dumps(fields)}", "invalid_fields_json")
    return fields


def _read_count(request: JSON, name: str, default: int) -> int:
    value = request.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadRequest(f"Expected a non-negative integer for {name}.", f"invalid_{name}")
    return value


def _read_index(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len(names) > 2:
        raise BadRequest(f"Invalid index name: {json.dumps(value)}", "invalid_index_name")
    return tuple(names)


def _read_bookmark(text: Any) -> tuple[Any, str] | None:
    if text in (None, "", NO_BOOKMARK):
        return None
    try:
        key, identifier = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (AttributeError, TypeError, ValueError):
        raise BadRequest(f"Invalid bookmark value: {json.dumps(text)}", "invalid_bookmark") from None
    return key, identifier


def write_bookmark(row: Row | None) -> str:
    """Return where a page ended, opaque to clients."""
    return NO_BOOKMARK if row is None else base64.urlsafe_b64encode(json.dumps([row.key, row.id]).encode()).decode()


def choose(query: Query, indexes: Sequence[Index]) -> tuple[Index, str | None]:
    """Return the index that serves the query best, and the warning that goes with it.

    Raises `BadRequest` (`no_usable_index`) where none has the order that is asked for.
    """
    usable = [index for index in indexes if index.serves(query.selector, query.sort_fields)]
    named = [index for index in usable if query.use_index and _is_named(index, query.use_index)]
    best = min(named or usable, key=lambda index: _rank(index, query), default=None)
    if best is None:
        if not ALL_DOCS.serves(query.selector, query.sort_fields):
            raise BadRequest(NO_SORT_INDEX, "no_usable_index")
        best = ALL_DOCS
    if query.use_index and not named:
        name = ", ".join(query.use_index)
        return best, f"{name} was not used because it does not contain a valid index for this query."
    narrows = best is not ALL_DOCS or bool(query.selector.conditions(("_id",)))
    return best, None if narrows else NO_INDEX


def _is_named(index: Index, names: tuple[str, ...]) -> bool:
    design = str(index.design).removeprefix("_design/")
    return design == names[0].removeprefix("_design/") and (len(names) == 1 or index.name == names[1])


def _rank(index: Index, query: Query) -> tuple[int, int, str, str]:
    return (-index.prefix(query.selector), len(index.fields), str(index.design), index.name)


def page(
    query: Query, index: Index, rows: Sequence[Row], fetch: Callable[[str], JSON]
) -> tuple[list[JSON], Row | None, int]:
    """Return the documents of a page, the row that it ended with, and how many documents were looked at."""
    found: list[JSON] = []
    last, skipped, examined = None, 0, 0
    for row in _rows(query, index, rows):
        if len(found) >= query.limit:
            break
        document = fetch(row.id)
        examined += 1
        if not query.selector.matches(document):
            continue
        if skipped < query.skip:
            skipped += 1
            continue
        found.append(document if query.fields is None else pick(document, query.fields))
        last = row
    return found, last, examined


def _rows(query: Query, index: Index, rows: Sequence[Row]) -> Iterator[Row]:
    low, high = (0, len(rows)) if index is ALL_DOCS else _range(query, index, rows)
    if query.bookmark is not None:
        key, identifier = query.bookmark
        # Identifiers are in the order of their bytes, keys in that of views.
        place = ((identifier,) if index is ALL_DOCS else sort_key(key), identifier)
        if query.descending:
            high = min(high, bisect_left(rows, place, key=_place))
        else:
            low = max(low, bisect_right(rows, place, key=_place))
    places = range(low, high)
    return (rows[place] for place in (reversed(places) if query.descending else places))


def _range(query: Query, index: Index, rows: Sequence[Row]) -> tuple[int, int]:
    """Return between which rows all matches are, by the fields that have one value and the range of the next."""
    fixed: list[Any] = []
    for name in index.fields:
        if not is_fixed(query.selector, name):
            low, high = _bounds(query.selector, name)
            return (
                bisect_left(rows, sort_key([*fixed, *low]), key=lambda row: row.order),
                _behind(rows, [*fixed, *high]),
            )
        fixed.append(next(value for operator, value in query.selector.conditions(path_of(name)) if operator == "$eq"))
    return bisect_left(rows, sort_key(fixed), key=lambda row: row.order), _behind(rows, fixed)


def _behind(rows: Sequence[Row], prefix: list[Any]) -> int:
    size, wanted = len(prefix), sort_key(prefix)[1]
    return bisect_right(rows, wanted, key=lambda row: row.order[1][:size])


def _bounds(selector: Node, name: str) -> tuple[list[Any], list[Any]]:
    conditions = selector.conditions(path_of(name))
    lows = [value for operator, value in conditions if operator in ("$gt", "$gte")]
    highs = [value for operator, value in conditions if operator in ("$lt", "$lte")]
    return ([max(lows, key=sort_key)] if lows else []), ([min(highs, key=sort_key)] if highs else [])


def _place(row: Row) -> tuple[Any, str]:
    return row[:2]
