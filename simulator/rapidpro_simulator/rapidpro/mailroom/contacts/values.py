"""A workspace as expressions, queries and flows see it: its environment, and what its texts are read as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core.assets import FieldAsset
from rapidpro_simulator.rapidpro.flows.core.field_values import LEVELS, LONGEST_TEXT, FieldValue, parse
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.assets import ContactField
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

DATE_FORMATS = {"day_first": "DD-MM-YYYY", "month_first": "MM-DD-YYYY", "year_first": "YYYY-MM-DD"}
"""By the date style of the workspace (flows 8.1)."""


def environment_of(workspace: Workspace) -> Environment:
    """Return the environment of a workspace as it is now; its clock and its dice are the simulation's."""
    clock = workspace.host.clock
    return Environment(
        date_format=DATE_FORMATS[workspace.date_style],
        timezone=timezone_of(workspace.timezone),
        languages=workspace.languages,
        country=workspace.country,
        redact_urns=workspace.anonymous,
        locations=workspace.locations,
        now=lambda: DateTime.of(clock.now()),
        random=workspace.automation.random,
    )


def field_asset(field: ContactField) -> FieldAsset:
    """Return a contact field as flows know it."""
    return FieldAsset(uuid=field.uuid, name=field.name, key=field.key, type=field.kind)


def set_value(workspace: Workspace, contact: Contact, key: str, text: str | None) -> None:
    """Give a contact a value in a field, or none; it is read now, as a date takes the rest from the time of day."""
    value = _read(workspace, contact, key, text or "")
    if value is None:
        contact.fields.pop(key, None)
        return
    contact.fields[key] = value.text
    contact.values = {**(contact.values or {}), key: value}


def value_of(workspace: Workspace, contact: Contact, key: str) -> FieldValue | None:
    """Return what a contact has in a field; None for nothing."""
    text = contact.fields.get(key)
    if not text:
        return None
    if contact.values is None:
        contact.values = {}
    value = contact.values.get(key)
    if value is None or value.text != text.strip():  # the text was set by somebody who does not read texts
        value = _read(workspace, contact, key, text)
        if value is not None:
            contact.values[key] = value
    return value


def _read(workspace: Workspace, contact: Contact, key: str, text: str) -> FieldValue | None:
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        return None
    environment = workspace.automation.environment
    known = workspace.fields.get(key)
    field = FieldAsset(key=key, type="text") if known is None else field_asset(known)
    if environment.locations is None:
        return parse(environment, (), field, text, {})
    fields = [field_asset(each) for each in workspace.fields.values()]
    level = LEVELS.get(field.type, 0)
    # A place is looked for within the larger one that the contact has.
    larger = [each.key for each in fields if LEVELS.get(each.type, level) < level]
    values = {each: value for each in larger if (value := value_of(workspace, contact, each)) is not None}
    return parse(environment, fields, field, text, values)
