"""Definitions for the tests of this folder, as small as they can be."""

from __future__ import annotations

from typing import Any


def uuid(number: int) -> str:
    """Return a UUID that says which one it is."""
    return f"00000000-0000-4000-8000-{number:012}"


def flow(*nodes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return flow 1."""
    document = {
        "uuid": uuid(1),
        "name": "Relay",
        "spec_version": "14.4.2",
        "language": "eng",
        "type": "messaging",
        "nodes": list(nodes),
    }
    return {**document, **changes}


def node(number: int, *actions: dict[str, Any], to: int | None = None, **more: Any) -> dict[str, Any]:
    """Return node N, whose exit N + 1 leads to another node or nowhere."""
    way = {"uuid": uuid(number + 1), "destination_uuid": None if to is None else uuid(to)}
    return {"uuid": uuid(number), "actions": list(actions), "exits": [way], **more}


def question(number: int, text: str, *, to: int | None = None, **router: Any) -> dict[str, Any]:
    """Return a node that asks (N + 5), waits and sorts the answer; Yes (N + 6) and Other (N + 7) go the same way."""
    sorting = switch(number + 1, number=number + 6, **{"wait": {"type": "msg"}, **router})
    return node(number, send_msg(number + 5, text), to=to, router=sorting)


def switch(way: int, *, number: int = 500, **changes: Any) -> dict[str, Any]:
    """Return a router with the categories Yes (N) and Other (N + 1), and a case `has_any_word yes` (N + 2)."""
    case = {"uuid": uuid(number + 2), "type": "has_any_word", "arguments": ["yes"], "category_uuid": uuid(number)}
    router = {
        "type": "switch",
        "operand": "@input.text",
        "cases": [case],
        "categories": [
            {"uuid": uuid(number + at), "name": name, "exit_uuid": uuid(way)}
            for at, name in enumerate(("Yes", "Other"))
        ],
        "default_category_uuid": uuid(number + 1),
    }
    return {**router, **changes}


def send_msg(number: int, text: str = "Hi") -> dict[str, Any]:
    return {"type": "send_msg", "uuid": uuid(number), "text": text}


def enter(number: int, entered: int, **more: Any) -> dict[str, Any]:
    """Return an action that enters a flow by its number."""
    reference = {"uuid": uuid(entered), "name": f"Flow {entered}"}
    return {"type": "enter_flow", "uuid": uuid(number), "flow": reference, **more}
