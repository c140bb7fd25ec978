"""Kinds of contacts: which there are in the settings, and what is a person (cht-sentinel 10.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.cht.couch.client import Document

PERSON = "person"
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "district_hospital": (),
    "health_center": ("district_hospital",),
    "clinic": ("health_center",),
    PERSON: ("district_hospital", "health_center", "clinic"),
}
"""The types that may stand in `type` itself, and what they may stand below."""


def type_of(document: Document) -> Any:
    """Return the type of a contact: `contact_type` where its `type` is `contact`."""
    return document.get("contact_type") if document.get("type") == "contact" else document.get("type")


def known_types(settings: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Return the types there are, each with those that it may stand below: configured ones, and the built-in ones."""
    configured = settings.get("contact_types")
    found = [each for each in (configured if isinstance(configured, list) else ()) if isinstance(each, dict)]
    return {**BUILT_IN, **{str(each.get("id")): tuple(each.get("parents") or ()) for each in found}}


def is_person(document: Document, settings: Mapping[str, Any]) -> bool:
    return is_person_type(type_of(document), settings)


def is_place(document: Document, settings: Mapping[str, Any]) -> bool:
    kind = type_of(document)
    return kind in known_types(settings) and not is_person_type(kind, settings)


def is_person_type(kind: Any, settings: Mapping[str, Any]) -> bool:
    configured = settings.get("contact_types")
    found = configured if isinstance(configured, list) else ()
    return kind == PERSON or any(
        isinstance(each, dict) and each.get("id") == kind and is_truthy(each.get("person")) for each in found
    )


def typed(kind: str) -> Document:
    """Return the members that make a document a contact of `kind`."""
    return {"type": kind} if kind in BUILT_IN else {"type": "contact", "contact_type": kind}
