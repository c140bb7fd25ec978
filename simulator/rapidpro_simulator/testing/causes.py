"""What in a journal may be the cause of a failure: a fault, a crash, the first refusal, the first copy of a message.

Of what repeats itself only the first time is a cause: a table names the kinds, and what tells one cause from another.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from rapidpro_simulator.world.journal import Entry

    Key = Hashable | None

MOST = 12
THROTTLED = 429
REFUSED = 400
EVENTS = (
    "cht.exit",
    "flow.error",
    "flow.failure",
    "flow.not_resumed",
    "flow.not_started",
    "flow_start.failed",
    "gateway.crashed",
    "gateway.ended",
    "gateway.not_ready",
    "import.skipped",
    "incident.started",
    "settings.not_simulated",
)


def _fault(entry: Entry) -> Key:
    fault = entry.get("fault")
    return (fault, entry.get("by"), entry.get("to"), _resource(entry)) if fault else None


def _throttled(entry: Entry) -> Key:
    return (entry.get("by"), entry.get("to")) if entry.get("status") == THROTTLED else None


def _refused(entry: Entry) -> Key:
    """Tell requests that were answered with an error; CHT asking CouchDB for what is not there is its routine."""
    status = entry.get("status") or 0
    if entry.kind != "exchange" or status < REFUSED or str(entry.get("to")).startswith("couchdb."):
        return None
    return (entry.get("by"), entry.get("to"), status, _resource(entry))


def _event(entry: Entry) -> Key:
    return (entry.kind, entry.get("flow"), entry.get("text"), entry.get("reason")) if entry.kind in EVENTS else None


def _resource(entry: Entry) -> str:
    """Return the path without what differs between two requests of the same kind."""
    return "/".join(part for part in str(entry.get("path")).split("/") if not any(map(str.isdigit, part[2:])))


CAUSES: tuple[Callable[[Entry], Key], ...] = (_fault, _event, _throttled, _refused)


def causes(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that may be causes, in order; at most `MOST`, the first ones."""
    entries = list(entries)
    copies = _first_copies(entries)
    known: set[tuple[str, Hashable]] = set()
    found = []
    for entry in entries:
        keys = {(cause.__name__, key) for cause in CAUSES if (key := cause(entry)) is not None}
        if keys - known or entry.number in copies:
            found.append(entry)
        known |= keys
    return found[:MOST]


def _first_copies(entries: list[Entry]) -> set[int]:
    """Return the numbers of the messages to a phone that were made again later, with the same text."""
    sent = [(entry.number, _addressed(entry)) for entry in entries if _is_sent(entry)]
    counts = Counter(addressed for _, addressed in sent)
    first: dict[Hashable, int] = {}
    for number, addressed in sent:
        if counts[addressed] > 1:
            first.setdefault(addressed, number)
    return set(first.values())


def _is_sent(entry: Entry) -> bool:
    return entry.kind == "message.created" and entry.get("direction") == "out" and entry.get("broadcast") is not None


def _addressed(entry: Entry) -> Hashable:
    return entry.get("urn"), entry.get("text")
