"""The filters of the changes feed, against what looking at each document gives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch import Database
from rapidpro_simulator.cht.couch.query_server import QueryServer

if TYPE_CHECKING:
    from .conftest import Wire

steady = settings(derandomize=True, deadline=None)
SERVER = QueryServer(lambda: datetime(2026, 3, 2, tzinfo=UTC))
DESIGN = {
    "filters": {
        "kind": "function (doc, req) { return doc.type === req.query.type; }",
        "living": "function (doc) { return !doc._deleted; }",
        "mine": "function (doc, req) { return doc.owner === req.userCtx.name && req.method === 'GET'; }",
        "own": "function (doc) { return this.wanted.indexOf(require('lib/name').of(doc)) >= 0; }",
        "broken": "function (doc) { log('seen'); return doc.none.at; }",
    },
    "lib": {"name": "exports.of = function (doc) { return doc.name; };"},
    "wanted": ["ann"],
    "views": {"named": {"map": "function (doc) { if (doc.name) emit(doc.name); }"}},
}


@pytest.fixture
def followed(wire: Wire) -> Wire:
    wire.ask("PUT", "/other")
    wire.ask("PUT", "/other/_design/d", DESIGN)
    wire.ask("PUT", "/other/a", {"type": "person", "name": "ann", "owner": "admin"})
    wire.ask("PUT", "/other/b", {"type": "clinic"})
    wire.ask("DELETE", f"/other/b?rev={wire.ask('GET', '/other/b').json['_rev']}")
    return wire


def heard(wire: Wire, query: str, data: Any = None) -> list[str]:
    answer = wire.ask("GET" if data is None else "POST", f"/other/_changes?{query}", data)
    assert answer.status == 200, answer.json
    return [row["id"] for row in answer.json["results"]]


@pytest.mark.parametrize(
    ("query", "data", "expected"),
    [
        ("filter=d/kind&type=person", None, ["a"]),
        ("filter=d/kind&type=nothing", None, []),
        ("filter=d/living", None, ["_design/d", "a"]),
        ("filter=d/mine", None, ["a"]),
        ("filter=d/own", None, ["a"]),
        ("filter=_view&view=d/named", None, ["a"]),
        ("filter=_design", None, ["_design/d"]),
        ('filter=_doc_ids&doc_ids=["b"]', None, ["b"]),
        ("filter=_doc_ids", {"doc_ids": ["a"]}, ["a"]),
        ("filter=_selector", {"selector": {"type": "person"}}, ["a"]),
        ("filter=_selector", {"selector": {"_deleted": True}}, ["b"]),
        ("", {}, ["_design/d", "a", "b"]),
    ],
)
def test_filters(followed: Wire, query: str, data: Any, expected: list[str]) -> None:
    """A follower hears of what its filter lets through; functions see the document, the request and the user."""
    assert heard(followed, query, data) == expected


@pytest.mark.parametrize(
    ("query", "data", "status", "reason"),
    [
        ("filter=d/nothing", None, 404, "missing json key: nothing"),
        ("filter=e/kind", None, 404, "missing"),
        ("filter=kind", None, 400, "filter parameter must be of the form `designname/filtername`"),
        ("filter=_view", None, 400, "`view` filter parameter is not provided."),
        ("filter=_selector", {}, 400, "Selector must be specified in POST payload"),
        ("filter=_doc_ids", {"doc_ids": "a"}, 400, "`doc_ids` filter parameter is not a list."),
        ("filter=d/broken", None, 500, "Cannot read properties of undefined (reading 'at')"),
    ],
)
def test_refused_filters(followed: Wire, query: str, data: Any, status: int, reason: str) -> None:
    """A filter that is not there, or that fails, is answered as CouchDB answers it."""
    answer = followed.ask("GET" if data is None else "POST", f"/other/_changes?{query}", data)
    assert (answer.status, answer.json["reason"]) == (status, reason)


def test_filtered_pages(followed: Wire) -> None:
    """A page ends with the row that filled it; what follows is counted whether it would pass or not."""
    answer = followed.ask("GET", "/other/_changes?filter=d/kind&type=person&limit=1").json
    assert ([row["id"] for row in answer["results"]], answer["pending"]) == (["a"], 1)
    assert heard(followed, f"since={answer['last_seq']}") == ["b"]


def test_conflicts_are_filtered_one_by_one(followed: Wire) -> None:
    """With all leaves, those that pass are named."""
    followed.ask(
        "POST", "/other/_bulk_docs", {"docs": [{"_id": "a", "_rev": "1-zzz", "type": "x"}], "new_edits": False}
    )
    answer = followed.ask("GET", "/other/_changes?style=all_docs&filter=d/kind&type=x").json
    assert [row["changes"] for row in answer["results"]] == [[{"rev": "1-zzz"}]]


KINDS = st.sampled_from(["a", "b", None])
EDITS = st.lists(st.tuples(st.sampled_from("xyz"), KINDS), max_size=10)


@steady
@given(EDITS, st.integers(0, 10), KINDS)
def test_functions_equal_a_naive_filter(edits: list[tuple[str, str | None]], since: int, kind: str | None) -> None:
    """A filter function lets through what it says of each document as it is now, in the order of changes."""
    database = Database("test", lambda: "new", SERVER)
    database.put(
        {
            "_id": "_design/d",
            "filters": {
                "f": f"function (doc) {{ return doc.kind === {kind and repr(kind)} ; }}".replace("None", "null")
            },
        }
    )
    last: dict[str, int] = {}
    for identifier, value in edits:
        database.put({**(database.find(identifier) or {"_id": identifier}), "kind": value})
        last[identifier] = database.update_seq
    number = database.design("d").function("filters", "f")
    changed = [(identifier, text) for identifier, text in database.changed_since(since) if text is not None]
    verdicts, _ = SERVER.filter(number, [text for _, text in changed], {})
    passed = [identifier for (identifier, _), verdict in zip(changed, verdicts, strict=True) if verdict]
    naive = [each for each in sorted(last, key=lambda each: last[each]) if last[each] > since]
    assert passed == [each for each in naive if database.get(each)["kind"] == kind]
