"""The endpoints `tickets` and `ticket_actions`: what was left to people, and what they do about it (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import users
from .calls import RapidProCall, RapidProResponse, is_uuid
from .containers import many, reference
from .errors import RapidProApiError, ServerError
from .fields import BodyField, read_fields
from .parts import find_ticket
from .rendering import moment, refer
from .scalars import choice, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.mailroom.contacts.tickets import Tickets
    from rapidpro_simulator.rapidpro.model.tickets import Ticket, Topic
    from rapidpro_simulator.rapidpro.model.users import User

NEEDS = 'For action "{}" you must specify the {}'

# What is done, by the name of the action; each says whether there was anything to do.
ACTIONS: dict[str, Callable[[Tickets, Ticket, dict[str, Any]], bool]] = {
    "assign": lambda tickets, ticket, given: tickets.assign(ticket, given["assignee"]),
    "add_note": lambda tickets, ticket, given: tickets.add_note(ticket, given["note"]),
    "change_topic": lambda tickets, ticket, given: tickets.change_topic(ticket, given["topic"]),
    "close": lambda tickets, ticket, _: tickets.close(ticket),
    "reopen": lambda tickets, ticket, _: tickets.reopen(ticket),
}
NEEDED = {"assign": "assignee", "add_note": "note", "change_topic": "topic"}


def render(ticket: Ticket, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a ticket."""
    return {
        "uuid": ticket.uuid,
        "contact": refer(ticket.contact),
        "status": ticket.status,
        "topic": refer(ticket.topic),
        "body": ticket.notes[0] if ticket.notes and call.generation.api.ticket_bodies else None,
        "assignee": users.refer(ticket.assignee),
        "opened_on": moment(ticket.opened_on),
        "opened_by": users.refer(ticket.opened_by),
        "opened_in": refer(ticket.opened_in),
        "modified_on": moment(ticket.modified_on),
        "closed_on": moment(ticket.closed_on),
    }


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET tickets`, the last modified first."""
    contact = call.text("contact")
    uuid = call.parameter("uuid") or (call.parameter("ticket") if call.generation.api.ticket_alias else None)
    if uuid and not is_uuid(uuid):
        raise ServerError  # nobody looks at it before the database does

    def keep(ticket: Ticket) -> bool:
        return (not contact or ticket.contact.uuid == contact) and (not uuid or ticket.uuid == uuid)

    return call.page_by_modification(filter(keep, call.workspace.database.tickets.values()), render, dated=False)


def _find_topic(key: str, call: RapidProCall) -> Topic | None:
    return call.workspace.database.topics.get(key.lower())


def _find_user(key: str, call: RapidProCall) -> User | None:
    return call.workspace.database.users.get(key.lower())


def _note(value: Any, call: RapidProCall) -> str:
    return str(text(call.generation.api.longest_note)(value, call))


FIELDS = {
    "tickets": BodyField(many(find_ticket), required=True, shape="references"),
    "action": BodyField(choice(ACTIONS), required=True),
    "assignee": BodyField(reference(_find_user, null=True), null=True),
    "topic": BodyField(reference(_find_topic)),
    "note": BodyField(_note),
}


async def act(call: RapidProCall) -> RapidProResponse:
    """Answer `POST ticket_actions`; the newer generation says where nothing was to be done."""
    values = read_fields(FIELDS, call.writable(call.read_body()), call)
    action: str = values["action"]
    if action in NEEDED and NEEDED[action] not in values:
        raise RapidProApiError.overall(NEEDS.format(action, NEEDED[action]))
    await call.reach_mailroom()
    tickets = call.workspace.mailroom.tickets
    unchanged = [each.uuid for each in values["tickets"] if not ACTIONS[action](tickets, each, values)]
    return (
        RapidProResponse(200, {"failures": unchanged})
        if unchanged and call.generation.api.ticket_failures
        else RapidProResponse(204)
    )
