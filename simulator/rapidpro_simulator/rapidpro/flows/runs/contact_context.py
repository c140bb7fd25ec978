"""What expressions see of a contact, and of the things that belong to one (flows 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core.routes import preferred_route, without_query
from rapidpro_simulator.rapidpro.flows.excellent.rendering import render
from rapidpro_simulator.rapidpro.flows.excellent.values import Deprecated, Object
from rapidpro_simulator.rapidpro.flows.locales.timestamps import moment_of
from rapidpro_simulator.rapidpro.flows.texts.strings import tokens
from rapidpro_simulator.rapidpro.flows.texts.urns import SCHEMES, format_urn, redacted

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core.assets import ChannelAsset, TopicAsset, UserAsset
    from rapidpro_simulator.rapidpro.flows.core.contact import Contact, Ticket
    from rapidpro_simulator.rapidpro.flows.excellent.values import Property, Value
    from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment


def contact_object(environment: Environment, contact: Contact) -> Object:
    """Return a contact; its default is its name, else its first URN as people read it."""

    def properties() -> dict[str, Property]:
        route = preferred_route(contact, contact.assets)
        return {
            "uuid": contact.uuid,
            "id": Deprecated(str(contact.id), "@contact.id is deprecated, use @contact.ref instead"),
            "ref": contact.ref,
            "name": contact.name,
            "first_name": next(iter(tokens(contact.name)), None),
            "language": contact.language,
            "timezone": contact.timezone or None,
            "status": contact.status,
            "created_on": moment(contact.created_on),
            "last_seen_on": moment(contact.last_seen_on),
            "urns": [shown_urn(environment, urn) for urn in contact.urns],
            "urn": shown_urn(environment, route.urn) if route else None,
            "groups": [Object({"uuid": group.uuid, "name": group.name}) for group in contact.groups],
            "fields": fields_object(contact),
            "channel": channel_object(route.channel if route else None),
            "tickets": Deprecated(
                [ticket_object(ticket) for ticket in contact.tickets],
                "@contact.tickets is deprecated, use @ticket instead",
            ),
        }

    return Object(properties, lambda: shown_contact(environment, contact))


def shown_contact(environment: Environment, contact: Contact) -> str:
    """Return what stands for a contact in a text."""
    if contact.name:
        return contact.name
    if environment.redact_urns:
        return str(contact.id)
    return format_urn(contact.urns[0]) if contact.urns else ""


def fields_object(contact: Contact) -> Object:
    """Return all fields of the workspace, null where the contact has no value; the default lists those it has."""

    def properties() -> dict[str, Property]:
        return {field.key: contact.field_value(field.key) for field in contact.assets.fields}

    def default() -> str:
        values = ((field.name, contact.field_value(field.key)) for field in contact.assets.fields)
        return "\n".join(sorted(f"{name}: {render(value)}" for name, value in values if value is not None))

    return Object(properties, default)


def urns_object(environment: Environment, contact: Contact) -> Object:
    """Return the first URN of every scheme, null where the contact has none."""

    def properties() -> dict[str, Property]:
        found: dict[str, Property] = dict.fromkeys(SCHEMES)
        for urn in reversed(contact.urns):
            found[urn.partition(":")[0]] = shown_urn(environment, urn)
        return found

    return Object(properties)


def shown_urn(environment: Environment, urn: str) -> str:
    """Return a URN as expressions may see it (flows 5.1)."""
    return redacted(urn) if environment.redact_urns else without_query(urn)


def channel_object(channel: ChannelAsset | None) -> Value:
    if channel is None:
        return None
    return Object({"uuid": channel.uuid, "name": channel.name, "address": channel.address}, channel.name)


def ticket_object(ticket: Ticket | None) -> Value:
    if ticket is None:
        return None
    return Object(
        {"uuid": ticket.uuid, "topic": topic_object(ticket.topic), "assignee": user_object(ticket.assignee)},
    )


def topic_object(topic: TopicAsset | None) -> Value:
    return None if topic is None else Object({"uuid": topic.uuid, "name": topic.name}, topic.name)


def user_object(user: UserAsset | None) -> Value:
    if user is None:
        return None
    first_name = user.name.partition(" ")[0]
    properties: dict[str, Property] = {"email": user.email, "name": user.name, "first_name": first_name}
    return Object(properties, user.name or user.email)


def moment(timestamp: str | None) -> DateTime | None:
    """Return a timestamp as expressions see it."""
    return moment_of(timestamp) if timestamp else None
