"""Kinds of contacts, as the settings define them: people, and places under places (cht-sentinel 10.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = dict[str, Any]

PERSON = "person"
BUILT_IN = ("district_hospital", "health_center", "clinic", PERSON)
CONTACT = "contact"
DEFAULT_TYPES: tuple[Json, ...] = (
    {"id": "district_hospital"},
    {"id": "health_center", "parents": ["district_hospital"]},
    {"id": "clinic", "parents": ["health_center"]},
    {"id": PERSON, "parents": ["district_hospital", "health_center", "clinic"], "person": True},
)
"""What CHT's default configuration lists: for settings that say nothing."""


def contact_types(settings: Mapping[str, Any]) -> list[Json]:
    """Return the types that are configured."""
    found = settings.get("contact_types")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else list(DEFAULT_TYPES)


def type_named(settings: Mapping[str, Any], identifier: Any) -> Json | None:
    """Return the configured type called `identifier`."""
    return next((each for each in contact_types(settings) if each.get("id") == identifier), None)


def type_id(document: Any) -> Any:
    """Return the name of the type of a contact; of anything else, its type."""
    if not isinstance(document, dict):
        return None
    return document.get("contact_type") if document.get("type") == CONTACT else document.get("type")


def typed(kind: str) -> Json:
    """Return the members that make a document a contact of the type `kind`."""
    return {"type": kind} if kind in BUILT_IN else {"type": CONTACT, "contact_type": kind}


def is_person_type(kind: Json | None) -> bool:
    """Say whether contacts of this type are people."""
    return kind is not None and (is_truthy(kind.get("person")) or kind.get("id") == PERSON)


def is_person(settings: Mapping[str, Any], document: Any) -> bool:
    """Say whether `document` is a person; one of the type `person` is even where that is not configured."""
    identifier = type_id(document)
    return identifier == PERSON or is_person_type(type_named(settings, identifier))


def is_place(settings: Mapping[str, Any], document: Any) -> bool:
    """Say whether `document` is a place of a configured type."""
    kind = type_named(settings, type_id(document))
    return kind is not None and not is_person_type(kind)


def is_contact(settings: Mapping[str, Any], document: Any) -> bool:
    """Say whether `document` is of a configured type of contacts."""
    return type_named(settings, type_id(document)) is not None


def leaf_place_types(settings: Mapping[str, Any]) -> list[Any]:
    """Return the names of the types of places that no places are under."""
    places = [each for each in contact_types(settings) if not is_person_type(each)]
    parents = {parent for each in places for parent in each.get("parents") or []}
    return [each.get("id") for each in places if each.get("id") not in parents]


def may_be_under(kind: Json, parent: Any) -> bool:
    """Say whether contacts of the type `kind` may stand under the contact `parent`."""
    parents = kind.get("parents")
    return isinstance(parents, list) and type_id(parent) in parents
