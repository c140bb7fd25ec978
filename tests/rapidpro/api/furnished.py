"""A workspace that has something of everything, for what is asked of all endpoints alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.api.bodies import File
from rapidpro_simulator.rapidpro.api.pagination import Cursor
from rapidpro_simulator.rapidpro.model.resthooks import ResthookEvent
from tests.rapidpro.mailroom.building import MSG_WAIT, flow, node, send

if TYPE_CHECKING:
    from rapidpro_simulator.world.loop import SimulationLoop

    from .conftest import Server

ANN = "tel:+250788000001"
BOB = "tel:+250788000002"
PLACES = {"name": "Rwanda", "osm_id": "R171496", "children": [{"name": "Kigali", "osm_id": "R1708283"}]}


def furnish(server: Server, loop: SimulationLoop) -> None:
    """Fill the workspace of `server`."""
    workspace, database = server.workspace, server.workspace.database
    [survey] = workspace.import_flows(flow("Survey", node(send("Name?")), node(wait=MSG_WAIT)))
    workspace.start_flow(survey, urns=[ANN], params={"day": 1})
    loop.advance(5)
    message = workspace.receive(ANN, "Ann")
    workspace.receive(BOB, "Help")
    workspace.create_broadcast(text={"eng": "Hello"}, urns=[BOB])
    group = workspace.add_group("Friends", [message.contact])
    campaign = workspace.mailroom.campaigns.add("Visits", group)
    for settings in ({"flow": survey}, {"message": {"eng": "Hello"}}):
        workspace.mailroom.campaigns.add_event(campaign, offset=1, unit="days", relative_to="last_seen_on", **settings)
    resthook = database.resthooks.add("new-registration")
    database.resthooks.subscribe(resthook, "https://receiver.example/", 1)
    resthook.events.append(ResthookEvent(resthook, {"a": 1}, workspace.created_on))
    message.labels = [database.labels.add("Urgent")]
    database.optins.add("News")
    database.topics.add("Health")
    workspace.fields.add("age", "Age", "number")
    workspace.globals.set("clinic", "Kigali", "Clinic")
    database.classifiers.add("Intentions", intents=["greeting"])
    workspace.load_locations(PLACES)
    workspace.mailroom.tickets.open(message.contact)
    workspace.mailroom.triggers.happened("call_missed", message.contact, workspace.channels[0])
    workspace.add_channel("android", "Phone")
    server.api.media.add(workspace, File("image.png", "image/png", b"PNG"))
    loop.advance(5)


def known(server: Server) -> dict[str, list[Any]]:
    """Return values that a furnished workspace knows, by the names of their definitions in the schemas."""
    workspace, database = server.workspace, server.workspace.database
    things = [
        *workspace.contacts,
        *workspace.groups.values(),
        *workspace.flows,
        *workspace.flows.runs,
        *workspace.channels,
        *database.campaigns.values(),
        *(event for each in database.campaigns.values() for event in each.events),
        *database.labels.values(),
        *database.topics.values(),
        *database.tickets.values(),
    ]
    uuids = [thing.uuid for thing in things]
    return {
        "query-uuid": uuids,
        "query-uuids": uuids,
        "query-text": [*uuids, ANN, "Friends", "Visits", "Urgent", "age", "clinic", "last_seen_on", "new-registration"],
        "query-cursor": [Cursor(1).encode(), Cursor(0, True, workspace.created_on).encode()],
        "query-integer": [str(number) for number in range(1, 5)],
        "urn": [ANN, BOB, "tel:0788000003"],
    }
