"""The resources of the control API, one subject a file: data in, data out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    cht,
    clock,
    conditions,
    faults,
    journal,
    messages,
    phones,
    quotas,
    rapidpro,
    sentences,
    snapshots,
    unmatched,
    worlds,
)

if TYPE_CHECKING:
    from rapidpro_simulator.console.endpoints import Endpoint

RESOURCES = (
    worlds,
    sentences,
    conditions,
    clock,
    phones,
    messages,
    faults,
    quotas,
    rapidpro,
    cht,
    journal,
    unmatched,
    snapshots,
)


def endpoints() -> list[Endpoint]:
    """Return all endpoints, subject by subject."""
    return [endpoint for each in RESOURCES for endpoint in each.RESOURCE.endpoints]
