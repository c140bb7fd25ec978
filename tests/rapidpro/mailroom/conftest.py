"""A workspace with flows, without a network, and short ways to write flows and to talk."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from simulator.rapidpro.model.host import RapidPro

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.clock import FrozenClock
    from simulator.journal import Journal
    from simulator.rapidpro.model.contacts import Contact
    from simulator.rapidpro.model.workspace import Workspace
    from simulator.seed import Seed

JANE = "tel:+254711000001"
JOHN = "tel:+254711000002"

_numbers = count(1)


def uuid() -> str:
    """Return a UUID that no other part of a definition has."""
    return f"00000000-0000-4000-8000-{next(_numbers):012}"


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


class Said(Protocol):
    def __call__(self, urn: str = JANE) -> list[str]: ...


@pytest.fixture(params=["community", "textit-2026"])
def generation(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def rapidpro(clock: FrozenClock, seed: Seed, journal: Journal, generation: str) -> RapidPro:
    return RapidPro("textit.com", clock, seed, journal, generation)


@pytest.fixture
def workspace(rapidpro: RapidPro) -> Workspace:
    return rapidpro.workspace("Main", country="KE")


@pytest.fixture
def jane(workspace: Workspace) -> Contact:
    return workspace.contacts.create([JANE], "Jane")


@pytest.fixture
def said(workspace: Workspace) -> Said:
    """Return what the workspace has said to a number."""

    def said(urn: str = JANE) -> list[str]:
        contact = workspace.contact_by_urn(urn)
        return [each.text for each in contact.messages if not each.incoming] if contact else []

    return said


@pytest.fixture
def happened(journal: Journal) -> Callable[[str], list[dict[str, Any]]]:
    """Return the data of the events of a kind in the journal."""

    def happened(kind: str) -> list[dict[str, Any]]:
        return [entry.data for entry in journal if entry.kind == kind]

    return happened


@pytest.fixture
def wait(clock: FrozenClock) -> Callable[..., None]:
    """Let time pass."""
    return lambda **step: clock.advance(timedelta(**step))


@pytest.fixture(autouse=True)
def numbered() -> None:
    """Begin the UUIDs of definitions anew for each test."""
    global _numbers  # noqa: PLW0603
    _numbers = count(1)
