"""What design documents do: maps, reduces, validations, as CouchDB's query server runs them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rapidpro_simulator.cht.couch import BadRequest, CouchError, Database, Forbidden, NotFound, Unauthorized
from rapidpro_simulator.cht.couch.designs import Design
from rapidpro_simulator.cht.couch.queries import ViewQuery, reduce_rows
from rapidpro_simulator.cht.couch.query_server import QueryServer
from rapidpro_simulator.cht.couch.reducers import reducer_of

NURSE = {"name": "nurse", "roles": ["mm-online"]}


@pytest.fixture
def logged() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def database(logged: list[tuple[str, str]]) -> Database:
    server = QueryServer(lambda: datetime(2026, 3, 2, 8, tzinfo=UTC))
    return Database("test", lambda: "new", server, lambda design, text: logged.append((design, text)))


def install(database: Database, **members: Any) -> None:
    current = database.find("_design/d") or {"_id": "_design/d"}
    database.put({**current, **members})


def rows(database: Database, source: str, **view: str) -> list[tuple[Any, Any]]:
    install(database, views={"v": {"map": source, **view}})
    return [(row.key, row.value) for row in database.view("d", "v").rows]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("function (doc) { emit(doc._id, doc.n); }", [("a", 1)]),
        ("(doc) => emit(doc._rev, null)", [("1-", None)]),
        ("function (doc) { emit(); };", [(None, None)]),
        ("// first\nfunction (doc) { emit(new Date().toISOString(), NaN); }", [("2026-03-02T08:00:00.000Z", None)]),
        ("function (doc) { emit(sum([1, 2, 3]), toJSON({ a: isArray([]) })); }", [(6, '{"a":true}')]),
        ("function (doc) { doc.n = 2; emit(doc.n); }", [(1, None)]),
        ("function (doc) { emit(typeof require, typeof process); }", [("function", "undefined")]),
        ("function (doc) { emit(1, doc); }", [(1, {"_id": "a", "_rev": "1-", "n": 1})]),
    ],
)
def test_map(database: Database, source: str, expected: list[Any]) -> None:
    """A map function finds around it what CouchDB gives it, and cannot change the document."""
    rev = database.put({"_id": "a", "n": 1})
    found = [
        tuple(
            "1-" if part == rev else {**part, "_rev": "1-"} if isinstance(part, dict) and "_rev" in part else part
            for part in pair
        )
        for pair in rows(database, source)
    ]
    assert found == expected


def test_failing_map_is_logged(database: Database, logged: list[tuple[str, str]]) -> None:
    """A document that a map function fails on has no rows, which is logged; the other documents have theirs."""
    database.bulk([{"_id": "bad"}, {"_id": "good", "keys": [1]}])
    assert rows(database, "function (doc) { emit(doc._id); doc.keys.forEach(function (key) { emit(key); }); }") == [
        (1, None),
        ("good", None),
    ]
    message = "TypeError: cannot read property 'forEach' of undefined"
    assert logged == [("d", f"function raised exception ({message}) with doc._id bad")]


def test_log(database: Database, logged: list[tuple[str, str]]) -> None:
    """What a function logs is logged."""
    database.put({"_id": "a"})
    rows(database, "function (doc) { log('seen'); log({ id: doc._id }); }")
    assert logged == [("d", "seen"), ("d", '{"id":"a"}')]


def test_library(database: Database) -> None:
    """Map functions share the modules below `views.lib`, which may need each other."""
    lib = {"a": "exports.two = require('./b').one + 1;", "b": "module.exports = { one: 1 };"}
    install(database, views={"lib": lib, "v": {"map": "function (doc) { emit(require('views/lib/a').two); }"}})
    database.put({"_id": "a"})
    assert [row.key for row in database.view("d", "v").rows] == [2]


@pytest.mark.parametrize("path", ["views/lib/nothing", "views/lib", "../secret"])
def test_no_such_module(database: Database, logged: list[tuple[str, str]], path: str) -> None:
    """A module that is not there is an error of the function that wants it."""
    install(database, views={"lib": {}, "v": {"map": f"function (doc) {{ emit(require('{path}')); }}"}})
    database.put({"_id": "a"})
    assert database.view("d", "v").rows == []
    assert "invalid_require_path" in logged[0][1]


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"views": {"v": {"map": "function (doc) {"}}}, "compilation_error"),
        ({"views": {"v": {"map": "1 + 1"}}}, "compilation_error"),
        ({"views": {"v": {"map": "function (doc) {}", "reduce": "("}}}, "compilation_error"),
        ({"views": {"v": {"map": 7}}}, "invalid_design_doc"),
        ({"views": {"v": "function (doc) {}"}}, "invalid_design_doc"),
        ({"views": []}, "invalid_design_doc"),
        ({"filters": "function () {}"}, "invalid_design_doc"),
    ],
)
def test_no_design_document(database: Database, members: dict[str, Any], error: str) -> None:
    """A design document whose functions are none is refused when it is stored."""
    with pytest.raises(BadRequest) as raised:
        install(database, **members)
    assert raised.value.error == error


def test_missing_view(database: Database) -> None:
    """A view that the design document does not name is not there, and neither is one without a map function."""
    install(database, views={"v": {"map": "function (doc) {}"}, "w": {}})
    for name in ("x", "w", "lib"):
        with pytest.raises(NotFound, match="missing_named_view"):
            database.view("d", name)


def test_map_without_end() -> None:
    """A map function without end is stopped as CouchDB stops it, and the next view is read."""
    database = Database("test", lambda: "new", QueryServer(lambda: datetime(2026, 3, 2, tzinfo=UTC), milliseconds=30))
    database.put({"_id": "a"})
    with pytest.raises(CouchError, match=r"os_process_error: OS process timed out\."):
        rows(database, "function (doc) { while (true) {} }")
    assert rows(database, "function (doc) { emit(1); }") == [(1, None)]


def test_edited_design_document(database: Database) -> None:
    """A view whose function changed is made anew; one that stayed keeps its rows."""
    database.put({"_id": "a"})
    same = {"map": "function (doc) { emit(doc._id); }"}
    install(database, views={"same": same, "other": {"map": "function (doc) { emit(1); }"}})
    database.view("d", "other")
    kept = database.view("d", "same")
    install(database, views={"same": same, "other": {"map": "function (doc) { emit(2); }"}})
    assert [row.key for row in database.view("d", "other").rows] == [2]
    assert database.view("d", "same") is kept
    assert kept.mapped == 1


def test_views_are_updated_together(database: Database) -> None:
    """Views of one design document that were read are brought up to date by one pass over what changed."""
    install(database, views={name: {"map": f"function (doc) {{ emit('{name}'); }}"} for name in ("one", "other")})
    database.put({"_id": "a"})
    one, other = database.view("d", "one"), database.view("d", "other")
    database.put({"_id": "b"})
    database.view("d", "one")
    assert (one.mapped, other.mapped, other.seq) == (2, 2, database.update_seq)


def test_design_documents_are_mapped_on_demand(database: Database) -> None:
    """Design documents are in a view only where its design document says so."""
    view = {"v": {"map": "function (doc) { emit(doc._id); }"}}
    install(database, views=view)
    assert database.view("d", "v").rows == []
    install(database, views=view, options={"include_design": True})
    assert [row.key for row in database.view("d", "v").rows] == ["_design/d"]


def reduced(database: Database, reduce: str, values: list[Any], **query: Any) -> Any:
    database.bulk([{"_id": f"{number:04}", "value": value} for number, value in enumerate(values)])
    install(database, views={"v": {"map": "function (doc) { emit(doc._id, doc.value); }", "reduce": reduce}})
    index, design = database.view("d", "v"), database.design("d")
    assert isinstance(design, Design)
    return [row["value"] for row in reduce_rows(index.rows, reducer_of(reduce, design), ViewQuery(**query))]


@pytest.mark.parametrize(
    ("reduce", "values", "expected"),
    [
        ("_count", [1, "x"], 2),
        ("_sum", [1, 2.5], 3.5),
        ("_sum", [[1, 2], [3], 4], [8, 2]),
        ("_sum", [{"a": 1, "b": {"c": 2}}, {"b": {"c": 3}, "d": [1]}], {"a": 1, "b": {"c": 5}, "d": [1]}),
        ("_stats", [2, 4], {"sum": 6, "count": 2, "min": 2, "max": 4, "sumsqr": 20}),
        ("_approx_count_distinct", [1, 1], 2),
        ("function (keys, values, rereduce) { return sum(values); }", [1, 2, 3], 6),
        ("function (keys, values, rereduce) { return rereduce ? sum(values) : keys.length; }", [1] * 250, 250),
    ],
)
def test_reduce(database: Database, reduce: str, values: list[Any], expected: Any) -> None:
    """Rows are reduced by CouchDB's own functions, or by JavaScript, of which the results are reduced again."""
    assert reduced(database, reduce, values) == [expected]


def test_stats_of_columns(database: Database) -> None:
    """Arrays of numbers have statistics column by column."""
    assert [each["sum"] for each in reduced(database, "_stats", [[1, 10], [2, 20]])[0]] == [3, 30]


def test_sum_of_texts(database: Database) -> None:
    """What cannot be summed is answered in CouchDB's words, as the value."""
    assert reduced(database, "_sum", [1, "x"])[0]["error"] == "builtin_reduce_error"
    with pytest.raises(CouchError, match="invalid_value"):
        reduced(database, "_stats", [])  # those of before


def test_growing_reduce(database: Database) -> None:
    """A reduce function that does not make less of its rows is refused."""
    with pytest.raises(CouchError, match="reduce_overflow_error"):
        reduced(database, "function (keys, values) { return values; }", ["x" * 100] * 60)


VALIDATE = """function (doc, old, user, security) {
  if (user.roles.indexOf('_admin') >= 0) return;
  if (doc._deleted) throw { forbidden: 'nothing is deleted' };
  if (doc.type === 'task') throw { unauthorized: 'log in as somebody else' };
  if (old && old.type !== doc.type) throw { forbidden: user.name + ' changes the type in ' + user.db };
  if (doc.type === 'broken') doc.none.at;
  if (doc.type === 'odd') throw { odd: 'text' };
}"""


@pytest.fixture
def validated(database: Database) -> Database:
    install(database, validate_doc_update=VALIDATE)
    return database


def test_validation(validated: Database) -> None:
    """A design document decides who may store what; administrators are asked about as well."""
    rev = validated.put({"_id": "a", "type": "person"}, NURSE)
    with pytest.raises(Forbidden, match="nurse changes the type in test"):
        validated.put({"_id": "a", "_rev": rev, "type": "clinic"}, NURSE)
    with pytest.raises(Unauthorized, match="somebody else"):
        validated.put({"_id": "b", "type": "task"}, NURSE)
    with pytest.raises(Forbidden, match="nothing is deleted"):
        validated.delete("a", rev, NURSE)
    assert validated.put({"_id": "a", "_rev": rev, "type": "clinic"}).startswith("2-")


@pytest.mark.parametrize(("kind", "error"), [("broken", "TypeError"), ("odd", "unknown_error")])
def test_failing_validation(validated: Database, kind: str, error: str) -> None:
    """A validation that fails by itself lets nothing through."""
    with pytest.raises(CouchError) as raised:
        validated.put({"_id": "a", "type": kind}, NURSE)
    assert raised.value.error == error
    assert validated.find("a") is None


def test_validated_one_by_one(validated: Database) -> None:
    """Of many documents, those that may be are stored."""
    stored = validated.bulk([{"_id": "a"}, {"_id": "b", "type": "task"}], NURSE)
    assert [row.get("error") for row in stored] == [None, "unauthorized"]


def test_replicated_edits_are_validated(validated: Database) -> None:
    """An edit that was made elsewhere needs to be valid here, and shows the history it has."""
    install(validated, validate_doc_update="function (doc) { throw { forbidden: toJSON(doc._revisions) }; }")
    with pytest.raises(Forbidden, match=r'\{"start":2,"ids":\["b","a"\]\}'):
        validated.replicate({"_id": "a", "_rev": "2-b", "_revisions": {"start": 2, "ids": ["b", "a"]}}, NURSE)


def test_no_validation_any_more(validated: Database) -> None:
    """A validation holds as long as its design document."""
    validated.delete("_design/d", validated.get("_design/d")["_rev"])
    assert validated.put({"_id": "a", "type": "task"}, NURSE)
