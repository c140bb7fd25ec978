"""What RapidPro's API says of a workspace: its answer to `GET /api/v2/workspace.json`, saved as a file (rapidpro 3)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.world.errors import UsageError

from .incident import AboutWorkspace

if TYPE_CHECKING:
    from pathlib import Path


def read_workspace(path: Path) -> AboutWorkspace:
    """Return what a file says of a workspace. Raises `UsageError` where it says nothing of one."""
    try:
        answer = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UsageError(f"{path} is no JSON; save the answer to GET /api/v2/workspace.json") from None
    name, zone = (answer.get(key) if isinstance(answer, dict) else None for key in ("name", "timezone"))
    if not isinstance(name, str) or not isinstance(zone, str):
        raise UsageError(f"{path} has no name and timezone; it should be the answer to GET /api/v2/workspace.json")
    try:
        timezone_of(zone)
    except ValueError as error:
        raise UsageError(f"{path}, timezone: {error}") from None
    return AboutWorkspace(name, zone)
