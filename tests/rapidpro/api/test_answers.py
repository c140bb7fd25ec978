"""What the endpoints of flows answer, held against the schemas of the generation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.api.schemas import wire_schemas
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.model.resthooks import ResthookEvent
from rapidpro_simulator.world.schemas import bundled

from ..mailroom.building import MSG_WAIT, flow, node, send  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.loop import SimulationLoop

    from .conftest import Reply, Server

ANN = "tel:+250788000001"


@pytest.fixture(params=GENERATIONS)
def server(request: pytest.FixtureRequest, start: Callable[..., Server], loop: SimulationLoop) -> Server:
    """Return a host of any generation whose workspace has something of everything."""
    server = start(request.param)
    workspace = server.workspace
    [survey] = workspace.import_flows(flow("Survey", node(send("Name?")), node(wait=MSG_WAIT)))
    workspace.start_flow(survey, urns=[ANN], params={"day": 1})
    loop.advance(5)
    message = workspace.receive(ANN, "Ann")
    group = workspace.add_group("Friends", [message.contact])
    campaign = workspace.mailroom.campaigns.add("Visits", group)
    for settings in ({"flow": survey}, {"message": {"eng": "Hello"}}):
        workspace.mailroom.campaigns.add_event(campaign, offset=1, unit="days", relative_to="last_seen_on", **settings)
    resthook = workspace.database.resthooks.add("new-registration")
    workspace.database.resthooks.subscribe(resthook, "https://receiver.example/", 1)
    resthook.events.append(ResthookEvent(resthook, {"a": 1}, workspace.created_on))
    return server


def check(server: Server, method: str, name: str, reply: Reply) -> None:
    wire = wire_schemas(server.rapidpro.generation)
    endpoint = wire.find(method, f"/api/v2/{name}.json")
    assert endpoint is not None
    schema = endpoint.answer(reply.status)
    assert schema is not None
    schemas = bundled()
    assert schemas.check(schemas.name(schema, wire.endings), reply.json()) == []


@pytest.mark.parametrize(
    "name",
    [
        *("flow_starts", "runs", "flows", "definitions", "campaigns", "campaign_events"),
        *("resthooks", "resthook_events", "resthook_subscribers", "contacts"),
    ],
)
def test_reading(server: Server, name: str) -> None:
    """What is read keeps to its schema, and is not empty."""
    reply = server.get(f"{name}.json")
    assert reply.json().get("results") != []
    check(server, "GET", name, reply)


@pytest.mark.parametrize("name", ["flow_starts", "campaigns", "campaign_events", "resthook_subscribers"])
def test_writing(server: Server, name: str) -> None:
    """What is answered to somebody who writes keeps to its schema."""
    [flow] = server.workspace.flows
    (campaign,) = server.workspace.database.campaigns
    event = {"campaign": campaign, "relative_to": "created_on", "offset": 1, "unit": "hours", "delivery_hour": -1}
    bodies = {
        "flow_starts": {"flow": flow.uuid, "urns": [ANN]},
        "campaigns": {"name": "Calls", "group": "Friends"},
        "campaign_events": {**event, "message": {"eng": "Hello"}},
        "resthook_subscribers": {"resthook": "new-registration", "target_url": "https://other.example/"},
    }
    reply = server.post(f"{name}.json", bodies[name])
    assert reply.status == 201
    check(server, "POST", name, reply)


@pytest.mark.parametrize("name", ["flow_starts", "campaigns", "campaign_events", "resthook_subscribers"])
def test_refusals(server: Server, name: str) -> None:
    """So does a refusal."""
    reply = server.post(f"{name}.json", {})
    assert reply.status == 400
    check(server, "POST", name, reply)
