"""The app settings of a project: compiled, or put together from their parts as `compile-app-settings` does.

What cht-conf makes of JavaScript modules (tasks, targets, contact summary, purging) is only in compiled settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .inheritance import inherited

if TYPE_CHECKING:
    from .complaints import Complaints
    from .files import Files

COMPILED = "app_settings.json"
BASE = "app_settings/base_settings.json"
INHERITED = "settings.inherit.json"
PARTS = {
    "forms": "app_settings/forms.json",
    "schedules": "app_settings/schedules.json",
    "assetlinks": "app_settings/assetlinks.json",
}
"""Sections with a file of their own (cht-sentinel 13)."""
MODULES = {
    "tasks.js": "tasks",
    "targets.js": "tasks.targets",
    "contact-summary.templated.js": "contact_summary",
    "contact-summary.js": "contact_summary",
    "purge.js": "purge",
}
"""JavaScript that cht-conf bundles into a section."""

Settings = dict[str, Any]


def read_settings(files: Files, complaints: Complaints) -> tuple[Settings, dict[str, str]]:
    """Return the settings, and the file that each section comes from."""
    if files.has(INHERITED):
        return _all_of(INHERITED, inherited(files, INHERITED, complaints))
    parts, origins = _from_parts(files)
    if not files.has(COMPILED):
        _tell_of_modules(files, complaints)
        if not parts:
            complaints.error(COMPILED, "", f"is missing, and so is {BASE}: there are no app settings")
        return parts, origins
    compiled, compiled_origins = _all_of(COMPILED, files.object(COMPILED))
    for section, value in parts.items():
        if compiled and compiled.get(section) != value:
            complaints.warning(
                origins[section], section, f"differs from {COMPILED}, which is used; run `cht compile-app-settings`"
            )
    return compiled, compiled_origins


def _all_of(name: str, settings: Settings | None) -> tuple[Settings, dict[str, str]]:
    found = settings or {}
    return found, dict.fromkeys(found, name)


def _from_parts(files: Files) -> tuple[Settings, dict[str, str]]:
    settings, origins = _all_of(BASE, files.object(BASE) if files.has(BASE) else None)
    for section, name in PARTS.items():
        if files.has(name) and (value := files.json(name)) is not None:
            settings[section], origins[section] = value, name
    return settings, origins


def _tell_of_modules(files: Files, complaints: Complaints) -> None:
    for name, section in MODULES.items():
        if files.has(name):
            complaints.not_simulated(
                name, "", f"is not compiled here: run `cht compile-app-settings` for `{section}` of {COMPILED}"
            )
