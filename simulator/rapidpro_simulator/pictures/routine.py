"""What CHT's parts read from their database and write to it all day, and what nobody wants to be told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapidpro_simulator.world.journal import Entry

COUCHDB = "couchdb."
CONFLICT, BROKEN = 409, 500


def is_routine(entry: Entry) -> bool:
    """Say whether CHT just read or wrote its database, and nothing went wrong: to miss something is its routine."""
    if entry.kind != "exchange":
        return entry.kind == "document.saved"
    if not str(entry.get("to")).startswith(COUCHDB) or entry.get("fault"):
        return False
    status = entry.get("status") or 200
    return bool(entry.get("outcome") in {"answered", "pending"} and status < BROKEN and status != CONFLICT)
