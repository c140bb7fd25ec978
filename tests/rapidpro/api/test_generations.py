from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.api.endpoints import HANDLERS
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.model.messages import Status

from ..mailroom.building import MSG_WAIT, flow, node, send  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.loop import SimulationLoop


@pytest.mark.parametrize("generation", sorted(GENERATIONS))
def test_from_broadcast_to_message(start: Callable[..., Any], loop: SimulationLoop, generation: str) -> None:
    """Every generation turns a broadcast into a message, and shows both in its own keys."""
    server = start(generation)
    facts = GENERATIONS[generation]
    broadcast = server.post("broadcasts.json", {"urns": ["tel:0788123123"], "text": "Hi"}).json()
    loop.advance(10)
    (message,) = server.get(f"messages.json?broadcast={broadcast['id']}").results
    assert (tuple(broadcast), tuple(message)) == (facts.fields.broadcasts, facts.fields.messages)


@pytest.mark.parametrize(("status", "word"), [(Status.INITIALIZING, "initializing"), (Status.RESENT, "resent")])
def test_older_words(start: Callable[..., Any], status: Status, word: str) -> None:
    """Version 7 told more of what becomes of a message."""
    server = start("v7")
    server.workspace.send_message(server.workspace.contacts.create(["tel:+250788123123"]), "Hi").status = status
    assert server.get("messages.json").results[0]["status"] == word


def test_older_buckets(start: Callable[..., Any]) -> None:
    """In version 7 every user had a quota of his own."""
    server = start("v7", rate_profile="legacy-1200")
    server.workspace.access.rates = {"v2.messages": "1/h"}
    bob = {"Authorization": f"Token {server.workspace.new_token('Editor', user='bob@rapidpro.org').key}"}
    statuses = [server.get("messages.json", headers=headers).status for headers in (None, bob, bob)]
    assert statuses == [200, 200, 429]


def test_older_methods(start: Callable[..., Any]) -> None:
    """Single messages could not be sent before 8.1."""
    assert start("v8").post("messages.json", {}).status == 405


@pytest.mark.parametrize("generation", sorted(GENERATIONS))
def test_every_endpoint(start: Callable[..., Any], generation: str, loop: SimulationLoop) -> None:
    """Whatever can be read is answered in every generation, once a workspace has something of everything."""
    server = start(generation)
    workspace = server.workspace
    ann = workspace.contacts.create(["tel:+250788000001"], "Ann")
    [survey] = workspace.import_flows(flow("Survey", node(send("Name?")), node(wait=MSG_WAIT)))
    campaign = workspace.mailroom.campaigns.add("Visits", workspace.add_group("Mothers", [ann]))
    workspace.mailroom.campaigns.add_event(
        campaign, offset=1, unit="days", relative_to="created_on", message={"eng": "Hi"}
    )
    workspace.globals.set("hotline", "0800")
    workspace.fields.add("age", kind="number")
    workspace.database.labels.add("Question")
    workspace.database.resthooks.subscribe(workspace.database.resthooks.add("new"), "https://receiver.example", 1)
    workspace.mailroom.tickets.open(ann)
    workspace.mailroom.triggers.conversation(ann, workspace.channels[0])
    workspace.create_broadcast(urns=ann.urns, text={"eng": "Hi"})
    workspace.start_flow(survey, contacts=[ann])
    loop.advance(5)
    readable = [name for name, methods in HANDLERS.items() if "GET" in methods and name in server.api.endpoints]
    statuses = {name: server.get(f"{name}.json").status for name in readable}
    assert statuses == dict.fromkeys(readable, 200)
