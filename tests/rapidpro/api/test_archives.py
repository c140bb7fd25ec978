"""Archives: what the archiver writes, the endpoint that lists it, and the files (rapidpro 4.15, 6.8)."""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from ..mailroom.building import flow, node, send, uuid  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.loop import SimulationLoop

    from .conftest import Server

HOST = "https://rapidpro.org"
JANE = "tel:+250788000001"


def archives(server: Server, query: str = "") -> list[dict[str, Any]]:
    return server.get(f"archives.json?{query}").results


def records(server: Server, query: str) -> list[dict[str, Any]]:
    """Return the records of all files that are listed, the newest file first."""
    links = [link for each in archives(server, query) if (link := each["download_url"])]
    return [json.loads(line) for link in links for line in gzip.decompress(server.fetch(link)[1]).splitlines()]


@pytest.fixture
def old(server: Server, clock: FrozenClock) -> Server:
    """Return a server that has archived two messages of the day of its beginning, 2 March, and one of the next."""
    server.workspace.delivery.set_retention(5)
    jane = server.workspace.contacts.create([JANE], "Jane")
    for hours, text in ((1, "One"), (20, "Two"), (2, "Three")):
        server.workspace.send_message(jane, text)
        clock.advance(timedelta(hours=hours))
    clock.advance(timedelta(days=6))
    return server


def test_nothing_is_old(server: Server) -> None:
    """A new workspace has no archives; they are counted (rapidpro 3.1)."""
    assert server.get("archives.json").said == (200, {"count": 0, "next": None, "previous": None, "results": []})


def test_listed(old: Server) -> None:
    """Each day past the retention has an archive of messages and one of runs, of which the empty ones have no file."""
    keys = ["start_date", "period", "record_count", "size", "hash", "download_url"]
    community = old.rapidpro.generation.name == "community"
    names = ["archive_type", *keys] if community else ["type", *keys, "archive_type"]
    rows = archives(old)
    assert list(rows[0]) == names
    shown = [(row["archive_type"], row["start_date"], row["record_count"]) for row in rows]
    assert shown == [
        ("run", "2026-03-03", 0),
        ("message", "2026-03-03", 1),
        ("run", "2026-03-02", 0),
        ("message", "2026-03-02", 2),
    ]
    empty = {name: rows[0][name] for name in ("size", "hash", "download_url")}
    assert empty == {"size": 0, "hash": None, "download_url": None}
    assert {row["period"] for row in rows} == {"daily"}


def test_archiver_comes_after_midnight(old: Server, clock: FrozenClock) -> None:
    """A day is archived a minute after midnight, and not before (rapidpro 6.8)."""
    midnight = (clock.now() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    clock.advance(midnight + timedelta(seconds=59) - clock.now())
    assert len(archives(old)) == 4
    clock.advance(timedelta(seconds=1))
    assert len(archives(old)) == 6


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("archive_type=message", 2),
        ("archive_type=run", 2),
        ("archive_type=x", 0),
        ("period=daily", 4),
        ("period=monthly", 0),
        ("period=x", 0),
        ("after=2026-03-03", 2),
        ("before=2026-03-02T23:00:00Z", 2),
        ("after=2026-03-04", 0),
        ("before=yesterday", 0),
    ],
)
def test_found(old: Server, query: str, count: int) -> None:
    """Archives are found by type, period and day (rapidpro 4.15)."""
    assert old.get(f"archives.json?{query}").json()["count"] == count


@pytest.mark.parametrize("query", ["type=message", "type=message&archive_type=run"])
def test_found_by_new_name(old: Server, query: str) -> None:
    """The newer generation calls the type `type`; the older one does not know that."""
    kinds = {row["archive_type"] for row in archives(old, query)}
    newer = old.rapidpro.generation.name == "textit-2026"
    assert kinds == ({"message"} if newer else {"run"} if "run" in query else {"message", "run"})


def test_file(old: Server) -> None:
    """The file has a line of JSON for each message; its size and its MD5 are those that are told."""
    row = archives(old, "archive_type=message")[1]
    status, content = old.fetch(row["download_url"])
    assert (status, row["size"], row["hash"]) == (200, len(content), hashlib.md5(content).hexdigest())
    one, two = [json.loads(line) for line in gzip.decompress(content).splitlines()]
    assert (one["text"], two["text"], one["direction"], one["status"]) == ("One", "Two", "out", "delivered")
    assert (one["contact"]["name"], one["urn"], one["channel"]["name"]) == ("Jane", JANE, "Aggregator")
    assert ("uuid" in one) == (old.rapidpro.generation.name == "textit-2026")
    assert one["created_on"].startswith("2026-03-02T08:00:00")


def test_link_expires(old: Server, clock: FrozenClock) -> None:
    """A link is good for a day, as it is, and needs no token."""
    url = archives(old, "archive_type=message")[0]["download_url"]
    path = urlsplit(url).path
    assert url.startswith(f"{HOST}/archives/{old.workspace.id}/message_D20260303_")
    clock.advance(timedelta(hours=23))
    assert old.fetch(url)[0] == 200
    forged = (url.replace("Expires=1", "Expires=2"), HOST + path, f"{url}é", url.replace("message_", "run_"))
    assert {old.fetch(each)[0] for each in forged} == {403}
    clock.advance(timedelta(hours=2))
    status, text = old.fetch(url)
    assert (status, b"Request has expired" in text) == (403, True)


def test_months(old: Server, clock: FrozenClock) -> None:
    """When all days of a month are archived, they make one archive, and are listed no longer (rapidpro 4.15)."""
    daily = records(old, "archive_type=message")
    clock.advance(timedelta(days=27))
    assert {row["period"] for row in archives(old)} == {"daily"}
    clock.advance(timedelta(days=3))
    rows = [(row["start_date"], row["period"], row["record_count"]) for row in archives(old, "archive_type=message")]
    assert rows[-1] == ("2026-03-01", "monthly", 3)
    assert rows[:-1] == [(day, "daily", 0) for day in ("2026-04-02", "2026-04-01")]
    assert {each["text"] for each in records(old, "period=monthly")} == {each["text"] for each in daily}


def test_runs(server: Server, clock: FrozenClock, loop: SimulationLoop) -> None:
    """Runs are archived by the day of their end, with their results; those that go on are not."""
    server.workspace.delivery.set_retention(2)
    jane = server.workspace.contacts.create([JANE], "Jane")
    age = {"type": "set_run_result", "uuid": uuid(), "name": "Age", "value": "29", "category": ""}
    [hello] = server.workspace.import_flows(flow("Hello", node(age, send("Hello"))))
    server.workspace.start_flow(hello, contacts=[jane])
    clock.advance(timedelta(days=4))
    [run] = records(server, "archive_type=run")
    assert (run["flow"]["name"], run["contact"]["name"], run["exit_type"]) == ("Hello", "Jane", "completed")
    assert [each["age"]["value"] for each in run["values"]] == ["29"]
    assert server.get("runs.json").results == []


def test_deleted_messages(server: Server, clock: FrozenClock) -> None:
    """What was deleted is not archived, what was archived by hand is."""
    server.workspace.delivery.set_retention(1)
    for text in ("Keep", "Hide", "Delete"):
        server.workspace.receive(JANE, text)
        clock.advance(timedelta(minutes=1))
    ids = [message.id for message in server.workspace.messages]
    for number, action in ((ids[1], "archive"), (ids[2], "delete")):
        server.post("message_actions.json", {"messages": [number], "action": action})
    clock.advance(timedelta(days=3))
    shown = [(each["text"], each["visibility"]) for each in records(server, "archive_type=message")]
    assert shown == [("Keep", "visible"), ("Hide", "archived")]


def test_anonymous(server: Server, clock: FrozenClock) -> None:
    """An anonymous workspace archives no numbers (rapidpro 5.5)."""
    server.workspace.settings.anonymous = True
    server.workspace.delivery.set_retention(1)
    server.workspace.receive(JANE, "Hello")
    clock.advance(timedelta(days=3))
    assert [each["urn"] for each in records(server, "archive_type=message")] == [None]


@pytest.mark.parametrize(
    ("query", "count", "next_query", "previous_query"),
    [
        ("limit=3", 3, "limit=3&offset=3", None),
        ("limit=1&offset=1&archive_type=run", 1, None, "archive_type=run&limit=1"),
        ("offset=1&limit=1", 1, "limit=1&offset=2", "limit=1"),
        ("offset=3&limit=2", 1, None, "limit=2&offset=1"),
        ("offset=9", 0, None, "limit=250"),
        ("limit=0&offset=-1", 4, None, None),
        ("limit=x&offset=y", 4, None, None),
    ],
)
def test_pages(old: Server, query: str, count: int, next_query: str | None, previous_query: str | None) -> None:
    """A page has as many archives as is asked for, and leads to its neighbours (rapidpro 3.1)."""
    page = old.get(f"archives.json?{query}").json()
    links = [urlsplit(link).query if (link := page[name]) else None for name in ("next", "previous")]
    assert (len(page["results"]), links) == (count, [next_query, previous_query])


def test_shorter_retention(server: Server, clock: FrozenClock) -> None:
    """Who keeps less from now on finds the rest in archives, those of days that were archived as empty too."""
    jane = server.workspace.contacts.create([JANE], "Jane")
    [hello] = server.workspace.import_flows(flow("Hello", node(send("Hello"))))
    server.workspace.start_flow(hello, contacts=[jane])
    clock.advance(timedelta(days=40))
    assert archives(server) == []
    server.workspace.delivery.set_retention(1)
    assert [row["record_count"] for row in archives(server, "period=monthly")] == [0, 0]
    clock.advance(timedelta(days=1))
    assert [row["record_count"] for row in archives(server, "period=monthly")] == [1, 1]
