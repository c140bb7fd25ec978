"""The endpoint `contacts`: reading, writing and deleting people (rapidpro 4.3)."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.mailroom.messages.routing import channel_for
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus

from .calls import RapidProCall, RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import NO_URN, BodyField, dictionary, list_of, read_fields, references, text, urn
from .pagination import Listing
from .parts import find_group, group
from .rendering import moment, refer

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.core.field_values import FieldValue
    from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.model.assets import ContactField
    from rapidpro_simulator.rapidpro.model.contacts import Contact, Note
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.workspace import Workspace

NO_LANGUAGE = "Not a valid ISO639-3 language code."
NO_FIELD = "Invalid contact field key: {}"
NO_STATIC_GROUP = "Contact group must not be query based: {}"
NOT_ACTIVE = "Non-active contacts can't be added to groups"
URNS_IN_URL = "Field not allowed when using URN in URL"
ANONYMOUS_URNS = "Updating URNs not allowed for anonymous organizations"
ANONYMOUS_LOOKUP = "URN lookups not allowed for anonymous organizations"
TAKEN = "URN belongs to another contact: {}"
IN_USE = "URN is in use by another contact."
DELETED = "Deleted contacts can't be modified."

MASKED = "********"
Lookup = tuple[str, str] | None  # the parameter that names somebody, and its value
MOST_FIELD_CHARACTERS = 640  # of a field's value; what is beyond is cut off
_LANGUAGE = re.compile("[a-z]{3}")


# Reading


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
        field.key: _value(contact, field, call) for field in call.workspace.fields.values()
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
    uuid, number, group_key = call.uuid("uuid"), call.parameter("urn"), call.parameter("group")
    owner = _owner(number, call) if number else None
    members = find_group(group_key, call) if group_key else None
    deleted = call.flag("deleted")

    def keep(contact: Contact) -> bool:
        return (
            contact.deleted is deleted
            and (not uuid or contact.uuid == uuid)
            and (not number or contact is owner)
            and (not group_key or (members is not None and contact in members))
        )

    rows = sorted(filter(keep, call.workspace.contacts), key=attrgetter("modified_on", "id"))
    return call.page(Listing(rows, "modified_on", descending=not call.flag("reverse")), render)


# Writing


def _language(value: Any, call: RapidProCall) -> str:
    code = str(text(3, 3)(value, call))
    if not _LANGUAGE.fullmatch(code):
        raise Invalid(NO_LANGUAGE)
    return code


def static_group(value: Any, call: RapidProCall) -> Group:
    """Read a reference to a group whose members are chosen by hand."""
    found: Group = group(value, call)
    if found.query is not None:
        raise Invalid(NO_STATIC_GROUP.format(value))
    return found


_field_value = text(blank=True)


def _field(key: str, value: Any, call: RapidProCall) -> str | None:
    return None if value is None else str(_field_value(value, call))[:MOST_FIELD_CHARACTERS] or None


def _fields(value: Any, call: RapidProCall) -> dict[str, str | None]:
    values: dict[str, str | None] = dictionary(_field)(value, call)
    for key in values:
        if key not in call.workspace.fields:
            raise Invalid(NO_FIELD.format(key))
    return values


FIELDS = {
    "name": BodyField(text(64), null=True),
    "language": BodyField(_language, null=True),
    "urns": BodyField(list_of(urn), shape="list"),
    "groups": BodyField(references(static_group), shape="list"),
    "fields": BodyField(_fields, shape="dictionary"),
    "note": BodyField(text(10_000)),
}
WRITTEN = {each.name: {name: FIELDS[name] for name in each.fields.written_contacts} for each in GENERATIONS.values()}
"""The fields that a generation takes."""


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST contacts`: an update where the query names somebody, else a creation."""
    body = call.read_body()
    lookup = call.lookup("urn", "uuid")
    contact = _look_up(lookup, call)
    values = read_fields(WRITTEN[call.generation.name], call.writable(body), call)
    _check(values, contact, lookup, call)
    await call.reach_mailroom()
    contact = contact or _look_up(lookup, call)
    _check(values, contact, lookup, call)  # once more: others did not wait for a slow mailroom
    if contact is not None:
        _update(contact, values, call)
        return RapidProResponse(200, render(contact, call))
    given = [_normalized(lookup[1], call)] if lookup else values.pop("urns", [])
    contact = call.workspace.contacts.create(given)
    _update(contact, values, call)
    return RapidProResponse(201, render(contact, call))


async def delete(call: RapidProCall) -> RapidProResponse:
    """Answer `DELETE contacts`: the URNs are free at once, the messages go later."""
    contact = _look_up(call.lookup("urn", "uuid", required=True), call)
    if contact is None:
        raise call.missing("Contact")
    await call.reach_mailroom()
    call.workspace.delete_contact(contact)
    return RapidProResponse(204)


def _look_up(lookup: Lookup, call: RapidProCall) -> Contact | None:
    if lookup is None:
        return None
    name, value = lookup
    if name == "urn":
        return _owner(value, call)
    contact = call.workspace.contacts.by_uuid((call.uuid("uuid") or "").lower())
    if contact is None:
        raise call.missing("Contact")
    return contact


def _owner(value: str, call: RapidProCall) -> Contact | None:
    if call.workspace.settings.anonymous:
        raise RapidProApiError.detail(400, ANONYMOUS_LOOKUP)
    return call.workspace.contacts.by_urn(_normalized(value, call))


def _normalized(value: str, call: RapidProCall) -> str:
    try:
        return urns.normalize(value, call.workspace.database.country)
    except ValueError as error:
        raise RapidProApiError.detail(400, f"Invalid URN: {value}") from error


def _check(values: dict[str, Any], contact: Contact | None, lookup: Lookup, call: RapidProCall) -> None:
    if contact is not None and contact.deleted:
        raise RapidProApiError.overall(DELETED)
    if "urns" in values:
        _check_urns(values["urns"], contact, lookup, call)
    if values.get("groups") and contact is not None and contact.status is not ContactStatus.ACTIVE:
        raise RapidProApiError(400, {"groups": [NOT_ACTIVE]})
    if contact is None and lookup is not None:
        _check_lookup(lookup[1], call)


def _check_urns(given: list[str], contact: Contact | None, lookup: Lookup, call: RapidProCall) -> None:
    if lookup is not None and lookup[0] == "urn":
        raise RapidProApiError(400, {"urns": [URNS_IN_URL]})
    if contact is not None and call.workspace.settings.anonymous:
        raise RapidProApiError(400, {"urns": [ANONYMOUS_URNS]})
    owners = {number: call.workspace.contacts.by_urn(number) for number in given}
    taken = [number for number, owner in owners.items() if owner is not None and owner is not contact]
    if not taken:
        return
    if not call.generation.mailroom.moves_urns:
        raise RapidProApiError(400, {"urns": {str(given.index(number)): [IN_USE] for number in taken}})
    if contact is None:
        raise RapidProApiError(400, {"urns": [TAKEN.format(taken[0])]})


def _check_lookup(value: str, call: RapidProCall) -> None:
    if not urns.is_valid(_normalized(value, call), call.workspace.database.country, call.generation.api.schemes):
        raise RapidProApiError(400, {"urns": [NO_URN.format(value)]})


def _update(contact: Contact, values: dict[str, Any], call: RapidProCall) -> None:
    workspace = call.workspace
    if "urns" in values and values["urns"] != contact.urns:
        workspace.contacts.set_urns(contact, values["urns"])
    for name in ("name", "language"):
        if name in values:
            setattr(contact, name, values[name])
    for key, value in values.get("fields", {}).items():
        workspace.mailroom.values.set(contact, key, value)
    if "groups" in values:
        _update_groups(contact, values["groups"], workspace)
    contact.modified_on = call.rapidpro.clock.now()
    workspace.mailroom.changed(contact)
    if "note" in values:
        contact.annotate(values["note"], contact.modified_on, call.token.user)


def _update_groups(contact: Contact, wanted: list[Group], workspace: Workspace) -> None:
    for each in workspace.groups.values():
        if each.query is None:
            each.remove(contact)
    for each in wanted:
        each.add(contact)
