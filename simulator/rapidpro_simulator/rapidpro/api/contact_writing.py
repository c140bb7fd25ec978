"""The endpoint `contacts`, writing and deleting people (rapidpro 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns
from rapidpro_simulator.rapidpro.flows.locales.languages import LANGUAGES
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus

from .calls import RapidProCall, RapidProResponse
from .contacts import normalized, owner_of, render
from .containers import dictionary, list_of, many, reference
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields
from .parts import find_group
from .scalars import NO_URN, text, urn

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .bodies import Body

NO_LANGUAGE = "Not a valid ISO639-3 language code."
NO_FIELD = "Invalid contact field key: {}"
NO_STATIC_GROUP = "Contact group must not be query based: {}"
NOT_ACTIVE = "Non-active contacts can't be added to groups"
URNS_IN_URL = "Field not allowed when using URN in URL"
ANONYMOUS_URNS = "Updating URNs not allowed for anonymous organizations"
TAKEN = "URN belongs to another contact: {}"
IN_USE = "URN is in use by another contact."
DELETED = "Deleted contacts can't be modified."

LOOKUPS = ("urn", "uuid")
MOST_FIELD_CHARACTERS = 640  # of a field's value; what is beyond is cut off

_language_text = text(3, 3)
_field_value = text(blank=True)


def _language(value: Any, call: RapidProCall) -> str:
    code = str(_language_text(value, call))
    if code not in LANGUAGES:
        raise Invalid(NO_LANGUAGE)
    return code


def _find_static(key: str, call: RapidProCall) -> Group | None:
    found = find_group(key, call)
    if found is not None and found.query is not None:
        raise Invalid(NO_STATIC_GROUP.format(key))
    return found


static_group = reference(_find_static)
"""Reads a reference to a group whose members are chosen by hand."""


def _field(_key: str, value: Any, call: RapidProCall) -> str | None:
    return str(_field_value(value, call))[:MOST_FIELD_CHARACTERS] or None


def _known_fields(values: dict[str, str | None], call: RapidProCall) -> None:
    for key in values:
        if key not in call.workspace.fields:
            raise Invalid(NO_FIELD.format(key))


def _may_join(groups: list[Group], call: RapidProCall) -> None:
    contact: Contact | None = call.instance
    if groups and contact is not None and contact.status is not ContactStatus.ACTIVE:
        raise Invalid(NOT_ACTIVE)


def _may_have(given: list[str], call: RapidProCall) -> None:
    if call.parameter("urn") is not None:
        raise Invalid(URNS_IN_URL)
    if call.instance is not None:
        if call.workspace.settings.anonymous:
            raise Invalid(ANONYMOUS_URNS)
    elif call.generation.mailroom.moves_urns and (taken := _taken(given, call)):
        raise Invalid(TAKEN.format(taken[0]))


def _taken(given: list[str], call: RapidProCall) -> list[str]:
    owners = {number: call.workspace.contacts.by_urn(number) for number in given}
    return [number for number, owner in owners.items() if owner is not None and owner is not call.instance]


FIELDS = {
    "name": BodyField(text(64), null=True),
    "language": BodyField(_language, null=True),
    "urns": BodyField(list_of(urn), shape="list", validators=(_may_have,)),
    "groups": BodyField(many(_find_static), shape="references", validators=(_may_join,)),
    "fields": BodyField(dictionary(_field, null=True), shape="dictionary", validators=(_known_fields,)),
    "note": BodyField(text(10_000)),
}
WRITTEN = {each.name: {name: FIELDS[name] for name in each.fields.written_contacts} for each in GENERATIONS.values()}
"""The fields that a generation takes."""


async def write(call: RapidProCall) -> RapidProResponse:
    """Answer `POST contacts`: an update where the query names somebody, else a creation."""
    body = call.read_body()
    values = _read(body, call)
    await call.reach_mailroom()
    if call.rapidpro.mailroom_delay:  # others did not wait for a slow mailroom
        values = _read(body, call)
    contact: Contact | None = call.instance
    if contact is not None:
        _update(contact, values, call)
        return RapidProResponse(200, render(contact, call))
    contact = call.workspace.contacts.create(values.pop("urns", []))
    _update(contact, values, call)
    return RapidProResponse(201, render(contact, call))


async def delete(call: RapidProCall) -> RapidProResponse:
    """Answer `DELETE contacts`: the URNs are free at once, the messages go later."""
    call.lookup(*LOOKUPS, required=True)
    contact = _look_up(call)
    if contact is None:
        raise call.missing("Contact")
    await call.reach_mailroom()
    call.workspace.delete_contact(contact)
    return RapidProResponse(204)


def _read(body: Body, call: RapidProCall) -> dict[str, Any]:
    call.instance = _look_up(call)
    values = read_fields(WRITTEN[call.generation.name], call.writable(body), call)
    _check(values, call)
    return values


def _look_up(call: RapidProCall) -> Contact | None:
    lookup = call.lookup(*LOOKUPS)
    if lookup is None:
        return None
    name, value = lookup
    if name == "urn":
        return owner_of(value, call)
    contact = call.workspace.contacts.by_uuid((call.uuid("uuid") or "").lower())
    if contact is None:
        raise call.missing("Contact")
    return contact


def _check(values: dict[str, Any], call: RapidProCall) -> None:
    contact: Contact | None = call.instance
    if contact is not None and contact.deleted:
        raise RapidProApiError.overall(DELETED)
    number = call.parameter("urn")
    if contact is None and number is not None:
        values["urns"] = [_creatable(normalized(number, call), call)]
    given = values.get("urns", [])
    taken = _taken(given, call)
    if taken and not call.generation.mailroom.moves_urns:  # mailroom decides there, after all is read
        raise RapidProApiError(400, {"urns": {str(given.index(number)): [IN_USE] for number in taken}})


def _creatable(number: str, call: RapidProCall) -> str:
    if not urns.is_valid(number, call.workspace.database.country, call.generation.api.schemes):
        raise RapidProApiError.overall(NO_URN.format(number))
    return number


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
