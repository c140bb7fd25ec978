"""Definitions for the tests of this folder, as small as they can be."""

from __future__ import annotations

from typing import Any


def uuid(number: int) -> str:
    """Return a UUID that says which one it is."""
    return f"00000000-0000-4000-8000-{number:012}"


def send_msg(number: int, text: str = "Hi", **extra: Any) -> dict[str, Any]:
    return {"type": "send_msg", "uuid": uuid(number), "text": text, **extra}


def node(number: int, *actions: dict[str, Any], to: int | None = None, **extra: Any) -> dict[str, Any]:
    """Return node N with exit N + 1 and, given ``to``, a destination."""
    exit_ = {"uuid": uuid(number + 1), "destination_uuid": None if to is None else uuid(to)}
    return {"uuid": uuid(number), "actions": list(actions), "exits": [exit_], **extra}


def switch(exit_number: int, *, number: int = 500, **extra: Any) -> dict[str, Any]:
    """Return a router with one case, ``has_any_word yes``, and the categories Yes and Other, which have one exit."""
    yes, other = uuid(number), uuid(number + 1)
    return {
        "type": "switch",
        "operand": "@input.text",
        "cases": [{"uuid": uuid(number + 2), "type": "has_any_word", "arguments": ["yes"], "category_uuid": yes}],
        "categories": [
            {"uuid": yes, "name": "Yes", "exit_uuid": uuid(exit_number)},
            {"uuid": other, "name": "Other", "exit_uuid": uuid(exit_number)},
        ],
        "default_category_uuid": other,
        **extra,
    }


def flow(*nodes: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return {
        "uuid": uuid(1),
        "name": "Relay",
        "spec_version": "14.4.2",
        "language": "eng",
        "type": "messaging",
        "nodes": list(nodes),
        **extra,
    }
