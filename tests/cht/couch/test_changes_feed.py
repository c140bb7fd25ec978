"""The changes feed as followers read it over HTTP, in virtual time."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import ADMIN, Wire

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch import CouchDB, Database
    from rapidpro_simulator.world.clock import FrozenClock


@pytest.fixture
def log(couch: CouchDB) -> Database:
    database = couch.create("log")
    database.bulk([{"_id": each} for each in "abc"])
    database.delete("b", database.get("b")["_rev"])
    return database


def ids(page: dict[str, Any]) -> list[str]:
    return [row["id"] for row in page["results"]]


async def follow(wire: Wire, query: str) -> str:
    """Return all that a feed says until it ends."""
    url = f"https://couchdb/log/_changes?{query}"
    async with wire.network.client("sentinel").get(url, headers={"Authorization": ADMIN}) as response:
        return await response.text()


async def write_later(log: Database, seconds: float, *documents: str) -> None:
    for document in documents:
        await asyncio.sleep(seconds)
        log.put({"_id": document})


def test_deletions(wire: Wire, log: Database) -> None:
    """Each document stands in the feed once, deleted ones as such."""
    page = wire.ask("GET", "/log/_changes").json
    tree = log.tree("b")
    assert tree is not None
    assert (ids(page), page["pending"]) == (["a", "c", "b"], 0)
    assert page["results"][2] | {"seq": ""} == {
        "seq": "",
        "id": "b",
        "changes": [{"rev": tree.winner.id}],
        "deleted": True,
    }


@pytest.mark.parametrize(
    ("query", "expected", "pending"),
    [
        ("limit=1", ["a"], 2),
        ("limit=0", [], 3),
        ("limit=3", ["a", "c", "b"], 0),
        ("since=1", ["c", "b"], 0),
        ("since=now", [], 0),
        ("since=99", [], 0),
        ("descending=true", ["b", "c", "a"], 0),
        ("descending=true&limit=1", ["b"], 2),
        ('filter=_doc_ids&doc_ids=["c","a"]', ["a", "c"], 0),
        ("filter=_design", [], 0),
        ("feed=longpoll", ["a", "c", "b"], 0),
    ],
)
def test_pages(wire: Wire, log: Database, query: str, expected: list[str], pending: int) -> None:
    """A page holds what was asked for, and says how much follows."""
    page = wire.ask("GET", f"/log/_changes?{query}").json
    assert (ids(page), page["pending"]) == (expected, pending)


def test_paging(wire: Wire, log: Database) -> None:
    """Who goes on from `last_seq` misses nothing and sees nothing twice."""
    since, seen = "0", []
    while page := wire.ask("GET", f"/log/_changes?limit=2&since={since}").json:
        seen += ids(page)
        since = page["last_seq"]
        if not page["pending"]:
            break
    assert seen == ["a", "c", "b"]


def test_documents_included(wire: Wire, log: Database) -> None:
    """The feed can bring the documents along, tombstones too."""
    rows = wire.ask("GET", "/log/_changes?include_docs=true").json["results"]
    assert [(row["doc"]["_id"], row["doc"].get("_deleted")) for row in rows] == [("a", None), ("c", None), ("b", True)]


def test_all_leaves(wire: Wire, log: Database) -> None:
    """With `style=all_docs` the losing revisions are named as well."""
    log.replicate({"_id": "x", "_rev": "1-a"})
    log.replicate({"_id": "x", "_rev": "1-b"})
    row = wire.ask("GET", "/log/_changes?style=all_docs").json["results"][-1]
    assert row["changes"] == [{"rev": "1-b"}, {"rev": "1-a"}]


def test_filter_in_the_body(wire: Wire, log: Database) -> None:
    """Many identifiers are posted."""
    assert ids(wire.ask("POST", "/log/_changes?filter=_doc_ids", {"doc_ids": ["a"]}).json) == ["a"]


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ("filter=medic/none", 404, "not_found"),
        ("heartbeat=0&feed=longpoll&since=now", 400, "bad_request"),
        ("feed=eventsource", 501, "not_simulated"),
        ("filter=_doc_ids&doc_ids=7", 400, "bad_request"),
    ],
)
def test_refusals(wire: Wire, log: Database, query: str, status: int, error: str) -> None:
    """What cannot be followed is refused."""
    answer = wire.ask("GET", f"/log/_changes?{query}")
    assert (answer.status, answer.json["error"]) == (status, error)


def test_longpoll_waits(wire: Wire, log: Database, clock: FrozenClock) -> None:
    """A long poll is answered as soon as something changes, after a heartbeat for every ten seconds."""

    async def scene() -> str:
        feed = asyncio.create_task(follow(wire, "feed=longpoll&heartbeat=10000&since=now&limit=25"))
        await write_later(log, 35, "d")
        return await feed

    text = wire.loop.run(scene())
    assert (ids(json.loads(text)), text.count("\n\n\n\n"), round(clock.seconds())) == (["d"], 1, 35)
    assert json.loads(text)["last_seq"].startswith("5-")


def test_longpoll_times_out(wire: Wire, log: Database, clock: FrozenClock) -> None:
    """Without heartbeats a long poll gives up after its time-out; the follower can go on from there."""
    page = json.loads(wire.loop.run(follow(wire, "feed=longpoll&timeout=5000&since=now")))
    assert (page["results"], page["last_seq"][:2], round(clock.seconds())) == ([], "4-", 5)


def test_longpoll_default_patience(wire: Wire, log: Database, clock: FrozenClock) -> None:
    """Who says nothing about time waits a minute."""
    wire.loop.run(follow(wire, "feed=longpoll&since=now"))
    assert round(clock.seconds()) == 60


def test_longpoll_passes_over_others(wire: Wire, log: Database) -> None:
    """A change that the filter keeps out does not end the wait."""

    async def scene() -> str:
        query = 'feed=longpoll&heartbeat=true&since=now&filter=_doc_ids&doc_ids=["e"]'
        feed = asyncio.create_task(follow(wire, query))
        await write_later(log, 1, "d", "e")
        return await feed

    assert ids(json.loads(wire.loop.run(scene()))) == ["e"]


def test_waiting_is_not_busy(wire: Wire, log: Database) -> None:
    """An hour of waiting costs a few rounds of the event loop for each heartbeat, no more."""

    async def scene() -> None:
        feed = asyncio.create_task(follow(wire, "feed=longpoll&heartbeat=10000&since=now"))
        await write_later(log, 3600, "d")
        await feed

    wire.loop.run(scene())
    assert wire.loop._iterations < 360 * 8


def test_continuous(wire: Wire, log: Database) -> None:
    """A continuous feed has a line for each change, as it comes."""

    async def scene() -> str:
        feed = asyncio.create_task(follow(wire, "feed=continuous&timeout=5000&since=3"))
        await write_later(log, 1, "d", "e")
        return await feed

    *rows, end = [json.loads(line) for line in wire.loop.run(scene()).splitlines()]
    assert ([row["id"] for row in rows], end) == (["b", "d", "e"], {"last_seq": rows[-1]["seq"], "pending": 0})


def test_continuous_with_limit(wire: Wire, log: Database) -> None:
    """A continuous feed ends when it has said as much as it was asked to."""
    lines = wire.loop.run(follow(wire, "feed=continuous&limit=2&heartbeat=1000")).splitlines()
    assert [json.loads(line).get("id") for line in lines] == ["a", "c", None]


def test_dropped_database(wire: Wire, log: Database, couch: CouchDB, clock: FrozenClock) -> None:
    """A feed ends when its database is deleted."""

    async def scene() -> str:
        feed = asyncio.create_task(follow(wire, "feed=longpoll&heartbeat=10000&since=now"))
        await asyncio.sleep(3)
        couch.drop("log")
        return await feed

    assert json.loads(wire.loop.run(scene()))["results"] == []
    assert round(clock.seconds()) == 3


def test_hanging_up(wire: Wire, log: Database) -> None:
    """Who hangs up is forgotten at the next heartbeat."""

    async def scene() -> tuple[int, int]:
        feed = asyncio.create_task(follow(wire, "feed=longpoll&heartbeat=10000&since=now"))
        await asyncio.sleep(1)
        waiting = len(log.watchers)
        feed.cancel()
        await asyncio.sleep(20)
        return waiting, len(log.watchers)

    assert wire.loop.run(scene()) == (1, 0)


def test_hanging_up_while_much_is_told(wire: Wire, log: Database) -> None:
    """Who hangs up in the middle of thousands of changes is no defect of ours."""
    log.bulk([{"_id": f"document-{number:05}"} for number in range(5000)])

    async def scene() -> int:
        url = "https://couchdb/log/_changes?feed=continuous&heartbeat=10000"
        async with wire.network.client("sentinel").get(url, headers={"Authorization": ADMIN}) as response:
            await response.content.readline()
            response.close()
        await asyncio.sleep(20)
        return len(log.watchers)

    assert wire.loop.run(scene()) == 0
    assert wire.network.errors == []
