"""The journal, followed live."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.console.resources import journal
from tests.support.patience import PATIENCE

from .api import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPResponse

    from .api import Api


@contextmanager
def followed(api: Api, query: str = "", **headers: str) -> Iterator[HTTPResponse]:
    connection = HTTPConnection("127.0.0.1", api.port, timeout=PATIENCE)
    try:
        connection.request(
            "GET", f"/v1/worlds/main/journal/stream{query}", headers={"Authorization": f"Bearer {TOKEN}", **headers}
        )
        response = connection.getresponse()
        assert response.headers["Content-Type"] == "text/event-stream"
        yield response
    finally:
        connection.close()


def events(response: HTTPResponse) -> Iterator[tuple[int, str, dict[str, Any]]]:
    lines: dict[str, str] = {}
    for raw in response:
        name, _, value = raw.decode().rstrip("\n").partition(": ")
        if name:
            lines[name] = value
        elif "data" in lines:
            yield int(lines["id"]), lines["event"], json.loads(lines["data"])
            lines = {}


def until(response: HTTPResponse, kind: str) -> list[int]:
    """Return the numbers of the events up to the first of a kind."""
    numbers = []
    for number, found, data in events(response):
        numbers.append(number)
        assert (data["number"], data["kind"]) == (number, found)
        assert data["told"]
        if found == kind:
            return numbers
    raise AssertionError(f"the stream has ended without {kind}")


def test_from_the_beginning(sending: Api) -> None:
    """What has happened comes first, then what happens; an event for each entry, and none twice."""
    with followed(sending) as response:
        first = until(response, "exchange")
        sending.ask("POST", "/worlds/{world}/messages", {})
        kinds = {entry["kind"] for entry in sending.ask("GET", "/worlds/{world}/journal", limit=1000)["results"]}
        more = until(response, "exchange")
    assert "exchange" in kinds
    assert first + more == list(range(1, len(first + more) + 1))


@pytest.mark.parametrize("header", [False, True])
def test_from_where_one_was(sending: Api, header: bool) -> None:
    """Whoever comes back gets what comes after the last entry that is known, by the query or as browsers say it."""
    count = sending.ask("GET", "/worlds/{world}")["entries"]
    sending.ask("POST", "/worlds/{world}/messages", {})
    asked = followed(sending, **{"Last-Event-ID": str(count)}) if header else followed(sending, f"?after={count}")
    with asked as response:
        assert until(response, "exchange")[0] == count + 1


def test_alive(sending: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing happens, a comment shows that the connection is alive."""
    monkeypatch.setattr("rapidpro_simulator.console.resources.journal.HEARTBEAT_SECONDS", 0.05)
    count = sending.ask("GET", "/worlds/{world}")["entries"] + 1000
    with followed(sending, f"?after={count}") as response:
        assert response.readline() == b": still here\n"


def test_ends_with_the_world(api: Api) -> None:
    """When the world ends, so does the stream, at once."""
    with followed(api) as response:
        api.ask("DELETE", "/worlds/{world}")
        response.read()


def test_gone(sending: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told any more who has gone."""
    monkeypatch.setattr("rapidpro_simulator.console.resources.journal.HEARTBEAT_SECONDS", 0.05)
    world = sending.worlds.find("main")

    def listeners() -> int:
        return world.read(lambda live: len(live.simulation.journal.listeners)).result(PATIENCE)

    before = listeners()
    with followed(sending) as response:
        until(response, "exchange")
        assert listeners() == before + 1
    while listeners() > before:
        pass


def test_slow(sending: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who does not read is left behind by so many entries, no more: the numbers show the gap."""
    reads = threading.Event()
    take = journal._next

    async def take_later(waiting: asyncio.Queue[str | None]) -> str | None:
        await asyncio.to_thread(reads.wait, PATIENCE)
        return await take(waiting)

    monkeypatch.setattr(journal, "_next", take_later)
    monkeypatch.setattr(journal, "WAITING_ENTRIES", 3)
    with followed(sending) as response:
        sending.ask("POST", "/worlds/{world}/clock/advance", {"minutes": 30})
        count = sending.ask("GET", "/worlds/{world}")["entries"]
        reads.set()
        told = events(response)
        assert [next(told)[0] for _ in range(3)] == [1, 2, 3]
        sending.ask("POST", "/worlds/{world}/messages", {})
        assert next(told)[0] == count + 1 > 60
