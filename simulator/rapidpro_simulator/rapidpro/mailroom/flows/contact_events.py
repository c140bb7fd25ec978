"""What becomes of a sprint's events about the contact: another name, other URNs, groups and values, tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from rapidpro_simulator.rapidpro.flows.core.field_values import FieldValue
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus

if TYPE_CHECKING:
    from collections.abc import Callable

    from .sprint_context import Event, SprintContext


def _changes(apply: Callable[[SprintContext, Event], object]) -> Callable[[SprintContext, Event], None]:
    def handler(context: SprintContext, event: Event) -> None:
        apply(context, event)
        context.changed = True

    return handler


@_changes
def _name_changed(context: SprintContext, event: Event) -> None:
    context.contact.name = event["name"] or None


@_changes
def _language_changed(context: SprintContext, event: Event) -> None:
    context.contact.language = event["language"] or None


@_changes
def _timezone_changed(context: SprintContext, event: Event) -> None:
    context.contact.timezone = event["timezone"] or None


@_changes
def _status_changed(context: SprintContext, event: Event) -> None:
    context.contact.status = ContactStatus(event["status"])


@_changes
def _urns_changed(context: SprintContext, event: Event) -> None:
    channels = {channel.uuid: channel for channel in context.database.channels}
    urns, affinity = [], {}
    for urn in event["urns"]:
        base, mark, display = urn.partition("#")
        path, _, query = base.partition("?")
        urns.append(f"{path}{mark}{display}")
        channel = channels.get(parse_qs(query).get("channel", [""])[0])
        if channel is not None:
            affinity[path] = channel
    context.database.contacts.set_urns(context.contact, urns)
    context.contact.affinity = affinity or None


@_changes
def _field_changed(context: SprintContext, event: Event) -> None:
    contact, key, value = context.contact, event["field"]["key"], event["value"]
    if value is None:
        contact.fields.pop(key, None)
        return
    contact.fields[key] = value["text"]
    if contact.values is None:
        contact.values = {}
    contact.values[key] = FieldValue.from_json(value, context.mailroom.environment.current)


@_changes
def _groups_changed(context: SprintContext, event: Event) -> None:
    groups = context.database.groups
    for each in event.get("groups_added", ()):
        if (group := groups.get(each["uuid"])) is not None:
            group.add(context.contact)
    for each in event.get("groups_removed", ()):
        if (group := groups.get(each["uuid"])) is not None:
            group.remove(context.contact)


def _ticket_opened(context: SprintContext, event: Event) -> None:
    database, ticket = context.database, event["ticket"]
    users = {user.uuid: user for user in database.users.values()}
    context.mailroom.tickets.open(
        context.contact,
        database.topics.get(ticket["topic"]["uuid"]),
        uuid=ticket["uuid"],
        flow=context.flow,
        assignee=users.get(ticket.get("assignee", {}).get("uuid")),
    )


def _ticket_noted(context: SprintContext, event: Event) -> None:
    context.mailroom.tickets.add_note(context.database.tickets[event["ticket_uuid"]], event["note"])


CONTACT_HANDLERS: dict[str, Callable[[SprintContext, Event], None]] = {
    "contact_field_changed": _field_changed,
    "contact_groups_changed": _groups_changed,
    "contact_language_changed": _language_changed,
    "contact_name_changed": _name_changed,
    "contact_status_changed": _status_changed,
    "contact_timezone_changed": _timezone_changed,
    "contact_urns_changed": _urns_changed,
    "ticket_note_added": _ticket_noted,
    "ticket_opened": _ticket_opened,
}
"""By the type of the event."""
