"""Short ways to write flow definitions."""

from __future__ import annotations

from itertools import count, pairwise
from typing import Any

NUMBERS = count(1)


def uuid() -> str:
    """Return a UUID that no other part of a definition has."""
    return f"00000000-0000-4000-8000-{next(NUMBERS):012}"


def send(text: str) -> dict[str, Any]:
    return {"type": "send_msg", "uuid": uuid(), "text": text}


def webhook(url: str = "https://receiver.example/hook", method: str = "POST") -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {"type": "call_webhook", "uuid": uuid(), "method": method, "url": url, "headers": headers, "body": "{}"}


def node(*actions: dict[str, Any], wait: dict[str, Any] | None = None, result: str = "Answer") -> dict[str, Any]:
    """Return a node; with a wait, whatever is said leads on, and so does a timeout."""
    if wait is None:
        return {"uuid": uuid(), "actions": list(actions), "exits": [{"uuid": uuid(), "destination_uuid": None}]}
    exits = [{"uuid": uuid(), "destination_uuid": None}, {"uuid": uuid(), "destination_uuid": None}]
    categories = [
        {"uuid": uuid(), "name": name, "exit_uuid": exit_["uuid"]}
        for name, exit_ in zip(("All Responses", "No Response"), exits, strict=True)
    ]
    if "timeout" in wait:
        wait = {**wait, "timeout": {"category_uuid": categories[1]["uuid"], **wait["timeout"]}}
    router = {
        "type": "switch",
        "wait": wait,
        "operand": "@input.text",
        "result_name": result,
        "cases": [],
        "categories": categories,
        "default_category_uuid": categories[0]["uuid"],
    }
    return {"uuid": uuid(), "actions": list(actions), "router": router, "exits": exits}


def flow(name: str, *nodes: dict[str, Any], kind: str = "messaging", **settings: Any) -> dict[str, Any]:
    """Return a definition in which each node leads to the next one."""
    for first, second in pairwise(nodes):
        for exit_ in first["exits"]:
            exit_["destination_uuid"] = second["uuid"]
    return {
        "uuid": uuid(),
        "name": name,
        "spec_version": "14.4.2",
        "language": "eng",
        "type": kind,
        "revision": 1,
        "expire_after_minutes": 0,
        "localization": {},
        "nodes": list(nodes),
        **settings,
    }


def export(*flows: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"version": "13", "site": "https://elsewhere.example", "flows": list(flows), **parts}


MSG_WAIT: dict[str, Any] = {"type": "msg"}
QUESTION = "What is your name?"


def survey(**settings: Any) -> dict[str, Any]:
    """Return a flow that asks for a name and says hello."""
    return flow("Survey", node(send(QUESTION)), node(wait=MSG_WAIT), node(send("Hello @results.answer!")), **settings)
