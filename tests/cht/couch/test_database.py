"""One database: documents, conflicts, and the order of changes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch import Conflict, CouchDB, Database, NotFound
from rapidpro_simulator.cht.couch.query_server import QueryServer
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.seed import Seed

if TYPE_CHECKING:
    from collections.abc import Callable

steady = settings(derandomize=True, deadline=None)

IDS = st.sampled_from(["a", "b", "c"])
EDITS = st.lists(st.tuples(IDS, st.sampled_from(["put", "stale", "delete", "create"]), st.integers(0, 3)), max_size=30)


def fresh() -> Database:
    return Database("test", lambda: "new", QueryServer(lambda: datetime(2026, 3, 2, tzinfo=UTC)))


class Naive:
    """What a database should do, as a dictionary of current revisions and contents."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.current: dict[str, tuple[str, int]] = {}

    def apply(self, identifier: str, edit: str, number: int) -> None:
        """Make one edit and check its outcome."""
        known = self.current.get(identifier)
        document: dict[str, Any] = {"_id": identifier, "n": number}
        if edit == "stale" or (edit == "create" and known):
            with pytest.raises(Conflict):
                self.database.put(document if edit == "create" else document | {"_rev": "1-stale"})
        elif edit == "delete":
            if known is None:
                with pytest.raises(NotFound):
                    self.database.delete(identifier, None)
            else:
                self.database.delete(identifier, known[0])
                del self.current[identifier]
        else:
            rev = self.database.put(document if known is None else document | {"_rev": known[0]})
            self.current[identifier] = (rev, number)


@steady
@given(EDITS)
def test_edits(edits: list[tuple[str, str, int]]) -> None:
    """Only an edit of the current revision is taken; a deleted document can be created anew."""
    naive = Naive(fresh())
    for edit in edits:
        naive.apply(*edit)
    found = {doc["_id"]: (doc["_rev"], doc["n"]) for doc in naive.database.documents()}
    assert found == naive.current
    assert list(naive.database.ids) == sorted(naive.current)


@steady
@given(EDITS, st.integers(1, 4), st.data())
def test_following(edits: list[tuple[str, str, int]], limit: int, data: st.DataObject) -> None:
    """Who follows the changes, in pages and at any pace, ends up with what is there."""
    naive = Naive(fresh())
    seen: dict[str, tuple[str, bool]] = {}
    since = 0

    def read_page() -> int:
        count = 0
        nonlocal since
        for change in naive.database.changes(since):
            seen[change.id] = (change.revs[0], change.deleted)
            since, count = change.seq, count + 1
            if count == limit:
                break
        return count

    for edit in edits:
        naive.apply(*edit)
        if data.draw(st.booleans()):
            read_page()
    while read_page():
        pass
    assert {name: rev for name, (rev, gone) in seen.items() if not gone} == {
        n: rev for n, (rev, _) in naive.current.items()
    }


@steady
@given(EDITS, st.integers(0, 30))
def test_resuming(edits: list[tuple[str, str, int]], since: int) -> None:
    """The changes since any point are those of the documents that changed after it, each once, in order."""
    naive = Naive(fresh())
    latest: dict[str, int] = {}
    naive.database.listeners.append(lambda identifier, _: latest.update({identifier: naive.database.update_seq}))
    for edit in edits:
        naive.apply(*edit)
    expected = sorted((seq, identifier) for identifier, seq in latest.items() if seq > since)
    assert [(change.seq, change.id) for change in naive.database.changes(since)] == expected


def test_many_edits_of_one_document() -> None:
    """However often a document changes, it stands in the feed once."""
    database, rev = fresh(), None
    for number in range(500):
        rev = database.put({"_id": "x", "n": number, **({"_rev": rev} if rev else {})})
    assert [(change.seq, change.revs) for change in database.changes()] == [(500, [rev])]
    assert list(database.changes(500)) == []


def test_descending() -> None:
    """Backwards the feed starts at the newest change."""
    database = fresh()
    database.bulk([{"_id": each} for each in "abc"])
    assert [change.id for change in database.changes(2, descending=True)] == ["c", "b", "a"]


def test_copies() -> None:
    """What the database hands out is the caller's; changing it changes nothing else."""
    database = fresh()
    document = {"_id": "x", "tasks": [{"state": "pending"}]}
    database.put(document)
    document["tasks"][0]["state"] = "sent"  # type: ignore[index]
    database.get("x")["tasks"].clear()
    assert database.get("x")["tasks"] == [{"state": "pending"}]


def test_member_order_is_kept() -> None:
    """A document comes back with its members in the order in which they were written."""
    database = fresh()
    database.put({"_id": "x", "z": 1, "a": 2})
    assert list(database.get("x")) == ["_id", "_rev", "z", "a"]


def test_revived_document() -> None:
    """Who creates a document after its deletion continues its history."""
    database = fresh()
    database.delete("x", database.put({"_id": "x"}))
    assert database.put({"_id": "x"}).startswith("3-")


def test_losing_leaf_can_be_edited() -> None:
    """A conflict is resolved by deleting the loser."""
    database = fresh()
    for rev in ("1-a", "1-b"):
        database.replicate({"_id": "x", "_rev": rev})
    database.delete("x", "1-a")
    tree = database.tree("x")
    assert tree is not None
    assert (tree.winner.id, tree.conflicts()) == ("1-b", [])


def test_deleting_the_winner_shows_the_loser() -> None:
    """Where the winner is deleted, the other leaf is the document."""
    database = fresh()
    for rev in ("1-a", "1-b"):
        database.replicate({"_id": "x", "_rev": rev})
    database.delete("x", "1-b")
    assert database.get("x")["_rev"] == "1-a"


# Conflicts on demand


def test_conflict_next() -> None:
    """An edit from outside overtakes the next write, once; the retry with the new revision is taken."""
    database = fresh()
    rev = database.put({"_id": "x", "n": 1})
    database.conflict_next(1)
    with pytest.raises(Conflict):
        database.put({"_id": "x", "_rev": rev, "n": 2})
    assert database.put({**database.get("x"), "n": 2}).startswith("3-")


def test_conflict_next_in_bulk() -> None:
    """Of a bulk, only the documents that the pattern matches are overtaken."""
    database = fresh()
    rows = database.bulk([{"_id": each} for each in ("report:1", "report:2", "person:1")])
    database.conflict_next(1, "report:*")
    again = database.bulk([{"_id": row["id"], "_rev": row["rev"]} for row in rows])
    assert [row.get("error") for row in again] == ["conflict", None, None]


def test_conflict_next_waits_for_an_edit() -> None:
    """A write that creates a document is not overtaken, and does not count."""
    database = fresh()
    database.conflict_next(1)
    rev = database.put({"_id": "x"})
    with pytest.raises(Conflict):
        database.delete("x", rev)


# Determinism


def write_something(couch: CouchDB) -> None:
    medic = couch.install_cht("5.2.0")
    couch.add_user("nurse", "bandage", ["gateway"])
    medic.bulk([{"n": number} for number in range(5)])


@pytest.mark.parametrize("ask", [lambda couch: couch.secret, lambda couch: couch.new_id(), lambda couch: couch.uuid])
def test_seed(ask: Callable[[CouchDB], str]) -> None:
    """What is random comes from the seed."""
    answers = []
    for value in (1, 1, 2):
        clock = FrozenClock()
        answers.append(ask(CouchDB(Context(clock, Seed(value), Journal(clock)))))
    assert (answers[0] == answers[1], answers[0] == answers[2]) == (True, False)


def test_same_seed_same_journal() -> None:
    """Two runs with one seed leave the same record, revisions and identifiers included."""
    records = []
    for _ in range(2):
        clock = FrozenClock()
        journal = Journal(clock)
        write_something(CouchDB(Context(clock, Seed(3), journal)))
        records.append([journal.line(entry) for entry in journal])
    assert records[0] == records[1]
    assert len(records[0]) == 11
