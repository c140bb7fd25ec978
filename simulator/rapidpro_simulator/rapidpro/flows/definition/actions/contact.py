"""Actions that change the contact (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.texts.urns import SCHEMES

from .base import Action

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactName(Action):
    """Names the contact; an empty name clears it."""

    type: ClassVar[str] = "set_contact_name"
    allowed_in = limits.EVERYWHERE

    name: str = fields.text(maximum=limits.SHORT_TEMPLATE, evaluated=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactLanguage(Action):
    """Sets the contact's language, which has to be one of ISO 639-3; an empty one clears it."""

    type: ClassVar[str] = "set_contact_language"
    allowed_in = limits.EVERYWHERE

    language: str = fields.text(maximum=limits.SHORT_TEMPLATE, evaluated=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactTimezone(Action):
    """Sets the contact's timezone; an empty one clears it."""

    type: ClassVar[str] = "set_contact_timezone"
    allowed_in = limits.EVERYWHERE

    timezone: str = fields.text(maximum=limits.SHORT_TEMPLATE, evaluated=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactField(Action):
    """Sets one of the contact's fields; an empty value clears it."""

    type: ClassVar[str] = "set_contact_field"
    allowed_in = limits.EVERYWHERE

    field: Reference = fields.reference("field", required=True)
    value: str = fields.text(maximum=limits.TEMPLATE, evaluated=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactStatus(Action):
    """Activates, blocks, stops or archives the contact."""

    type: ClassVar[str] = "set_contact_status"
    allowed_in = limits.EVERYWHERE

    status: str = fields.text(required=True, check=fields.CONTACT_STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactChannel(Action):
    """Makes a channel the contact's preferred one; none at all forgets the preferences."""

    type: ClassVar[str] = "set_contact_channel"

    channel: Reference | None = fields.reference("channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContactUrn(Action):
    """Gives the contact one more URN; the local `_has_urn` says whether it has it afterwards."""

    type: ClassVar[str] = "add_contact_urn"
    allowed_in = limits.EVERYWHERE
    LOCALS: ClassVar[tuple[str, ...]] = ("_has_urn",)

    scheme: str = fields.text(required=True, check=fields.one_of(SCHEMES, "URN scheme"))
    path: str = fields.text(required=True, maximum=limits.SHORT_TEMPLATE, evaluated=True)
