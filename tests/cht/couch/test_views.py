"""Views: the order of keys, the index, and which rows a query selects."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch import BadRequest, Database, NotFound
from rapidpro_simulator.cht.couch.collation import sort_key
from rapidpro_simulator.cht.couch.parameters import read_query
from rapidpro_simulator.cht.couch.queries import ViewQuery, ordered_rows, reduce_rows
from rapidpro_simulator.cht.couch.query_server import QueryServer
from rapidpro_simulator.cht.couch.reducers import reducer_of

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch.views import Row

steady = settings(derandomize=True, deadline=None)

# The order that CouchDB's documentation gives, with the strings that CHT's keys need.
ORDER: list[Any] = [
    None,
    False,
    True,
    -5,
    0,
    1,
    1.5,
    2,
    1_795_251_577_761,
    "",
    " ",
    "_",
    "-",
    ".",
    "+1",
    "0",
    "10",
    "2",
    "a",
    "A",
    "á",
    "aa",
    "ab",
    "aB",
    "b",
    "B",
    "ba",
    "bb",
    "forwarded-to-gateway",
    "pending",
    "pending-or-forwarded",
    "sent",
    "z",
    "ж",
    "\ufff0",
    [],
    [None],
    ["a"],
    ["a", 1],
    ["a", 2],
    ["a", "\ufff0"],
    ["b"],
    ["b", {}],
    {},
    {"a": 1},
    {"a": 2},
    {"a": 2, "b": 0},
    {"b": 1},
]

KEYS = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "A", "b", "ab", "é", "\ufff0"]),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


SERVER = QueryServer(lambda: datetime(2026, 3, 2, tzinfo=UTC))
EMIT = "function (doc) { doc.keys.forEach(function (key) { emit(key, doc._id); }); }"


def database_with_view(reduce: str | None = None) -> Database:
    database = Database("test", lambda: "new", SERVER)
    view = {"map": EMIT} if reduce is None else {"map": EMIT, "reduce": reduce}
    database.put({"_id": "_design/d", "views": {"v": view}})
    return database


def reduced(database: Database, query: ViewQuery) -> list[dict[str, Any]]:
    index = database.view("d", "v")
    return reduce_rows(index.rows, reducer_of(index.reduce or "", database.design("d")), query)


def test_collation() -> None:
    """Keys sort as CouchDB sorts them."""
    assert [pair for pair in pairwise(ORDER) if not sort_key(pair[0]) < sort_key(pair[1])] == []


@steady
@given(KEYS, KEYS)
def test_different_keys_are_not_equal(one: Any, other: Any) -> None:
    """Two keys sort alike only where they are the same JSON value."""
    same = one == other and repr(one) == repr(other)
    assert (sort_key(one) == sort_key(other)) == same


WRITES = st.lists(st.tuples(st.sampled_from("abcd"), st.lists(KEYS, max_size=3) | st.just(None)), max_size=12)


@steady
@given(st.lists(WRITES, min_size=1, max_size=4))
def test_index_equals_a_full_map(rounds: list[list[tuple[str, list[Any] | None]]]) -> None:
    """However often it was read in between, a view holds what mapping every document anew would give."""
    database = database_with_view()
    for writes in rounds:
        for identifier, keys in writes:
            current = database.find(identifier) or {"_id": identifier}
            if keys is not None:
                database.put({**current, "keys": keys})
            elif "_rev" in current:
                database.delete(identifier, current["_rev"])
        database.view("d", "v")
    read = [(row.key, row.id) for row in database.view("d", "v").rows]
    anew = [(key, doc["_id"]) for doc in database.documents() for key in doc.get("keys", [])]
    assert read == sorted(anew, key=lambda row: (sort_key(row[0]), row[1]))


def test_only_what_changed_is_mapped() -> None:
    """A view that is read after one document changed maps one document."""
    database = database_with_view()
    revs = {row["id"]: row["rev"] for row in database.bulk([{"_id": f"{n:03}", "keys": [n]} for n in range(200)])}
    before = database.view("d", "v").mapped
    database.put({"_id": "007", "_rev": revs["007"], "keys": [7000]})
    index = database.view("d", "v")
    assert (before, index.mapped, index.rows[-1].key, len(index.rows)) == (200, 201, 7000, 200)


@pytest.mark.parametrize(("before", "after"), [(True, 1), (1, True), ("1", 1), ([1], [True]), ({"a": 0}, {"a": False})])
def test_alike_and_not_the_same(before: Any, after: Any) -> None:
    """A row whose key only looks the same is another row."""
    database = database_with_view()
    rev = database.put({"_id": "a", "keys": [before]})
    database.view("d", "v")
    database.put({"_id": "a", "_rev": rev, "keys": [after]})
    assert repr([row.key for row in database.view("d", "v").rows]) == repr([after])


@pytest.mark.parametrize("keys", [7, [[1, 2, 3]], None])
def test_failing_map(keys: Any) -> None:
    """A document that the map function stumbles over has no rows, and the others have theirs."""
    database = database_with_view()
    database.bulk([{"_id": "bad"} if keys is None else {"_id": "odd", "keys": keys}, {"_id": "good", "keys": [1]}])
    assert "good" in [row.id for row in database.view("d", "v").rows]


def test_view_without_design_document() -> None:
    """A view exists as long as its design document."""
    database = database_with_view()
    database.delete("_design/d", database.get("_design/d")["_rev"])
    with pytest.raises(NotFound, match="deleted"):
        database.view("d", "v")


ROWS = [("a", 1), ("b", 1), ("c", 1), ("a", 2), ("b", 3), ("c", ["x", 1]), ("a", ["x", 2]), ("b", ["y", 1])]


def select(**parameters: str) -> list[str]:
    database = database_with_view()
    keys: dict[str, list[Any]] = {}
    for identifier, key in ROWS:
        keys.setdefault(identifier, []).append(key)
    database.bulk([{"_id": identifier, "keys": each} for identifier, each in keys.items()])
    _, page = ordered_rows(database.view("d", "v").rows).select(read_query(parameters))
    return [f"{row.id}{row.key}" for row in page]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"key": "1"}, ["a1", "b1", "c1"]),
        ({"key": "1", "descending": "true"}, ["c1", "b1", "a1"]),
        ({"startkey": "2", "endkey": "3"}, ["a2", "b3"]),
        ({"startkey": "2", "endkey": "3", "inclusive_end": "false"}, ["a2"]),
        ({"startkey": "3", "endkey": "1", "descending": "true"}, ["b3", "a2", "c1", "b1", "a1"]),
        ({"startkey": "3", "endkey": "1", "descending": "true", "inclusive_end": "false"}, ["b3", "a2"]),
        ({"startkey": "1", "startkey_docid": "b", "endkey": "2"}, ["b1", "c1", "a2"]),
        ({"startkey": "1", "endkey": "1", "end_key_doc_id": "b"}, ["a1", "b1"]),
        ({"startkey": "1", "endkey": "1", "endkey_docid": "b", "inclusive_end": "false"}, ["a1"]),
        ({"startkey": '["x"]', "endkey": '["x",{}]'}, ["c['x', 1]", "a['x', 2]"]),
        ({"startkey": '["x",0]', "endkey": '["x","\ufff0"]', "limit": "1"}, ["c['x', 1]"]),
        ({"keys": "[3,1]"}, ["b3", "a1", "b1", "c1"]),
        ({"keys": "[3,1]", "skip": "1", "limit": "2"}, ["a1", "b1"]),
        ({"keys": "[3,9,3]"}, ["b3", "b3"]),
        ({"keys": "[1,3]", "descending": "true"}, ["b3", "c1", "b1", "a1"]),
        ({"keys": "[]"}, []),
        ({"skip": "6"}, ["a['x', 2]", "b['y', 1]"]),
        ({"limit": "0"}, []),
        ({"endkey": "1", "inclusive_end": "false"}, []),
        ({"startkey": "1", "limit": "2", "stable": "true"}, ["a1", "b1"]),
        ({"key": "null"}, []),
    ],
)
def test_queries(parameters: dict[str, str], expected: list[str]) -> None:
    """A query selects rows by key and document, in the order of the view or of its keys."""
    assert select(**parameters) == expected


def naive_range(rows: list[Row], query: ViewQuery) -> list[Row]:
    """Select rows the slow way: look at each."""
    start, end = sort_key(query.startkey), sort_key(query.endkey)
    kept = [row for row in rows if start <= row.order < end or (query.inclusive_end and row.order == end)]
    stop = None if query.limit is None else query.skip + query.limit
    return kept[query.skip : stop]


@steady
@given(st.lists(KEYS, max_size=10), KEYS, KEYS, st.booleans(), st.integers(0, 3), st.none() | st.integers(0, 4))
def test_ranges_are_right(keys: list[Any], one: Any, other: Any, inclusive: bool, skip: int, limit: int | None) -> None:
    """A range holds the rows between its ends, whatever the keys are."""
    database = database_with_view()
    database.put({"_id": "x", "keys": keys})
    rows = database.view("d", "v").rows
    start, end = sorted([one, other], key=sort_key)
    query = ViewQuery(startkey=start, endkey=end, inclusive_end=inclusive, skip=skip, limit=limit)
    assert ordered_rows(rows).select(query)[1] == naive_range(rows, query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ViewQuery(), [{"key": None, "value": 4}]),
        (ViewQuery(key="none"), []),
        (
            ViewQuery(group=True),
            [{"key": ["a", 1], "value": 2}, {"key": ["a", 2], "value": 1}, {"key": ["b", 1], "value": 1}],
        ),
        (ViewQuery(group_level=1), [{"key": ["a"], "value": 3}, {"key": ["b"], "value": 1}]),
        (ViewQuery(group_level=1, descending=True, limit=1), [{"key": ["b"], "value": 1}]),
        (ViewQuery(startkey=["a"], endkey=["a", {}]), [{"key": None, "value": 3}]),
        (
            ViewQuery(keys=[["b", 1], ["a", 1]], group=True),
            [{"key": ["b", 1], "value": 1}, {"key": ["a", 1], "value": 2}],
        ),
    ],
)
def test_count(query: ViewQuery, expected: list[dict[str, Any]]) -> None:
    """`_count` counts the selected rows, all together or in groups."""
    database = database_with_view("_count")
    database.put({"_id": "x", "keys": [["a", 1], ["a", 1], ["a", 2], ["b", 1]]})
    assert reduced(database, query) == expected


def test_keys_need_groups() -> None:
    """Several keys cannot be reduced to one value."""
    with pytest.raises(BadRequest, match="group=true"):
        reduced(database_with_view("_count"), ViewQuery(keys=["a"]))
