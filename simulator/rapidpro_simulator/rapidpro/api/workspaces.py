"""The endpoints `workspace` and `org`: one object, not a page (rapidpro 4.15)."""

from __future__ import annotations

from .calls import RapidProCall, RapidProResponse

UNLIMITED = {"used": -1, "remaining": -1}


async def show(call: RapidProCall) -> RapidProResponse:
    """Answer `GET workspace`."""
    workspace = call.workspace
    return RapidProResponse(
        200,
        {
            "uuid": workspace.uuid,
            "name": workspace.name,
            "country": workspace.database.country or "",
            "languages": list(workspace.settings.languages),
            "timezone": workspace.settings.timezone,
            "date_style": workspace.settings.date_style,
            "anon": workspace.settings.anonymous,
            "credits": UNLIMITED,
            "primary_language": workspace.settings.languages[0] if workspace.settings.languages else None,
        },
    )
