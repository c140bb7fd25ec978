"""The journal of a world: asked, and followed live (server-sent events)."""

from __future__ import annotations

import asyncio
import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from aiohttp import web

from rapidpro_simulator.console.endpoints import Call, Resource, done
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import COUNT, TEXT, described, results
from rapidpro_simulator.events import EVENT_KINDS
from rapidpro_simulator.world.narration import tell

if TYPE_CHECKING:
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
    world, loop = call.world, asyncio.get_running_loop()
    waiting: asyncio.Queue[str] = asyncio.Queue()
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})

    def follow(live: LiveSimulation) -> Any:
        journal = live.simulation.journal

        def happened(entry: Entry) -> None:
            loop.call_soon_threadsafe(_put, waiting, _event(journal, entry))

        for entry in islice(journal, None):
            if entry.number > call.query["after"]:
                happened(entry)
        journal.listeners.append(happened)
        return lambda: journal.listeners.remove(happened)

    await response.prepare(call.request)
    leave = await done(world.read(follow))
    try:
        while not world.ended:
            try:
                await response.write((await asyncio.wait_for(waiting.get(), HEARTBEAT_SECONDS)).encode())
            except TimeoutError:
                await response.write(b": still here\n\n")
    except ConnectionError:
        pass  # the follower has gone
    finally:
        if not world.ended:
            await done(world.read(lambda _: leave()))
    return response


def _put(waiting: asyncio.Queue[str], event: str) -> None:
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
