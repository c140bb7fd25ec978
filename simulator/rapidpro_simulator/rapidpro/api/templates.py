"""The endpoint `templates`: a workspace of the simulator has none (rapidpro 4.15)."""

from __future__ import annotations

from .calls import RapidProCall, RapidProResponse


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET templates`."""
    call.uuid("uuid", strict=True)
    return RapidProResponse(200, {"next": None, "previous": None, "results": []})
