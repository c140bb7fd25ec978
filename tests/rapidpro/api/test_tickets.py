"""The endpoints about tickets: tickets, ticket_actions, topics and users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.model.triggers import TriggerKind

from ..mailroom.building import flow, node, send, uuid  # noqa: TID252 - the tests have no name from outside

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.tickets import Ticket
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.loop import SimulationLoop

    from .conftest import Server

ANN = "tel:+250788000001"
NOBODY = "11111111-1111-4111-8111-111111111111"
ACTIONS = "ticket_actions.json"


@pytest.fixture
def ann(server: Server) -> Contact:
    return server.workspace.contacts.create([ANN], "Ann")


@pytest.fixture
def ticket(server: Server, ann: Contact) -> Ticket:
    return server.workspace.mailroom.tickets.open(ann)


def only(server: Server) -> dict[str, Any]:
    [shown] = server.get("tickets.json").results
    return shown


def test_opened_by_a_flow(server: Server, ann: Contact, loop: SimulationLoop) -> None:
    """A flow leaves a conversation to people, and says what it is about (rapidpro 4.15, flows 2.3)."""
    server.workspace.new_token(user="jo@rapidpro.org")
    health = server.workspace.database.topics.add("Health")
    action = {
        "type": "open_ticket",
        "uuid": uuid(),
        "topic": {"uuid": health.uuid, "name": "Health"},
        "assignee": {"email": "jo@rapidpro.org", "name": "Jo"},
        "note": "Call @contact.name",
    }
    [imported] = server.workspace.import_flows(flow("Help", node(action)))
    server.workspace.add_trigger(TriggerKind.CATCH_ALL, imported)
    server.workspace.receive(ANN, "Help!")
    old = server.rapidpro.generation.name == "community"
    shown = only(server)
    assert {key: shown[key] for key in shown if key not in {"uuid", "opened_on", "modified_on"}} == {
        "contact": {"uuid": ann.uuid, "name": "Ann"},
        "status": "open",
        "topic": {"uuid": health.uuid, "name": "Health"},
        "body": "Call Ann" if old else None,
        "assignee": {"email": "jo@rapidpro.org", "name": "jo"},
        "opened_by": None,
        "opened_in": {"uuid": imported.uuid, "name": "Help"},
        "closed_on": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [("contact={contact}", True), (f"contact={NOBODY}", False), ("uuid={uuid}", True), (f"uuid={NOBODY}", False)],
)
def test_found(server: Server, ticket: Ticket, query: str, found: bool) -> None:
    """Tickets are found by their UUID or by whose they are."""
    filled = query.format(contact=ticket.contact.uuid, uuid=ticket.uuid)
    assert bool(server.get(f"tickets.json?{filled}").results) is found


@pytest.mark.parametrize(
    ("generation", "query", "status"),
    [
        ("community", "uuid=x", 500),
        ("community", "ticket=x", 500),
        ("textit-2026", "uuid=x", 500),
        ("textit-2026", "ticket=x", 200),
        ("textit-2026", "contact=x", 200),
    ],
)
def test_bad_uuid(start: Callable[..., Server], generation: str, query: str, status: int) -> None:
    """Nobody looks at the UUID of a ticket before the database does (rapidpro 1.8)."""
    assert start(generation).get(f"tickets.json?{query}").status == status


def test_actions(server: Server, ticket: Ticket, clock: FrozenClock) -> None:
    """People assign tickets, move, annotate, close and reopen them (rapidpro 4.15)."""
    server.workspace.new_token(user="jo@rapidpro.org")
    health = server.workspace.database.topics.add("Health")
    steps: list[tuple[dict[str, Any], str, Any]] = [
        ({"action": "assign", "assignee": "jo@rapidpro.org"}, "assignee", {"email": "jo@rapidpro.org", "name": "jo"}),
        ({"action": "assign", "assignee": None}, "assignee", None),
        ({"action": "change_topic", "topic": health.uuid}, "topic", {"uuid": health.uuid, "name": "Health"}),
        ({"action": "close"}, "status", "closed"),
        ({"action": "reopen"}, "status", "open"),
    ]
    for body, key, expected in steps:
        assert server.post(ACTIONS, {"tickets": [ticket.uuid], **body}).status == 204
        assert only(server)[key] == expected
    assert server.post(ACTIONS, {"tickets": [ticket.uuid], "action": "add_note", "note": "Urgent"}).status == 204
    assert ticket.notes == ["Urgent"]
    assert ticket.modified_on == clock.now()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"action": "assign"}, {"non_field_errors": ['For action "assign" you must specify the assignee']}),
        ({"action": "add_note"}, {"non_field_errors": ['For action "add_note" you must specify the note']}),
        ({"action": "change_topic"}, {"non_field_errors": ['For action "change_topic" you must specify the topic']}),
        ({"action": "dance"}, {"action": ['"dance" is not a valid choice.']}),
        ({"action": "close", "tickets": [NOBODY]}, {"tickets": [f"No such object: {NOBODY}"]}),
        ({"action": "assign", "assignee": "x@y.org"}, {"assignee": ["No such object: x@y.org"]}),
    ],
)
def test_refused(server: Server, ticket: Ticket, body: dict[str, Any], problem: Any) -> None:
    """What is wrong with an action is said in RapidPro's words."""
    assert server.post(ACTIONS, {"tickets": [ticket.uuid], **body}).said == (400, problem)


def test_nothing_to_do(server: Server, ticket: Ticket) -> None:
    """The newer generation names the tickets for which there was nothing to do (rapidpro 4.15)."""
    reply = server.post(ACTIONS, {"tickets": [ticket.uuid], "action": "reopen"})
    if server.rapidpro.generation.name == "community":
        assert reply.status == 204
    else:
        assert reply.said == (200, {"failures": [ticket.uuid]})


@pytest.mark.parametrize(("generation", "length", "status"), [("community", 4097, 400), ("textit-2026", 4097, 204)])
def test_long_note(start: Callable[..., Server], generation: str, length: int, status: int) -> None:
    """A note is as long as the generation allows."""
    server = start(generation)
    ticket = server.workspace.mailroom.tickets.open(server.workspace.contacts.create([ANN]))
    body = {"tickets": [ticket.uuid], "action": "add_note", "note": "x" * length}
    assert server.post(ACTIONS, body).status == status


def test_trigger(server: Server, ticket: Ticket) -> None:
    """The end of a ticket starts a flow, which sees the ticket (rapidpro 8.3, flows 3.6)."""
    server.workspace.import_flows(flow("Ask", node(send("About @trigger.ticket.topic.name: were you helped?"))))
    server.workspace.add_trigger(TriggerKind.TICKET_CLOSED, "Ask")
    server.post(ACTIONS, {"tickets": [ticket.uuid], "action": "close"})
    assert [each.text for each in ticket.contact.messages] == ["About General: were you helped?"]


def test_open_tickets_count(server: Server, ticket: Ticket) -> None:
    """Query groups follow the tickets that are open (flows 9.2)."""
    waiting = server.workspace.add_group("Waiting", query="tickets > 0")
    assert ticket.contact in waiting
    server.post(ACTIONS, {"tickets": [ticket.uuid], "action": "close"})
    assert ticket.contact not in waiting


def test_deleted_contact(server: Server, ticket: Ticket) -> None:
    """Whoever is deleted has no tickets any more."""
    server.workspace.delete_contact(ticket.contact)
    assert server.get("tickets.json").results == []


def test_topics(server: Server, ticket: Ticket) -> None:
    """Topics are made and renamed; the general one is everybody's and stays (rapidpro 4.15)."""
    created = server.post("topics.json", {"name": "Health"})
    assert (created.status, created.json()["system"]) == (201, False)
    renamed = server.post(f"topics.json?uuid={created.json()['uuid']}", {"name": "Medicine"})
    assert (renamed.status, renamed.json()["name"]) == (200, "Medicine")
    general = next(each for each in server.get("topics.json").results if each["system"])
    assert (general["name"], general["counts"]) == ("General", {"open": 1, "closed": 0})
    refused = server.post(f"topics.json?uuid={general['uuid']}", {"name": "Other"})
    assert refused.said == (403, {"detail": "Cannot modify system object."})
    taken = server.post("topics.json", {"name": "medicine"})
    assert taken.said == (400, {"name": ["This field must be unique."]})


@pytest.mark.parametrize(("generation", "most"), [("community", 250), ("textit-2026", 50)])
def test_most_topics(start: Callable[..., Server], generation: str, most: int) -> None:
    """There are only so many topics, beside the one that everybody has (rapidpro 1.10)."""
    server = start(generation)
    for number in range(most):
        assert server.workspace.database.topics.add(f"Topic {number}")
    assert server.post("topics.json", {"name": "One more"}).status == 409


def test_users(server: Server) -> None:
    """Users have the keys of the generation; they are found by role (rapidpro 4.15)."""
    server.workspace.new_token("Editor", "jo@rapidpro.org")
    server.workspace.new_token("Prometheus", "metrics@rapidpro.org")
    old = server.rapidpro.generation.name == "community"
    [editor] = server.get("users.json?role=editor").results
    assert (editor["email"], editor["role"], editor["first_name"]) == ("jo@rapidpro.org", "editor", "jo")
    newer = ["uuid", "name", "email", "role", "team", "created_on", "avatar", "first_name", "last_name"]
    assert list(editor) == (["email", "first_name", "last_name", "role", "created_on"] if old else newer)
    for query, count in (("", 2), ("?role=editor&role=administrator", 2), ("?role=king", 2)):
        assert len(server.get(f"users.json{query}").results) == count
    assert len(server.get("users.json?email=jo@rapidpro.org").results) == (2 if old else 1)


def test_teams(textit: Server) -> None:
    """An agent is in the team of all topics unless in another; nobody else is in any (rapidpro 4.15)."""
    workspace = textit.workspace
    workspace.add_user("ann@rapidpro.org", "Agent")
    workspace.add_user("bob@rapidpro.org", "Agent").team = workspace.database.teams.add("Sales")
    bob, ann, administrator = textit.get("users.json").results
    assert (ann["team"]["name"], bob["team"]["name"], administrator["team"]) == ("All Topics", "Sales", None)
    assert ann["team"]["uuid"] == workspace.database.teams.default.uuid
    assert [each["email"] for each in textit.get("users.json?role=agent").results] == [bob["email"], ann["email"]]


def test_open_tickets_group(server: Server, ticket: Ticket) -> None:
    """Who is active and has an open ticket is in the system's group Open Tickets (rapidpro 1.10, 4.11)."""
    [shown] = server.get("groups.json?name=Open Tickets").results
    assert {key: shown[key] for key in shown if key != "uuid"} == {
        "name": "Open Tickets",
        "query": "tickets > 0",
        "status": "ready",
        "system": True,
        "count": 1,
    }
    [contact] = server.get("contacts.json?group=Open Tickets").results
    assert contact["groups"] == [{"uuid": shown["uuid"], "name": "Open Tickets"}]
    server.post(ACTIONS, {"tickets": [ticket.uuid], "action": "close"})
    assert server.get("contacts.json?group=Open Tickets").results == []
    server.post(ACTIONS, {"tickets": [ticket.uuid], "action": "reopen"})
    assert len(server.get("contacts.json?group=Open Tickets").results) == 1
    server.post("contact_actions.json", {"contacts": [ticket.contact.uuid], "action": "block"})
    assert server.get("contacts.json?group=Open Tickets").results == []


def test_open_tickets_group_stays(server: Server) -> None:
    """The group Open Tickets can be neither renamed nor deleted, and nobody is put into it by hand (rapidpro 1.10)."""
    group = server.workspace.groups.open_tickets
    renamed = server.post(f"groups.json?uuid={group.uuid}", {"name": "Mine"})
    assert renamed.said == (403, {"detail": "Cannot modify system object."})
    server.workspace.add_trigger(TriggerKind.CATCH_ALL, server.workspace.import_flows(flow("Help"))[0], groups=[group])
    deleted = server.ask("DELETE", f"groups.json?uuid={group.uuid}")
    assert deleted.said == (403, {"detail": "Cannot delete system object."})
    assert server.post("contacts.json", {"groups": ["Open Tickets"]}).status == 400
    assert server.workspace.groups.open_tickets.name == "Open Tickets"
