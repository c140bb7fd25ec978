"""Modifiers of what is known about a contact: name, language, timezone, status, fields, when it was last seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.core.field_values import parse
from rapidpro_simulator.rapidpro.flows.definition import fields
from rapidpro_simulator.rapidpro.flows.locales.timestamps import normalized
from rapidpro_simulator.rapidpro.flows.texts.strings import truncate

from .base import Modifier, ModifierContext

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class NameModifier(Modifier):
    """Names a contact; an empty name clears it, a long one is cut."""

    type: ClassVar[str] = "name"

    name: str = fields.text()

    def apply(self, context: ModifierContext) -> bool:
        name = truncate(self.name, context.runtime.limits.contact_name)
        if context.contact.name == name:
            return False
        context.contact.name = name
        context.log(events.contact_name_changed(name))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModifier(Modifier):
    """Sets a contact's language, none if empty."""

    type: ClassVar[str] = "language"

    language: str = fields.text()

    def apply(self, context: ModifierContext) -> bool:
        if context.contact.language == self.language:
            return False
        context.contact.language = self.language
        context.log(events.contact_language_changed(self.language))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class TimezoneModifier(Modifier):
    """Sets a contact's timezone by its IANA name, none if empty."""

    type: ClassVar[str] = "timezone"

    timezone: str = fields.text()

    def apply(self, context: ModifierContext) -> bool:
        if context.contact.timezone == self.timezone:
            return False
        context.contact.timezone = self.timezone
        context.log(events.contact_timezone_changed(self.timezone))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusModifier(Modifier):
    """Sets a contact's status. That only active contacts are in groups is seen to when groups are re-evaluated."""

    type: ClassVar[str] = "status"

    status: str = fields.text(required=True, check=fields.CONTACT_STATUS)

    def apply(self, context: ModifierContext) -> bool:
        if context.contact.status == self.status:
            return False
        context.contact.status = self.status
        context.log(events.contact_status_changed(self.status))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldModifier(Modifier):
    """Sets a field of a contact to what a text may be read as; an empty text clears it (flows 3.9)."""

    type: ClassVar[str] = "field"

    field: Reference = fields.reference("field", required=True)
    value: str = fields.text()

    def apply(self, context: ModifierContext) -> bool:
        field = context.assets.find(self.field)
        if field is None:
            return False
        contact = context.contact
        text = truncate(self.value, context.runtime.limits.field_text)
        value = parse(context.environment, context.assets.fields, field, text, contact.fields) if text else None
        if contact.fields.get(field.key) == value:
            return False
        if value is None:
            del contact.fields[field.key]
        else:
            contact.fields[field.key] = value
        context.log(events.contact_field_changed(field.reference, value.to_json() if value else None))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenModifier(Modifier):
    """Says when a contact was last heard of."""

    type: ClassVar[str] = "seen"

    seen_on: str = fields.text(required=True)

    def apply(self, context: ModifierContext) -> bool:
        seen_on = normalized(self.seen_on)
        if context.contact.last_seen_on == seen_on:
            return False
        context.contact.last_seen_on = seen_on
        context.log({"type": "contact_last_seen_changed", "last_seen_on": seen_on})
        return True
