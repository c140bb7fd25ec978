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
            "country": workspace.country or "",
            "languages": list(workspace.languages),
            "timezone": workspace.timezone,
            "date_style": workspace.date_style,
            "anon": workspace.anonymous,
            "credits": UNLIMITED,
            "primary_language": workspace.languages[0] if workspace.languages else None,
        },
    )
