"""The journal of a world: asked, and followed live (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import web

from rapidpro_simulator.console.endpoints import Call, Resource, done
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import COUNT, TEXT, described, results
from rapidpro_simulator.events import EVENT_KINDS
from rapidpro_simulator.served.world import WorldEndedError
from rapidpro_simulator.world.narration import tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.served.live import LiveSimulation
    from rapidpro_simulator.world.journal import Entry, Journal

RESOURCE = Resource("journal")

MOST_ENTRIES = 1000
WAITING_ENTRIES = 10_000  # that a follower may be behind
HEARTBEAT_SECONDS = 15.0

ENTRY = {
    "type": "object",
    "properties": {"number": COUNT, "time": TEXT, "kind": TEXT, "told": described(TEXT, "in words")},
    "required": ["number", "time", "kind", "told"],
}
QUESTION = described(TEXT, "such as: exchange to=textit.com status=4* since=2026-03-02T09:00Z")
AFTER = described(COUNT, "the number of the last entry that is known", default=0)
LIMIT = described(
    {"type": "integer", "minimum": 1, "maximum": MOST_ENTRIES}, "at most so many, the latest", default=100
)


@RESOURCE.get("/worlds/{world}/journal", results(ENTRY), {"find": QUESTION, "after": AFTER, "limit": LIMIT})
async def ask_journal(call: Call) -> Any:
    """Return what happened, in order: all of it, or what a question asks for; secrets are hidden."""
    question, after, limit = call.query.get("find", ""), call.query["after"], call.query["limit"]
    try:
        return {"results": await call.read(lambda live: entries(live, question, after, limit))}
    except ValueError as error:
        raise ProblemError(400, f"the journal cannot be asked {question!r}: {error}") from None


@RESOURCE.get("/worlds/{world}/journal/stream", {"type": "string"}, {"after": AFTER})
async def follow_journal(call: Call) -> web.StreamResponse:
    """Follow the journal: a server-sent event for each entry, from the one after `after` on, until either side ends."""
    world, loop, after = call.world, asyncio.get_running_loop(), _last_known(call)
    waiting: asyncio.Queue[str | None] = asyncio.Queue()
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})

    def follow(live: LiveSimulation) -> Any:
        journal = live.simulation.journal
        early: dict[int, Entry] = {}
        following = after + 1

        def happened(entry: Entry) -> None:
            # What another listener adds to the journal comes here before the entry that it is about.
            nonlocal following
            early[entry.number] = entry
            while following in early:
                _tell(loop, _put, waiting, _event(journal, early.pop(following)))
                following += 1

        for entry in list(journal):
            if entry.number > after:
                following = entry.number
                happened(entry)
        following = max(following, journal.count + 1)
        journal.listeners.append(happened)
        return lambda: journal.listeners.remove(happened)

    await response.prepare(call.request)
    leave = await done(world.read(follow))
    world.over.add_done_callback(lambda _: _tell(loop, waiting.put_nowait, None))
    try:
        while (event := await _next(waiting)) is not None:
            await response.write(event.encode())
            call.worlds.find(world.name)  # who is followed is not idle
    except (ConnectionError, ProblemError):
        pass  # the follower has gone, or the world
    finally:
        with suppress(WorldEndedError):
            await done(world.read(lambda _: leave()))
    return response


def _last_known(call: Call) -> int:
    """Return the number of the entry after which a follower goes on: a browser that comes back says it in a header."""
    last = call.request.headers.get("Last-Event-ID", "")
    return int(last) if last.isascii() and last.isdecimal() else int(call.query["after"])


async def _next(waiting: asyncio.Queue[str | None]) -> str | None:
    try:
        return await asyncio.wait_for(waiting.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return ": still here\n\n"


def _tell(loop: asyncio.AbstractEventLoop, callback: Callable[..., object], *arguments: object) -> None:
    with suppress(RuntimeError):  # the server has ended before the world
        loop.call_soon_threadsafe(callback, *arguments)


def _put(waiting: asyncio.Queue[str | None], event: str) -> None:
    if waiting.qsize() < WAITING_ENTRIES:  # who is slower than that asks the journal for the rest
        waiting.put_nowait(event)


def _event(journal: Journal, entry: Entry) -> str:
    data = json.dumps(shown(journal, entry), ensure_ascii=False, default=str)
    return f"id: {entry.number}\nevent: {entry.kind}\ndata: {data}\n\n"


def entries(live: LiveSimulation, question: str, after: int, limit: int) -> list[dict[str, Any]]:
    """Return the latest entries that a question asks for. Raises `ValueError` for one that cannot be read."""
    journal = live.simulation.journal
    found = [entry for entry in journal.find(question) if entry.number > after]
    return [shown(journal, entry) for entry in found[-limit:]]


def shown(journal: Journal, entry: Entry) -> dict[str, Any]:
    """Return an entry as the API has it: redacted, and told in words."""
    return {**json.loads(journal.line(entry)), "told": tell(journal, entry, EVENT_KINDS)}
