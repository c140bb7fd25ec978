"""Messages, with the states of both sides beside each other, and what was tried for each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.problems import ProblemError
from rapidpro_simulator.console.schemas import (
    ANY_OBJECT,
    COUNT,
    INSTANT,
    TEXT,
    Schema,
    array,
    described,
    optional,
    record,
    results,
)
from rapidpro_simulator.console.wording import in_quotes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from rapidpro_simulator.cht.sent_messages import SentMessage
    from rapidpro_simulator.rapidpro.model.messages import Broadcast
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.served.live import LiveSimulation
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.journal import Exchange

RESOURCE = Resource("messages")

STATE = record({"state": TEXT, "at": optional(TEXT), "details": optional(TEXT)})
STATUS = record({"workspace": TEXT, "host": TEXT, "message": COUNT, "broadcast": optional(COUNT), "status": TEXT})
ATTEMPT = record(
    {
        "entry": described(COUNT, "its number in the journal"),
        "at": INSTANT,
        "what": {"enum": ["send", "ask"]},
        "to": TEXT,
        "status": optional({"type": "integer"}),
        "outcome": TEXT,
        "fault": optional(TEXT),
    }
)
MESSAGE: Schema = record(
    {
        "number": described(COUNT, "as sentences count them, from 1"),
        "cht": TEXT,
        "document": TEXT,
        "uuid": optional(TEXT),
        "to": optional(TEXT),
        "text": optional(TEXT),
        "state": TEXT,
        "history": array(STATE),
        "reference": optional({"anyOf": [TEXT, {"type": "integer"}]}),
        "rapidpro": described(array(STATUS), "the messages that RapidPro made of it"),
        "attempts": described(array(ATTEMPT), "what the gateway asked RapidPro for it, oldest first"),
    }
)


@RESOURCE.get("/worlds/{world}/messages", results(MESSAGE))
async def list_messages(call: Call) -> Any:
    """List the messages of CHT, in the order in which they were reported, with what became of each on both sides."""
    return {"results": await call.read(messages)}


@RESOURCE.post(
    "/worlds/{world}/messages",
    record({}, {"to": TEXT, "text": TEXT, "count": COUNT}),
    status=204,
)
async def add_messages(call: Call) -> None:
    """Add pending messages to CHT, one by default."""
    body = call.body
    count = body.get("count", 1)
    sentence = "When a pending message" if count == 1 else f"When {count} pending messages"
    if "to" in body:
        sentence += f" to {in_quotes(body['to'])}"
    if "text" in body:
        if "to" not in body:
            raise ProblemError(422, "a text needs somebody whom it is sent to: give 'to', too")
        sentence += f" with the text {in_quotes(body['text'])}"
    await call.say(f"{sentence} {'is' if count == 1 else 'are'} added")


@RESOURCE.put("/worlds/{world}/messages/{number}/state", record({"state": TEXT}))
async def set_state(call: Call) -> None:
    """Set the state of a message in CHT, by its number, as somebody does who edits the document."""
    await call.say(f'When message {call.parameter("number")} is set to "{call.body["state"]}"')


@RESOURCE.post("/worlds/{world}/documents", record({"docs": array(ANY_OBJECT)}), status=204)
async def save_documents(call: Call) -> None:
    """Save documents in the database of CHT, in place of those with the same ids."""
    file = await call.keep("documents", call.body["docs"])
    await call.say(f'When the documents of "{file}" are saved')


def messages(live: LiveSimulation) -> list[dict[str, Any]]:
    """Return the messages of all CHT instances of a world."""
    return latest(live, sys.maxsize)[0]


def latest(live: LiveSimulation, most: int) -> tuple[list[dict[str, Any]], int]:
    """Return the latest messages of each CHT instance, at most so many, and how many there are before them."""
    simulation = live.simulation
    looks = {name: instance.sent_messages for name, instance in simulation.instances.items()}
    sent = {name: each for name, each in looks.items() if each is not None}
    references = {str(row.value) for each in sent.values() for row in each.rows()}
    attempts = Attempts(simulation.journal.exchanges(by="gateway*", path="/api/v2/*"), references)
    broadcasts = Broadcasts(simulation)
    found, left_out = [], 0
    for name, each in sent.items():
        rows = each.rows()
        first = max(len(rows) - most, 0)
        left_out += first
        for number, message in enumerate(each.read(rows[first:]), start=first + 1):
            found.append({"number": number, "cht": name, **_message(message, broadcasts, attempts)})
    return found, left_out


class Attempts:
    """What the gateway asked RapidPro for, by the message that it was about; `references` are those of all messages."""

    def __init__(self, exchanges: Iterable[Exchange], references: Collection[str]) -> None:
        self._references = references
        self._sent: dict[tuple[str, Any], list[Exchange]] = {}  # by to whom, and the text
        self._asked: dict[str, list[Exchange]] = {}  # by the query
        for exchange in exchanges:
            if exchange.data["method"] != "POST":
                self._asked.setdefault(exchange.data["query"], []).append(exchange)
                continue
            body = exchange.json()
            if isinstance(body, dict) and isinstance(body.get("text"), str):
                for urn in body.get("urns") or ():
                    self._sent.setdefault((str(urn), body["text"]), []).append(exchange)

    def about(self, reference: Any, to: str | None, text: str | None) -> list[dict[str, Any]]:
        """Return the attempts for a message, the oldest first."""
        alike = self._sent.get((f"tel:{to}", text), ())
        found = [each for each in alike if not self._is_of_another(each, reference)]
        if reference is not None:
            for name in ("broadcast", "broadcast_uuid", "uuid"):
                found += self._asked.get(f"{name}={reference}", ())
        return [_attempt(each) for each in sorted(found, key=lambda each: each.number)]

    def _is_of_another(self, sent: Exchange, reference: Any) -> bool:
        """Say whether what was sent has become another message, of the same text to the same phone."""
        answer = sent.answer()
        if not isinstance(answer, dict):
            return False
        given = {str(answer[name]) for name in ("id", "uuid") if name in answer}
        return str(reference) not in given and not given.isdisjoint(self._references)


def _message(sent: SentMessage, broadcasts: Broadcasts, attempts: Attempts) -> dict[str, Any]:
    document, task, message = sent.document, sent.task, sent.message
    reference, to = task.get("gateway_ref"), message.get("to")
    return {
        "document": document.get("_id", ""),
        "uuid": message.get("uuid"),
        "to": to,
        "text": message.get("message"),
        "state": str(task.get("state")),
        "history": [
            {"state": str(each.get("state")), "at": each.get("timestamp"), "details": _details(each)}
            for each in sent.entries
        ],
        "reference": reference,
        "rapidpro": [] if reference is None else list(broadcasts.statuses(reference, to)),
        "attempts": attempts.about(reference, to, message.get("message")),
    }


def _details(entry: dict[str, Any]) -> str | None:
    details = entry.get("state_details")
    return details if details is None or isinstance(details, str) else str(details)


class Broadcasts:
    """The broadcasts of all workspaces by their ids, of which two workspaces may have the same."""

    def __init__(self, simulation: Simulation) -> None:
        self._workspaces = simulation.workspaces

    def statuses(self, reference: Any, to: str | None) -> Iterator[dict[str, Any]]:
        """Yield the messages to a phone that a broadcast was made into."""
        for workspace in self._workspaces:
            broadcast = _broadcast(workspace, str(reference))
            if broadcast is None:
                continue
            for message in broadcast.messages:
                if message.urn is None or to is None or message.urn.endswith(to.lstrip("+")):
                    yield {
                        "workspace": workspace.name,
                        "host": workspace.runtime.platform.name,
                        "message": message.id,
                        "broadcast": broadcast.id,
                        "status": message.status.name.lower(),
                    }


def _broadcast(workspace: Workspace, reference: str) -> Broadcast | None:
    store = workspace.database.store
    return store.broadcast(int(reference)) if reference.isdecimal() else store.broadcast_by_uuid(reference)


def _attempt(exchange: Exchange) -> dict[str, Any]:
    data = exchange.data
    return {
        "entry": exchange.number,
        "at": exchange.time.isoformat(),
        "what": "send" if data["method"] == "POST" else "ask",
        "to": data["to"],
        "status": data["status"],
        "outcome": data["outcome"],
        "fault": data["fault"],
    }
