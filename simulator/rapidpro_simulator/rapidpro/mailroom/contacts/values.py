"""What contacts have in their fields, and what the texts in them are read as (rapidpro 8.5, flows 3.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core.assets import FieldAsset
from rapidpro_simulator.rapidpro.flows.core.field_values import LEVELS, LONGEST_TEXT, FieldValue, parse
from rapidpro_simulator.rapidpro.flows.texts.strings import trim

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.assets import ContactField
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.database import Database

    from .environment import WorkspaceEnvironment


def field_asset(field: ContactField) -> FieldAsset:
    """Return a contact field as flows know it."""
    return FieldAsset(uuid=field.uuid, name=field.name, key=field.key, type=field.kind)


class ContactValues:
    """Reads and sets the values of a workspace's contacts."""

    def __init__(self, database: Database, environment: WorkspaceEnvironment) -> None:
        self._fields = database.fields
        self._environment = environment

    def set(self, contact: Contact, key: str, text: str | None) -> None:
        """Give a contact a value in a field, or none; it is read now: a date takes the rest from the time of day."""
        value = self._read(contact, key, text or "")
        if value is None:
            contact.fields.pop(key, None)
            return
        contact.fields[key] = value.text
        contact.values = {**(contact.values or {}), key: value}

    def of(self, contact: Contact, key: str) -> FieldValue | None:
        """Return what a contact has in a field; None for nothing."""
        text = contact.fields.get(key)
        if not text:
            return None
        if contact.values is None:
            contact.values = {}
        value = contact.values.get(key)
        if value is None or value.text != trim(text):  # the text was set by somebody who does not read texts
            value = self._read(contact, key, text)
            if value is not None:
                contact.values[key] = value
        return value

    def _read(self, contact: Contact, key: str, text: str) -> FieldValue | None:
        text = trim(text)[:LONGEST_TEXT]
        if not text:
            return None
        environment = self._environment.current
        known = self._fields.get(key)
        field = FieldAsset(key=key, type="text") if known is None else field_asset(known)
        if environment.locations is None:
            return parse(environment, (), field, text, {})
        fields = [field_asset(each) for each in self._fields.values()]
        level = LEVELS.get(field.type, 0)
        # A place is looked for within the larger one that the contact has.
        larger = [each.key for each in fields if LEVELS.get(each.type, level) < level]
        values = {each: value for each in larger if (value := self.of(contact, each)) is not None}
        return parse(environment, fields, field, text, values)
