"""Endpoints of what a workspace of the simulator never has: they answer that there is nothing (rapidpro 4.15)."""

from __future__ import annotations

from typing import Any

from .calls import Answer, Call

NO_PAGES: dict[str, Any] = {"next": None, "previous": None, "results": []}


async def nothing(call: Call) -> Answer:
    """Answer `GET classifiers` and `GET templates`."""
    call.uuid("uuid", strict=True)
    return Answer(200, NO_PAGES)


async def no_archives(_call: Call) -> Answer:
    """Answer `GET archives`, which counts: the archiver takes messages away, but writes no files here."""
    return Answer(200, {"count": 0, **NO_PAGES})
