"""Tickets of a workspace: opened by flows, worked on by people (rapidpro 4.15, flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.tickets import Ticket

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.tickets import Topic
    from rapidpro_simulator.rapidpro.model.users import User


class Tickets:
    """Changes tickets. Each change says whether there was anything to change; a contact has one open ticket at most."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._clock = mailroom.runtime.clock

    def open(
        self,
        contact: Contact,
        topic: Topic | None = None,
        *,
        uuid: str | None = None,
        flow: Flow | None = None,
        user: User | None = None,
        assignee: User | None = None,
    ) -> Ticket:
        """Open a ticket (default: about the general topic), in a flow or by a user."""
        now = self._clock.now()
        uuid = uuid or self._mailroom.sessions.new_uuid()
        ticket = Ticket(uuid, contact, topic or self._database.topics.general, now, now, flow, user, assignee)
        self._database.tickets[ticket.uuid] = ticket
        contact.tickets = (*contact.tickets, ticket)
        self._tell(ticket, "ticket.opened")
        return ticket

    def assign(self, ticket: Ticket, user: User | None) -> bool:
        """Give a ticket to a user, or to nobody."""
        if ticket.assignee is user:
            return False
        ticket.assignee = user
        self._tell(ticket, "ticket.assigned", to=user and user.email)
        return True

    def add_note(self, ticket: Ticket, note: str) -> bool:
        """Write a note on a ticket."""
        ticket.notes.append(note)
        self._tell(ticket, "ticket.noted", note=note)
        return True

    def change_topic(self, ticket: Ticket, topic: Topic) -> bool:
        """Let a ticket be about something else."""
        if ticket.topic is topic:
            return False
        ticket.topic = topic
        self._tell(ticket, "ticket.moved", topic=topic.name)
        return True

    def close(self, ticket: Ticket) -> bool:
        """Close a ticket, which may start a flow (rapidpro 8.3)."""
        if ticket.closed_on is not None:
            return False
        ticket.closed_on = self._clock.now()
        ticket.contact.tickets = tuple(each for each in ticket.contact.tickets if each is not ticket)
        self._tell(ticket, "ticket.closed")
        self._mailroom.triggers.ticket_closed(ticket)
        return True

    def reopen(self, ticket: Ticket) -> bool:
        """Open a closed ticket again, unless the contact has another one that is open."""
        if ticket.closed_on is None or ticket.contact.tickets:
            return False
        ticket.closed_on = None
        ticket.contact.tickets = (ticket,)
        self._tell(ticket, "ticket.reopened")
        return True

    def _tell(self, ticket: Ticket, kind: str, **data: object) -> None:
        contact = ticket.contact
        ticket.modified_on = contact.modified_on = self._clock.now()
        flow = ticket.opened_in
        self._mailroom.runtime.record(kind, contact=contact.uuid, flow=flow and flow.name, ticket=ticket.uuid, **data)
        self._mailroom.changed(contact)
