"""The endpoints `workspace` and `org`: one object, not a page (rapidpro 4.15)."""

from __future__ import annotations

from .calls import Answer, Call

UNLIMITED = {"used": -1, "remaining": -1}


async def show(call: Call) -> Answer:
    """Answer `GET workspace`."""
    workspace = call.workspace
    return Answer(
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
