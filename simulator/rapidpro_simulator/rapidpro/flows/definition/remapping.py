"""Gives a definition that comes from elsewhere UUIDs of its own, and the references of the workspace it comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_EXPIRY_CHOICES: Final = {limits.MESSAGING: range(5, 20160 + 1), limits.VOICE: range(1, 15 + 1)}


def remapped(
    definition: dict[str, Any], new_uuid: Callable[[], str], references: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return a copy of a definition with fresh UUIDs for its nodes, exits, actions, cases and categories.

    ``references`` says which UUIDs of groups, flows and the like become which; all others stay. Translations, editor
    state and everything else that names a part of the flow follow it (flows 1.1).
    """
    uuids = dict(references or {})
    uuids.update((uuid, new_uuid()) for uuid in dict.fromkeys(_elements(definition)))
    result: dict[str, Any] = _replaced(definition, uuids)
    return result


def imported_expiry(flow_type: str, minutes: int) -> int:
    """Return after how many minutes an imported flow expires: as before, or its type's default (flows 1.1)."""
    if minutes in _EXPIRY_CHOICES.get(flow_type, ()):
        return minutes
    return limits.DEFAULT_EXPIRY_MINUTES[flow_type]


def _elements(definition: dict[str, Any]) -> Iterator[str]:
    for node in _objects(definition.get("nodes")):
        router = node.get("router") or {}
        parts = [node, *_objects(node.get("actions")), *_objects(node.get("exits"))]
        parts += [*_objects(router.get("cases")), *_objects(router.get("categories"))]
        yield from (part["uuid"] for part in parts if isinstance(part.get("uuid"), str))


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _replaced(value: Any, uuids: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {uuids.get(key, key): _replaced(item, uuids) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, uuids) for item in value]
    return uuids.get(value, value) if isinstance(value, str) else value
