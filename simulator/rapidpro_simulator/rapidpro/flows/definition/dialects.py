"""Finds what RapidPro does not know in a definition: other dialects of flows have actions and tests of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .actions import ACTION_TYPES
from .routers import TESTS

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_ROUTER_TYPES = frozenset({"switch", "random"})
_WAIT_TYPES = frozenset({"msg", "dial"})


def unknown_parts(definition: dict[str, Any]) -> Iterator[str]:
    """Yield a sentence for every type of action, router, wait and test that is not RapidPro's, with its node."""
    for node in _objects(definition.get("nodes")):
        where = f"in node {node.get('uuid')}"
        for action in _objects(node.get("actions")):
            if not _is_known(action):
                yield f"unknown action type '{action.get('type')}' {where}"
        for sort, type_ in _unknown_routing(node.get("router")):
            yield f"unknown {sort} '{type_}' {where}"


def without_unknown_actions(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a definition in which the actions that RapidPro does not know are left out."""
    nodes = [
        {**node, "actions": [action for action in _objects(node.get("actions")) if _is_known(action)]}
        for node in _objects(definition.get("nodes"))
    ]
    return {**definition, "nodes": nodes}


def _is_known(action: dict[str, Any]) -> bool:
    return _is_among(ACTION_TYPES, action)


def _unknown_routing(router: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(router, dict):
        return
    if not _is_among(_ROUTER_TYPES, router):
        yield "router type", router.get("type")
    wait = router.get("wait")
    if isinstance(wait, dict) and not _is_among(_WAIT_TYPES, wait):
        yield "wait type", wait.get("type")
    for case in _objects(router.get("cases")):
        if not _is_among(TESTS, case):
            yield "test", case.get("type")


def _is_among(types: Container[str], part: dict[str, Any]) -> bool:
    type_ = part.get("type")
    return isinstance(type_, str) and type_ in types


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
