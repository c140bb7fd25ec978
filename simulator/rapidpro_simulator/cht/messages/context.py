"""What the names in a template mean: the subject, then the report, then its registrations (cht-sentinel 4.3). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .lineage_words import first_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Document = dict[str, Any]

PLACES = {
    "clinic": "clinic",
    "health_center": "health_center",
    "district": "district_hospital",
    "parent": "health_center",
    "grandparent": "district_hospital",
}
"""The names for places in a template, and the type of each."""


@dataclass
class Subject:
    """Whom a message is about: hydrated documents, and the registrations of each; `extras` are names of their own."""

    patient: Document | None = None
    place: Document | None = None
    registrations: Sequence[Document] = ()
    place_registrations: Sequence[Document] = ()
    extras: Mapping[str, Any] = field(default_factory=dict)


def template_context(document: Document, subject: Subject) -> Document:
    """Return the names for a message about the report `document`; what comes first keeps its name."""
    context: Document = {}
    if subject.patient:
        context["patient"] = subject.patient
    if subject.place:
        context["place"] = subject.place
    _fill(context, subject.extras)
    if subject.patient:
        _add_document(context, subject.patient)
        if not context.get("patient_name"):
            _fill(context, {"patient_name": subject.patient.get("name")})
    if subject.place:
        _add_document(context, subject.place)
    _add_document(context, document)
    for registrations in (subject.registrations, subject.place_registrations):
        if registrations:
            _add_document(context, registrations[0])
    return context


def _add_document(context: Document, document: Document) -> None:
    for name, kind in PLACES.items():
        if name not in context and (place := first_place(document, kind)) is not None:
            context[name] = place
    fields = document.get("fields")
    _fill(context, fields if isinstance(fields, dict) else {})
    _fill(context, document)


def _fill(context: Document, more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        context.setdefault(name, value)
