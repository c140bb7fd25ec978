"""Settings that a project inherits from another one and changes: `settings.inherit.json` (cht-sentinel 13).

The order of the changes is modelled: filter, delete, replace, merge.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from .complaints import Complaints
    from .files import Files

Settings = dict[str, Any]


def inherited(files: Files, name: str, complaints: Complaints) -> Settings | None:
    """Return the settings of the project that `inherit` names, changed as the file says; None with a complaint."""
    changes = files.object(name)
    if changes is None:
        return None
    for word in changes:
        if word not in {"inherit", *CHANGES}:
            complaints.error(name, word, f"is no change; there are: {', '.join(CHANGES)}")
    source = f"{changes.get('inherit', '')}".rstrip("/") + "/app_settings.json"
    if not files.has(source):
        complaints.error(name, "inherit", f"leads to no settings: there is no {source}")
        return None
    settings = files.object(source)
    if settings is None:
        return None
    for word, change in CHANGES.items():
        if word in changes:
            settings = json.loads(json.dumps(settings))
            _each(settings, changes[word], change)
    return settings


def _each(settings: Settings, places: Any, change: Callable[[Settings, str, Any], None]) -> None:
    """Apply `change` at each path of `places`: an object of paths, or a list of them."""
    pairs = places.items() if isinstance(places, dict) else ((path, None) for path in places)
    for path, value in pairs:
        *above, last = str(path).split(".")
        place = settings
        for key in above:
            place = place.setdefault(key, {})
        change(place, last, value)


def _filter(place: Settings, key: str, kept: Any) -> None:
    place[key] = {name: value for name, value in place.get(key, {}).items() if name in kept}


def _delete(place: Settings, key: str, _: Any) -> None:
    place.pop(key, None)


def _replace(place: Settings, key: str, value: Any) -> None:
    place[key] = value


def _merge(place: Settings, key: str, value: Any) -> None:
    known = place.get(key)
    if isinstance(known, dict) and isinstance(value, dict):
        for name, part in value.items():
            _merge(known, name, part)
    elif isinstance(known, list) and isinstance(value, list):
        known.extend(value)
    else:
        place[key] = value


CHANGES: dict[str, Callable[[Settings, str, Any], None]] = {
    "filter": _filter,
    "delete": _delete,
    "replace": _replace,
    "merge": _merge,
}
