"""Small exports, written down as nodes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def say(name: str, text: str, then: str | None = None, **more: Any) -> dict[str, Any]:
    """A node that sends a message."""
    action = {"uuid": uuid(f"{name} says"), "type": "send_msg", "text": text, **more}
    return act(name, [action], then)


def act(name: str, actions: list[dict[str, Any]], then: str | None = None) -> dict[str, Any]:
    """A node without a router."""
    exits = [{"uuid": uuid(f"{name} ends"), "destination_uuid": uuid(then) if then else None}]
    return {"uuid": uuid(name), "actions": actions, "exits": exits}


def split(
    name: str,
    cases: list[tuple[str, list[str], str]],
    ways: Mapping[str, str | None],
    *,
    operand: str = "@input.text",
    result: str = "",
    waits: bool = True,
    timeout: int | None = None,
    actions: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """A node with a router; `ways` are categories and where they lead, the last one is the default."""
    router: dict[str, Any] = {
        "type": "switch",
        "operand": operand,
        "result_name": result,
        "cases": [
            {
                "uuid": uuid(f"{name} case {number}"),
                "type": test,
                "arguments": arguments,
                "category_uuid": uuid(f"{name} is {category}"),
            }
            for number, (test, arguments, category) in enumerate(cases)
        ],
        "categories": [
            {"uuid": uuid(f"{name} is {way}"), "name": way, "exit_uuid": uuid(f"{name} leaves {way}")} for way in ways
        ],
        "default_category_uuid": uuid(f"{name} is {list(ways)[-1]}"),
    }
    if waits:
        router["wait"] = {"type": "msg"}
    if timeout is not None:
        first = next(iter(ways))
        router["wait"]["timeout"] = {"seconds": timeout, "category_uuid": uuid(f"{name} is {first}")}
    exits = [
        {"uuid": uuid(f"{name} leaves {way}"), "destination_uuid": uuid(then) if then else None}
        for way, then in ways.items()
    ]
    return {"uuid": uuid(name), "actions": actions or [], "router": router, "exits": exits}


def export(folder: Path, nodes: list[dict[str, Any]], name: str = "flow.json", **flow: Any) -> Path:
    """Write an export of one flow, and return where."""
    definition = {
        "uuid": uuid("the flow"),
        "name": "Survey",
        "spec_version": "13.2.0",
        "language": "eng",
        "type": "messaging",
        "revision": 1,
        "expire_after_minutes": 1440,
        "localization": {},
        "nodes": nodes,
        **flow,
    }
    path = folder / name
    path.write_text(json.dumps({"version": "13", "site": "https://rapidpro.example.org", "flows": [definition]}))
    return path
