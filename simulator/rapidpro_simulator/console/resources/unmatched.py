"""Requests that no endpoint was there for."""

from __future__ import annotations

from typing import Any

from rapidpro_simulator.console.endpoints import Call, Resource
from rapidpro_simulator.console.schemas import COUNT, INSTANT, TEXT, described, optional, record, results
from rapidpro_simulator.console.unmatched import unmatched

RESOURCE = Resource("journal")

UNMATCHED = record(
    {
        "entry": described(COUNT, "its number in the journal"),
        "at": INSTANT,
        "by": TEXT,
        "request": TEXT,
        "status": {"type": "integer"},
        "closest": described(optional(TEXT), "the endpoint that comes closest"),
        "why": TEXT,
    }
)


@RESOURCE.get("/worlds/{world}/unmatched", results(UNMATCHED))
async def list_unmatched(call: Call) -> Any:
    """List the requests that no endpoint was there for, each with the one that comes closest."""
    return {"results": await call.read(lambda live: unmatched(live.simulation))}
