"""Modifiers of a contact's tickets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.contact import OPEN, Ticket
from rapidpro_simulator.rapidpro.flows.definition import fields

from .base import Modifier, ModifierContext

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference

CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpenModifier(Modifier):
    """Opens a ticket, unless one is open."""

    type: ClassVar[str] = "ticket_open"

    topic: Reference = fields.reference("topic", required=True)
    assignee: Reference | None = fields.reference("user")
    note: str = fields.text(maximum=10_000)

    def apply(self, context: ModifierContext) -> bool:
        topic = context.assets.find(self.topic)
        if context.contact.open_ticket is not None or topic is None:
            return False
        assignee = context.assets.find(self.assignee) if self.assignee is not None else None
        ticket = Ticket(context.runtime.new_uuid(), topic, assignee)
        context.contact.tickets.append(ticket)
        context.log(events.ticket_opened(ticket.to_json()))
        if self.note:
            context.log(events.ticket_note_added(ticket.uuid, self.note))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCloseModifier(Modifier):
    """Closes a ticket."""

    type: ClassVar[str] = "ticket_close"

    ticket_uuid: str = fields.uuid()

    def apply(self, context: ModifierContext) -> bool:
        ticket = _find(context, self.ticket_uuid)
        if ticket is None or ticket.status != OPEN:
            return False
        _put(context, replace(ticket, status=CLOSED))
        context.log(_event("ticket_closed", ticket))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReopenModifier(Modifier):
    """Reopens a ticket, unless one is open."""

    type: ClassVar[str] = "ticket_reopen"

    ticket_uuid: str = fields.uuid()

    def apply(self, context: ModifierContext) -> bool:
        ticket = _find(context, self.ticket_uuid)
        if ticket is None or context.contact.open_ticket is not None:
            return False
        _put(context, replace(ticket, status=OPEN))
        context.log(_event("ticket_reopened", ticket))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNoteModifier(Modifier):
    """Adds a note to a ticket."""

    type: ClassVar[str] = "ticket_note"

    ticket_uuid: str = fields.uuid()
    note: str = fields.text(required=True, maximum=10_000)

    def apply(self, context: ModifierContext) -> bool:
        ticket = _find(context, self.ticket_uuid)
        if ticket is None:
            return False
        context.log(events.ticket_note_added(ticket.uuid, self.note))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAssigneeModifier(Modifier):
    """Assigns a ticket to a user, or to none."""

    type: ClassVar[str] = "ticket_assignee"

    ticket_uuid: str = fields.uuid()
    assignee: Reference | None = fields.reference("user")

    def apply(self, context: ModifierContext) -> bool:
        ticket = _find(context, self.ticket_uuid)
        assignee = context.assets.find(self.assignee) if self.assignee is not None else None
        if ticket is None or ticket.assignee == assignee:
            return False
        _put(context, replace(ticket, assignee=assignee))
        before = {"previous": ticket.assignee.reference.to_json()} if ticket.assignee else {}
        after = assignee.reference.to_json() if assignee else None
        context.log(_event("ticket_assignee_changed", ticket, assignee=after, **before))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTopicModifier(Modifier):
    """Changes what a ticket is about."""

    type: ClassVar[str] = "ticket_topic"

    ticket_uuid: str = fields.uuid()
    topic: Reference = fields.reference("topic", required=True)

    def apply(self, context: ModifierContext) -> bool:
        ticket = _find(context, self.ticket_uuid)
        topic = context.assets.find(self.topic)
        if ticket is None or topic is None or ticket.topic == topic:
            return False
        _put(context, replace(ticket, topic=topic))
        context.log(_event("ticket_topic_changed", ticket, topic=topic.reference.to_json()))
        return True


def _find(context: ModifierContext, uuid: str) -> Ticket | None:
    return next((ticket for ticket in context.contact.tickets if ticket.uuid == uuid), None)


def _put(context: ModifierContext, changed: Ticket) -> None:
    tickets = context.contact.tickets
    tickets[:] = [changed if ticket.uuid == changed.uuid else ticket for ticket in tickets]


def _event(type_: str, ticket: Ticket, **details: Any) -> events.Event:
    return {"type": type_, "ticket_uuid": ticket.uuid, **details}
