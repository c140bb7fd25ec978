"""The endpoint `contacts`, reading (rapidpro 4.3); `contact_writing` has the rest of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns
from rapidpro_simulator.rapidpro.mailroom.messages.routing import channel_for
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus

from .errors import RapidProApiError
from .rendering import moment, refer

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.core.field_values import FieldValue
    from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.model.assets import ContactField
    from rapidpro_simulator.rapidpro.model.contacts import Contact, Note
    from rapidpro_simulator.rapidpro.model.groups import Group

    from .calls import RapidProCall, RapidProResponse

ANONYMOUS_LOOKUP = "URN lookups not allowed for anonymous organizations"
MASKED = "********"


def _local(moment: DateTime | None, environment: Environment) -> str | None:
    return None if moment is None else moment.in_zone(environment.timezone).local.isoformat()


# What a value of a type prints as; one that cannot be read as its type prints null.
SHOWN: dict[str, Callable[[FieldValue, Environment], str | None]] = {
    "number": lambda value, _: None if value.number is None else f"{value.number:f}",
    "datetime": lambda value, environment: _local(value.datetime, environment),
    "state": lambda value, _: value.state or None,
    "district": lambda value, _: value.district or None,
    "ward": lambda value, _: value.ward or None,
}


def _urns(contact: Contact, call: RapidProCall) -> list[Any]:
    if call.flag("expand_urns"):
        expanded = [_expanded(each, contact, call) for each in contact.urns]
        return sorted(expanded, key=lambda each: each["channel"] is None)  # those that can be reached come first
    show = _masked if call.workspace.settings.anonymous else urns.identity
    return [show(each) for each in contact.urns]


def _masked(urn: str) -> str:
    return f"{urn.partition(':')[0]}:{MASKED}"


def _expanded(urn: str, contact: Contact, call: RapidProCall) -> dict[str, Any]:
    parts = urns.parse(urn)
    path = MASKED if call.workspace.settings.anonymous else parts.path
    channel = channel_for(urn, contact, call.workspace.channels)
    return {"channel": refer(channel), "scheme": parts.scheme, "path": path, "display": parts.display}


def _value(contact: Contact, field: ContactField, call: RapidProCall) -> str | None:
    text = contact.fields.get(field.key)
    if not text or field.kind == "text":
        return text or None
    value = call.workspace.mailroom.values.of(contact, field.key)
    return SHOWN[field.kind](value, call.workspace.mailroom.environment.current) if value is not None else None


def _note(note: Note) -> dict[str, Any]:
    by = {"email": note.user, "name": note.user.partition("@")[0]}
    return {"text": note.text, "created_on": moment(note.created_on), "created_by": by}


def _unless_deleted(show: Callable[[Contact, RapidProCall], Any]) -> Callable[[Contact, RapidProCall], Any]:
    return lambda contact, call: None if contact.deleted else show(contact, call)


READ: dict[str, Callable[[Contact, RapidProCall], Any]] = {
    "uuid": lambda contact, _: contact.uuid,
    "name": _unless_deleted(lambda contact, _: contact.name),
    "ref": lambda contact, _: f"{contact.id:010}",
    "anon_display": lambda contact, _: f"{contact.id:010}",
    "status": _unless_deleted(lambda contact, _: contact.status.value),
    "language": _unless_deleted(lambda contact, _: contact.language),
    "urns": _urns,
    "groups": lambda contact, call: [refer(each) for each in call.workspace.groups.of(contact)],
    "notes": lambda contact, _: [_note(each) for each in contact.notes],
    "fields": lambda contact, call: {
        field.key: _value(contact, field, call) for field in call.workspace.fields.values() if not contact.deleted
    },
    "flow": lambda contact, _: refer(contact.flow),
    "created_on": lambda contact, _: moment(contact.created_on),
    "modified_on": lambda contact, _: moment(contact.modified_on),
    "last_seen_on": lambda contact, _: moment(contact.last_seen_on),
    "blocked": _unless_deleted(lambda contact, _: contact.status is ContactStatus.BLOCKED),
    "stopped": _unless_deleted(lambda contact, _: contact.status is ContactStatus.STOPPED),
}
ONLY_ANONYMOUS = frozenset({"ref", "anon_display"})


def render(contact: Contact, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a contact, in the generation's order."""
    anonymous = call.workspace.settings.anonymous
    names = call.generation.fields.contacts
    return {name: READ[name](contact, call) for name in names if anonymous or name not in ONLY_ANONYMOUS}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET contacts`, the last modified first."""
    uuid, number, group_key = call.uuid("uuid"), call.text("urn"), call.text("group")
    owner = owner_of(number, call) if number else None
    members = _named_group(group_key, call) if group_key else None
    deleted = call.flag("deleted")

    def keep(contact: Contact) -> bool:
        return (
            contact.deleted is deleted
            and (not uuid or contact.uuid == uuid)
            and (not number or contact is owner)
            and (not group_key or (members is not None and contact in members))
        )

    return call.page_by_modification(filter(keep, call.workspace.contacts), render)


def _named_group(key: str, call: RapidProCall) -> Group | None:
    # A filter compares the name as it is; references in bodies do so in whatever case.
    return next((each for each in call.workspace.groups.values() if key in {each.uuid, each.name}), None)


def owner_of(value: str, call: RapidProCall) -> Contact | None:
    """Return whose URN a parameter is. Raises the 400 of what is none, and of a workspace that hides them."""
    if call.workspace.settings.anonymous:
        raise RapidProApiError.detail(400, ANONYMOUS_LOOKUP)
    return call.workspace.contacts.by_urn(normalized(value, call))


def normalized(value: str, call: RapidProCall) -> str:
    """Return the URN of a parameter as the workspace would store it. Raises the 400 of what is none."""
    try:
        return urns.normalize(value, call.workspace.database.country)
    except ValueError as error:
        raise RapidProApiError.detail(400, f"Invalid URN: {value}") from error
