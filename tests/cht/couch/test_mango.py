"""Mango: what selectors match, and what `_find` finds, with and without an index."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch import BadRequest, CouchError, Database, NotFound
from rapidpro_simulator.cht.couch.collation import sort_key
from rapidpro_simulator.cht.couch.mango.indexes import is_fixed
from rapidpro_simulator.cht.couch.mango.selectors import read_selector
from rapidpro_simulator.cht.couch.query_server import QueryServer

if TYPE_CHECKING:
    from .conftest import Wire

steady = settings(derandomize=True, deadline=None)
DOCUMENT = {
    "name": "Ann",
    "age": 30,
    "tags": ["a", "b"],
    "scores": [3, 8],
    "parent": {"_id": "p1", "name": "Kisii", "parent": {"_id": "p2"}},
    "a.b": 1,
    "none": None,
    "rows": [{"n": "ors", "q": 2}, {"n": "zinc", "q": 0}],
    "empty": [],
}


@pytest.mark.parametrize(
    "selector",
    [
        {},
        {"name": "Ann"},
        {"name": "Ann", "age": 30},
        {"parent.name": "Kisii"},
        {"parent": {"name": "Kisii", "parent": {"_id": "p2"}}},
        {"a\\.b": 1},
        {"tags.0": "a"},
        {"age": {"$gt": 29, "$lte": 30}},
        {"age": {"$gt": None}},
        {"age": {"$lt": "text"}},
        {"none": None},
        {"none": {"$exists": True}},
        {"nothing": {"$exists": False}},
        {"age": {"$ne": 31}},
        {"age": {"$in": [1, 30]}},
        {"tags": {"$in": ["b"]}},
        {"age": {"$nin": [1]}},
        {"tags": {"$all": ["b", "a"]}},
        {"tags": {"$all": [["a", "b"]]}},
        {"tags": {"$size": 2}},
        {"tags": {"$elemMatch": {"$eq": "a"}}},
        {"rows": {"$elemMatch": {"n": "ors", "q": {"$gt": 1}}}},
        {"scores": {"$allMatch": {"$gt": 2}}},
        {"parent": {"$keyMapMatch": {"$eq": "name"}}},
        {"age": {"$mod": [7, 2]}},
        {"name": {"$regex": "^A.n$"}},
        {"name": {"$beginsWith": "An"}},
        {"name": {"$type": "string"}, "tags": {"$type": "array"}, "none": {"$type": "null"}},
        {"$or": [{"age": 1}, {"age": 30}]},
        {"$or": []},
        {"$and": []},
        {"$and": [{"age": 30}, {"name": "Ann"}]},
        {"$nor": [{"age": 1}, {"name": "Bob"}]},
        {"$not": {"age": 1}},
        {"age": {"$not": {"$gt": 30}}},
        {"age": {"$or": [1, 30]}},
        {"name": {"$not": {"$regex": "B"}}},
        {"$not": {"nothing": {"$exists": True}}},
        {"name": {"$gt": "ANN"}},
    ],
)
def test_matches(selector: dict[str, Any]) -> None:
    """A selector matches a document, and its negation does not."""
    assert read_selector(selector).matches(DOCUMENT)
    if selector not in ({"$or": []}, {"$and": []}, {}):
        assert not read_selector({"$not": selector}).matches(DOCUMENT)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        (r"^\w+$", "Zuri", True),
        (r"^\w+$", "Zuriñe", False),
        (r"^\d+$", "٣", False),
        ("é", "café", True),
        ("^caf.$", "café", False),
        ("^caf..$", "café", True),
        ("Ann$", "Ann\n", True),
    ],
)
def test_patterns(pattern: str, text: str, matches: bool) -> None:
    """Patterns are Erlang's: they look at bytes, know ASCII alone, and a newline may follow the end."""
    assert read_selector({"name": {"$regex": pattern}}).matches({"name": text}) is matches


@pytest.mark.parametrize(
    "selector",
    [
        {"name": "ann"},
        {"nothing": None},
        {"nothing": {"$ne": 1}},
        {"nothing": {"$nin": [1]}},
        {"$not": {"nothing": 1}},
        {"$nor": [{"nothing": 1}]},
        {"nothing": {"$not": {"$regex": "x"}}},
        {"age": {"$in": []}},
        {"tags": {"$all": []}},
        {"empty": {"$allMatch": {"$gt": 2}}},
        {"name": {"$size": 3}},
        {"name": {"$mod": [2, 0]}},
        {"age": {"$regex": "3"}},
        {"age": True},
        {"name.first": "A"},
        {"tags.5": "a"},
        {"name": {"$gt": "a"}},
    ],
)
def test_does_not_match(selector: dict[str, Any]) -> None:
    """A field that is not there fulfils no condition, a negated one neither; texts compare by code points."""
    assert not read_selector(selector).matches(DOCUMENT)


@pytest.mark.parametrize(
    ("selector", "fixed"),
    [
        ({"age": 30}, True),
        ({"age": {"$not": {"$ne": 30}}}, True),
        ({"$nor": [{"age": {"$ne": 30}}]}, True),
        ({"age": {"$not": 30}}, False),
        ({"$or": [{"age": 30}]}, False),
        ({"age": {"$gte": 30}}, False),
    ],
)
def test_fixed(selector: dict[str, Any], fixed: bool) -> None:
    """A field has one value also where a negation says so: an index may use that."""
    assert is_fixed(read_selector(selector), "age") is fixed


@pytest.mark.parametrize(
    ("selector", "error"),
    [
        ([], "invalid_selector_json"),
        ({"a": {"$like": 1}}, "invalid_operator"),
        ({"a": {"$in": 1}}, "bad_arg"),
        ({"a": {"$size": -1}}, "bad_arg"),
        ({"a": {"$mod": [0, 1]}}, "bad_arg"),
        ({"a": {"$regex": "("}}, "bad_arg"),
        ({"a": {"$exists": 1}}, "bad_arg"),
        ({"$or": {}}, "bad_arg"),
        ({"a": {"$elemMatch": 1}}, "bad_arg"),
        ({"a": {"$text": "x"}}, "not_simulated"),
    ],
)
def test_unreadable(selector: Any, error: str) -> None:
    """What is no selector is refused by the name of what is wrong."""
    with pytest.raises(CouchError) as raised:
        read_selector(selector)
    assert raised.value.error == error


SERVER = QueryServer(lambda: datetime(2026, 3, 2, tzinfo=UTC))
PEOPLE: list[dict[str, Any]] = [
    {"_id": "ann", "name": "Ann", "age": 30, "place": "x"},
    {"_id": "bob", "name": "Bob", "age": 20, "place": "x"},
    {"_id": "cid", "name": "cid", "age": 40, "place": "y"},
    {"_id": "dan", "name": "Dan", "place": "y"},
]


@pytest.fixture
def people() -> Database:
    database = Database("test", lambda: "new", SERVER)
    database.bulk(PEOPLE)
    return database


def found(database: Database, **request: Any) -> list[str]:
    return [document["_id"] for document in database.finder.find({"selector": {}, **request})["docs"]]


def test_without_an_index(people: Database) -> None:
    """Without an index all documents are looked at, in the order of their identifiers, which is warned of."""
    answer = people.finder.find({"selector": {"age": {"$gt": 20}}})
    assert [document["_id"] for document in answer["docs"]] == ["ann", "cid"]
    assert answer["warning"].startswith("No matching index found")


def test_design_documents_are_not_found(people: Database) -> None:
    """Design documents are no answer to any query."""
    people.finder.create({"index": {"fields": ["age"]}})
    assert found(people) == ["ann", "bob", "cid", "dan"]


def test_sort_needs_an_index(people: Database) -> None:
    """An order that no index has is refused; with the index, documents without the field are left out."""
    with pytest.raises(BadRequest, match="No index exists for this sort") as raised:
        found(people, sort=["age"])
    assert raised.value.error == "no_usable_index"
    people.finder.create({"index": {"fields": ["age"]}})
    assert found(people, sort=["age"]) == ["bob", "ann", "cid"]
    assert found(people, sort=[{"age": "desc"}]) == ["cid", "ann", "bob"]
    assert found(people, sort=[{"_id": "desc"}]) == ["dan", "cid", "bob", "ann"]


def test_index_of_several_fields(people: Database) -> None:
    """A field that has one value does not disturb the order of the next."""
    people.finder.create({"index": {"fields": ["place", "age"]}, "name": "both", "ddoc": "places"})
    request = {"selector": {"place": "x"}, "sort": ["age"]}
    assert found(people, **request) == ["bob", "ann"]
    explained = people.finder.explain(request)
    assert (explained["index"]["ddoc"], explained["index"]["name"]) == ("_design/places", "both")
    assert "warning" not in people.finder.find({"selector": {"place": "x", "age": {"$gt": 1}}})


def test_partial_index(people: Database) -> None:
    """An index may hold some documents only."""
    people.finder.create({"index": {"fields": ["age"], "partial_filter_selector": {"place": "x"}}, "ddoc": "some"})
    assert found(people, selector={"age": {"$gt": 0}}, use_index="some") == ["bob", "ann"]


def test_index_follows_edits(people: Database) -> None:
    """An index knows of what was edited and deleted since it was used."""
    people.finder.create({"index": {"fields": ["age"]}})
    assert found(people, sort=["age"]) == ["bob", "ann", "cid"]
    people.put({**people.get("bob"), "age": 50})
    people.delete("cid", people.get("cid")["_rev"])
    assert found(people, sort=["age"]) == ["ann", "bob"]


def test_pages(people: Database) -> None:
    """A bookmark goes on where a page ended, in both directions and on any index."""
    people.finder.create({"index": {"fields": ["age"]}})
    for sort in ([], ["age"], [{"age": "desc"}]):
        request: dict[str, Any] = {"selector": {"age": {"$gt": 0}}, "sort": sort, "limit": 2}
        first = people.finder.find(request)
        second = people.finder.find({**request, "bookmark": first["bookmark"]})
        assert [each["_id"] for page in (first, second) for each in page["docs"]] == found(
            people, **{**request, "limit": 9}
        )
    assert found(people, skip=1, limit=1) == ["bob"]
    assert people.finder.find({"selector": {"age": 1}})["bookmark"] == "nil"


def test_fields(people: Database) -> None:
    """Only the fields that were asked for are answered."""
    people.put({"_id": "eve", "parent": {"_id": "p1", "name": "Kisii"}})
    answer = people.finder.find({"selector": {"_id": "eve"}, "fields": ["_id", "parent.name", "nothing"]})
    assert answer["docs"] == [{"_id": "eve", "parent": {"name": "Kisii"}}]


def test_unusable_index(people: Database) -> None:
    """An index that cannot serve the query is left aside, with a warning that names it."""
    people.finder.create({"index": {"fields": ["age"]}, "ddoc": "ages"})
    answer = people.finder.find({"selector": {"name": "Ann"}, "use_index": "ages"})
    assert [document["_id"] for document in answer["docs"]] == ["ann"]
    assert answer["warning"].startswith("ages was not used")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        ({}, "missing_required_key"),
        ({"selector": {}, "lmit": 1}, "invalid_key"),
        ({"selector": {}, "limit": -1}, "invalid_limit"),
        ({"selector": {}, "sort": "age"}, "invalid_sort_json"),
        ({"selector": {}, "sort": [{"age": "up"}]}, "invalid_sort_field"),
        ({"selector": {}, "sort": ["age", {"name": "desc"}]}, "unsupported_mixed_sort"),
        ({"selector": {}, "fields": "age"}, "invalid_fields_json"),
        ({"selector": {}, "bookmark": "?"}, "invalid_bookmark"),
        ({"selector": {}, "use_index": 7}, "invalid_index_name"),
    ],
)
def test_refused_queries(people: Database, request_: dict[str, Any], error: str) -> None:
    """What is no query is refused by the name of what is wrong."""
    with pytest.raises(BadRequest) as raised:
        people.finder.find(request_)
    assert raised.value.error == error


def test_indexes(people: Database) -> None:
    """Indexes are listed, made once, and removed with their design document."""
    created = people.finder.create({"index": {"fields": ["age"]}})
    again = people.finder.create({"index": {"fields": ["age"]}})
    assert (created["result"], again) == ("created", {**created, "result": "exists"})
    assert [index.name for index in people.finder.indexes()] == ["_all_docs", created["name"]]
    people.finder.delete(created["id"].removeprefix("_design/"), created["name"])
    assert people.design_ids == []
    with pytest.raises(NotFound):
        people.finder.delete("nothing", "x")


VALUES = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["", "a", "A", "b", "é"])
FIELDS = st.sampled_from(["x", "y"])
DOCUMENTS = st.lists(st.dictionaries(FIELDS, VALUES, max_size=2), max_size=8)
CONDITIONS = st.dictionaries(
    st.sampled_from(["$lt", "$lte", "$eq", "$ne", "$gte", "$gt"]), VALUES, min_size=1, max_size=2
)
SELECTORS = st.recursive(
    st.dictionaries(FIELDS, CONDITIONS | VALUES | st.booleans().map(lambda each: {"$exists": each}), max_size=2),
    lambda inner: st.tuples(st.sampled_from(["$and", "$or", "$nor"]), st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: {pair[0]: pair[1]}
    ),
    max_leaves=4,
)


def naive(selector: Any, document: dict[str, Any], *, positive: bool = True) -> bool:
    """Match as the reference describes it, word by word; a negated condition still wants the field."""
    verdicts = [_naive_member(name, argument, document, positive=positive) for name, argument in selector.items()]
    return (all if positive else any)(verdicts)


def _naive_member(name: str, argument: Any, document: dict[str, Any], *, positive: bool) -> bool:
    if name not in ("$and", "$or", "$nor"):
        return _naive_field(argument, document, name, positive=positive)
    wanted = positive is not (name == "$nor")
    parts = [naive(each, document, positive=wanted) for each in argument]
    return (all if (name == "$and") is wanted else any)(parts)


def _naive_field(argument: Any, document: dict[str, Any], name: str, *, positive: bool) -> bool:
    operators = argument if isinstance(argument, dict) else {"$eq": argument}
    return (all if positive else any)(
        _naive_operator(operator, wanted, document, name, positive=positive) for operator, wanted in operators.items()
    )


def _naive_operator(operator: str, wanted: Any, document: dict[str, Any], name: str, *, positive: bool) -> bool:
    if operator == "$exists":
        return ((name in document) is wanted) is positive
    if name not in document:
        return False
    order = _compare(document[name], wanted)
    verdict = {
        "$lt": order < 0,
        "$lte": order <= 0,
        "$eq": order == 0,
        "$ne": order != 0,
        "$gte": order >= 0,
        "$gt": order > 0,
    }[operator]
    return verdict is positive


def _compare(one: Any, other: Any) -> int:
    kinds = [type(None), bool, int, str]
    left, right = (kinds.index(type(each)) for each in (one, other))
    return (left > right) - (left < right) or (0 if one is None else (one > other) - (one < other))


@steady
@given(DOCUMENTS, SELECTORS)
def test_finds_what_a_naive_search_finds(documents: list[dict[str, Any]], selector: dict[str, Any]) -> None:
    """Without an index, `_find` finds what looking at each document finds."""
    database = Database("test", lambda: "new", SERVER)
    database.bulk([{"_id": str(number), **document} for number, document in enumerate(documents)])
    expected = [str(number) for number, document in enumerate(documents) if naive(selector, document)]
    assert found(database, selector=selector) == expected


@steady
@given(DOCUMENTS, SELECTORS, st.booleans())
def test_an_index_gives_the_same_in_its_order(
    documents: list[dict[str, Any]], selector: dict[str, Any], descending: bool
) -> None:
    """With an index, `_find` finds the same among the documents that have its field, in the order of views."""
    database = Database("test", lambda: "new", SERVER)
    database.finder.create({"index": {"fields": ["x"]}})
    database.bulk([{"_id": str(number), **document} for number, document in enumerate(documents)])
    numbers = [number for number, document in enumerate(documents) if "x" in document and naive(selector, document)]
    numbers.sort(key=lambda number: sort_key(documents[number]["x"]))
    expected = [str(number) for number in numbers]
    answer = found(database, selector=selector, sort=[{"x": "desc" if descending else "asc"}])
    if any(isinstance(document.get("x"), str) for document in documents):
        # Where texts are compared, the index cuts by collation and the selector by code points: both must agree.
        assert set(answer) <= set(expected)
    else:
        assert sorted(answer) == sorted(expected)
    keys = [sort_key(documents[int(each)]["x"]) for each in answer]
    assert keys == sorted(keys, reverse=descending)


def test_over_the_wire(wire: Wire) -> None:
    """Indexes are made, listed, explained, used and removed over HTTP."""
    wire.ask("PUT", "/other")
    for name, age in (("ann", 3), ("bob", 2)):
        wire.ask("PUT", f"/other/{name}", {"age": age})
    refused = wire.ask("POST", "/other/_find", {"selector": {}, "sort": ["age"]})
    assert (refused.status, refused.json["error"]) == (400, "no_usable_index")
    created = wire.ask("POST", "/other/_index", {"index": {"fields": ["age"]}, "ddoc": "ages", "name": "age"})
    assert created.json == {"result": "created", "id": "_design/ages", "name": "age"}
    assert [each["name"] for each in wire.ask("GET", "/other/_index").json["indexes"]] == ["_all_docs", "age"]
    assert wire.ask("POST", "/other/_explain", {"selector": {"age": 3}}).json["index"]["name"] == "age"
    answer = wire.ask("POST", "/other/_find", {"selector": {}, "sort": ["age"], "fields": ["_id"]})
    assert answer.json["docs"] == [{"_id": "bob"}, {"_id": "ann"}]
    assert wire.ask("DELETE", "/other/_index/_design/ages/json/age").json == {"ok": True}
    assert wire.ask("GET", "/other/_index").json["total_rows"] == 1
