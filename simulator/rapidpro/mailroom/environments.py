"""A workspace as expressions, queries and flows see it: its environment, and what its texts are read as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.rapidpro.flows.dates import DateTime, find_datetime
from simulator.rapidpro.flows.environment import Environment, timezone_of
from simulator.rapidpro.flows.excellent.conversions import parse_number
from simulator.rapidpro.flows.field_values import LONGEST_TEXT, FieldValue

if TYPE_CHECKING:
    from simulator.rapidpro.model.contacts import Contact
    from simulator.rapidpro.model.workspace import Workspace

DATE_FORMAT = "DD-MM-YYYY"  # the `date_style` of every workspace here: day first


def environment_of(workspace: Workspace) -> Environment:
    """Return the environment of a workspace as it is now; its clock and its dice are the simulation's."""
    clock = workspace.host.clock
    return Environment(
        date_format=DATE_FORMAT,
        timezone=timezone_of(workspace.timezone),
        languages=workspace.languages,
        country=workspace.country,
        redact_urns=workspace.anonymous,
        locations=workspace.locations,
        now=lambda: DateTime.of(clock.now()),
        random=workspace.automation.random,
    )


def read_value(environment: Environment, text: str) -> FieldValue | None:
    """Return a field's value that was given as text, None for an empty one (flows 3.9).

    Places are only found by flows, which know the contact's other places.
    """
    text = text.strip()[:LONGEST_TEXT]
    if not text:
        return None
    path = environment.locations.at(text) if environment.locations is not None and ">" in text else None
    levels = {"state": 1, "district": 2, "ward": 3}
    places = {name: path.path for name, level in levels.items() if path is not None and path.level == level}
    return FieldValue(text, parse_number(text), find_datetime(environment, text, fill_time=True), **places)


def set_value(environment: Environment, contact: Contact, key: str, text: str | None) -> None:
    """Give a contact a value in a field, or none; it is read now, as a date takes the rest from the time of day."""
    value = read_value(environment, text or "")
    if value is None:
        contact.fields.pop(key, None)
        return
    contact.fields[key] = text or ""
    contact.values = {**(contact.values or {}), key: value}


def value_of(environment: Environment, contact: Contact, key: str) -> FieldValue | None:
    """Return what a contact has in a field; None for nothing."""
    text = contact.fields.get(key)
    if not text:
        return None
    if contact.values is None:
        contact.values = {}
    value = contact.values.get(key)
    if value is None or value.text != text.strip():  # the text was set by somebody who does not read texts
        value = read_value(environment, text)
        if value is not None:
            contact.values[key] = value
    return value
