"""What CouchDB vouches for: as long as the state behind a path is the same, so is the answer."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch import CouchService
from rapidpro_simulator.cht.couch.errors import CouchError

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch import CouchDB, Database

    from .conftest import Wire

NAMES = count()
VIEW = {"map": "function (doc) { emit(doc.n, null); }"}
REVISIONS = [f"{generation}-{digest}" for generation in (1, 2) for digest in "ab"]
PATHS = [
    *("/a", "/%61", "/a?conflicts=true", "/a?meta=true", f"/a?rev={REVISIONS[0]}", "/a?open_revs=all", "/b"),
    *("/_local/a", "/_local%2Fa", "/_design/d", "/_design/d/_view/v", "/_design/d/_view/v?include_docs=true"),
]

KEYS = {"keys": ["a", "b", 0, 1]}
QUESTIONS: list[tuple[str, str, Any]] = [
    *(("GET", path, None) for path in (*PATHS, "/_all_docs", "/_all_docs?include_docs=true")),
    *(("POST", path, KEYS) for path in ("/_all_docs", "/_all_docs?include_docs=true", "/_design/d/_view/v")),
]

STEPS = st.one_of(
    st.tuples(
        st.sampled_from(["put", "replicate", "delete"]), st.sampled_from(["a", "b", "_local/a"]), st.integers(0, 3)
    ),
    st.tuples(st.sampled_from(["design", "compact", "secure", "anew"]), st.just(""), st.integers(0, 3)),
)


def change(couch: CouchDB, database: Database, what: str, name: str, number: int) -> None:
    if what == "put":
        database.put({"_id": name, "_rev": (database.find(name) or {}).get("_rev"), "n": number})
    elif what == "replicate":
        database.replicate({"_id": name, "_rev": REVISIONS[number], "n": number})
    elif what == "delete":
        database.delete(name, (database.find(name) or {}).get("_rev"))
    elif what == "design":
        current = database.find("_design/d") or {"_id": "_design/d"}
        database.put({**current, "views": {"v": VIEW}, "n": number})
    elif what == "compact":
        database.compact()
    elif what == "secure":
        database.security = {"members": {"names": [f"user-{number}"]}}
    else:
        couch.drop(database.name)
        couch.create(database.name)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(steps=st.lists(STEPS, max_size=8))
@example(steps=[("replicate", "a", 0), ("put", "a", 1), ("compact", "", 0)])
@example(steps=[("put", "a", 0), ("secure", "", 1), ("anew", "", 0), ("put", "a", 1)])
def test_the_same_state_has_the_same_answer(couch: CouchDB, wire: Wire, steps: list[tuple[str, str, int]]) -> None:
    """Whatever is written: between two moments with the same state, no answer has changed."""
    service, name = CouchService(couch), f"examples-{next(NAMES)}"
    couch.create(name)
    known: dict[Any, Any] = {}
    for step in [None, *steps]:
        with suppress(CouchError):
            if step is not None:
                change(couch, couch.database(name), *step)
        for method, path, body in QUESTIONS:
            state = service.state_behind(method, f"/{name}{path}".partition("?")[0])
            answer = wire.ask(method, f"/{name}{path}", body)
            assert state is not None
            assert known.setdefault((method, path, state), (answer.status, answer.json)) == (answer.status, answer.json)


@pytest.mark.parametrize(
    "path",
    [
        *("/medic", "/medic/", "/medic%2Fa", "/_session", "/_uuids", "/medic/a/picture.png"),
        *("/medic/_changes", "/medic/_local_docs", "/medic/_design/d/_info", "/_up"),
    ],
)
def test_what_depends_on_more(couch: CouchDB, path: str) -> None:
    """For what depends on sessions, time or feeds, or is asked for another database than it seems, nobody vouches."""
    assert CouchService(couch).state_behind("GET", path) is None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", path) for path in ("/medic", "/medic/_bulk_docs", "/medic/_find", "/medic/_compact", "/_session")),
        *((method, "/medic/a") for method in ("PUT", "DELETE", "COPY", "POST")),
    ],
)
def test_what_is_no_question(couch: CouchDB, method: str, path: str) -> None:
    """Nobody vouches for the answer to what changes something, or to a method that there is not."""
    assert CouchService(couch).state_behind(method, path) is None
