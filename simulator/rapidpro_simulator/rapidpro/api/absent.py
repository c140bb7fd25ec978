"""Endpoints of what a workspace of the simulator never has: they answer that there is nothing (rapidpro 4.15)."""

from __future__ import annotations

from typing import Any

from .calls import RapidProCall, RapidProResponse

NO_PAGES: dict[str, Any] = {"next": None, "previous": None, "results": []}


async def nothing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET templates`."""
    call.uuid("uuid", strict=True)
    return RapidProResponse(200, NO_PAGES)


async def no_archives(_call: RapidProCall) -> RapidProResponse:
    """Answer `GET archives`, which counts: the archiver takes messages away, but writes no files here."""
    return RapidProResponse(200, {"count": 0, **NO_PAGES})
