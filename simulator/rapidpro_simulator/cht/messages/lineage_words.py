"""Finding the way through hydrated documents: paths, and the places above somebody (cht-sentinel 4.3). Pure."""

from __future__ import annotations

from typing import Any

from rapidpro_simulator.cht.javascript import is_index


def object_path(value: Any, path: str) -> Any:
    """Return what stands at a dotted path in `value`; None where there is nothing."""
    for name in path.split("."):
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and is_index(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def first_place(document: Any, kind: str) -> Any:
    """Return the first place of the type `kind` above `document`, itself included, or above its contact."""
    if not isinstance(document, dict):
        return None
    place = document if document.get("parent") else document.get("contact")
    while isinstance(place, dict) and kind not in (place.get("type"), place.get("contact_type")):
        place = place.get("parent")
    return place if isinstance(place, dict) else None
