"""The people and places that a registration creates (cht-sentinel 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import BUILT_IN, CONTACT, PERSON, may_be_under, type_named
from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.lineage import minified
from rapidpro_simulator.cht.messages.lineage_words import object_path
from rapidpro_simulator.cht.messages.phones import normalise
from rapidpro_simulator.cht.transitions.lookups import contact_by_phone, contact_by_shortcode, id_by_shortcode
from rapidpro_simulator.cht.transitions.replies import reject
from rapidpro_simulator.cht.transitions.reports import fields_of
from rapidpro_simulator.cht.transitions.shortcodes import new_shortcode

from .parameters import listed, named

if TYPE_CHECKING:
    from rapidpro_simulator.cht.transitions.context import TransitionContext

    from .parameters import Parameters

    Json = dict[str, Any]

PHONE_TYPE = "phone_number"


class RefusedError(Exception):
    """The contact is not created; the text is the code of the rejection."""

    def __init__(self, code: str, **extras: Any) -> None:
        super().__init__(code)
        self.code = code
        self.extras = extras


async def add_patient(context: TransitionContext, document: Json, configuration: Json, parameters: Parameters) -> None:
    """Give the report a patient's number, and create the person."""
    if is_truthy(document.get("patient_id")):
        return
    await _set_patient_id(context, document, configuration, parameters)
    await _NewContact(context, document, configuration, parameters, "patient").create()


async def add_place(context: TransitionContext, document: Json, configuration: Json, parameters: Parameters) -> None:
    """Give the report a place's number, and create the place."""
    if is_truthy(document.get("place_id")):
        return
    document["place_id"] = await new_shortcode(context)
    await _NewContact(context, document, configuration, parameters, "place").create()


async def _set_patient_id(
    context: TransitionContext, document: Json, configuration: Json, parameters: Parameters
) -> None:
    name = named(parameters, "patient_id_field")
    if not is_truthy(name):
        document["patient_id"] = await new_shortcode(context)
        return
    given = _field(document, name)
    if not is_truthy(given):
        reject(context, document, configuration, "no_provided_patient_id")
    elif await id_by_shortcode(context, given):
        reject(context, document, configuration, "provided_patient_id_not_unique")
    else:
        document["patient_id"] = given


@dataclass
class _NewContact:
    """The person or the place (`subject`: "patient" or "place") that a report makes known."""

    context: TransitionContext
    document: Json
    configuration: Json
    parameters: Parameters
    subject: str

    async def create(self) -> None:
        """Create the contact unless there is one with its number; a refusal is told to the sender."""
        number = self.document.get(f"{self.subject}_id")
        existing = await contact_by_shortcode(self.context, number)
        if existing is not None:
            return
        try:
            contact = await self._contact()
        except RefusedError as refusal:
            reject(self.context, self.document, self.configuration, refusal.code, **refusal.extras)
            return
        await self._save(contact)
        # For messages: as it was made, under a hydrated parent, and without what was added last.
        self.document[self.subject] = {name: value for name, value in contact.items() if name != "created_by"}

    async def _contact(self) -> Json:
        identifier = named(self.parameters, "contact_type") or PERSON
        kind = type_named(self.context.settings, identifier) or {"id": identifier}
        parent, creator = await self._parent_and_creator()
        if parent is None:
            raise RefusedError("parent_not_found")
        if not may_be_under(kind, parent):
            raise RefusedError("parent_invalid", parent=parent)
        contact = {**self._own_properties(), **_type_properties(identifier), **self._person_properties()}
        contact["parent"] = parent
        contact["created_by"] = creator
        return {name: value for name, value in contact.items() if value is not None}

    def _own_properties(self) -> Json:
        name = f"{self.subject}_id"
        return {
            "name": self._name(),
            "reported_date": self.document.get("reported_date"),
            name: self.document.get(name),
            "source_id": self.document.get("_id"),
        }

    def _person_properties(self) -> Json:
        if self.subject != "patient":
            return {}
        return {"date_of_birth": self.document.get("birth_date") or None, "phone": self._phone()}

    def _name(self) -> Any:
        default = f"{self.subject}_name"
        names = listed(self.parameters)
        chosen = names[0] if names else named(self.parameters, f"{self.subject}_name_field")
        return _field(self.document, chosen or default)

    def _phone(self) -> Any:
        if not self.context.release.phones_of_patients:
            return None
        form = self.context.form(self.document.get("form")) or {}
        fields = form.get("fields")
        names = [name for name, each in _items(fields) if isinstance(each, dict) and each.get("type") == PHONE_TYPE]
        phone = _field(self.document, names[0]) if names else None
        if not is_truthy(phone):
            return None
        if normalise(phone, self.context.settings) is None:
            raise RefusedError("provided_phone_not_valid")
        return phone

    async def _parent_and_creator(self) -> tuple[Json | None, Any]:
        creator = object_path(self.document, "contact._id")
        if is_truthy(name := named(self.parameters, "parent_id")):
            given = _field(self.document, name)
            if not is_truthy(given):
                raise RefusedError("parent_field_not_provided")
            return await contact_by_shortcode(self.context, given), creator
        contact = self.document.get("contact")
        if not is_truthy(contact):
            contact = await self._sender()
            creator = object_path(contact, "_id")
        parent = contact.get("parent") if isinstance(contact, dict) else None
        return (parent if isinstance(parent, dict) else None), creator

    async def _sender(self) -> Json | None:
        sender = self.document.get("from")
        return await contact_by_phone(self.context, sender) if is_truthy(sender) else None

    async def _save(self, contact: Json) -> None:
        [row] = await self.context.store.bulk_docs([minified(contact)])
        if not row.get("ok"):
            raise CouchClientError(409, str(row.get("error")), str(row.get("reason")))


def _type_properties(identifier: Any) -> Json:
    return {"type": identifier} if identifier in BUILT_IN else {"type": CONTACT, "contact_type": identifier}


def _field(document: Json, name: Any) -> Any:
    fields = fields_of(document)
    return fields.get(name) if isinstance(name, str) else None


def _items(fields: Any) -> list[tuple[str, Any]]:
    return list(fields.items()) if isinstance(fields, dict) else []
