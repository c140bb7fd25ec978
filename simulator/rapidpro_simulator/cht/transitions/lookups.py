"""Finding contacts and reports in the database, as the transitions look for them (cht-sentinel 10.6, 10.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.context import Subject
from rapidpro_simulator.cht.messages.lineage_words import object_path

from .reports import fields_of, is_registration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .context import TransitionContext

    Json = dict[str, Any]

BY_PHONE = "medic-client/contacts_by_phone"
BY_REFERENCE = "medic-client/contacts_by_reference"
BY_SUBJECT = "medic-client/reports_by_subject"
REGISTERED = "medic-client/registered_patients"


async def contact_by_phone(context: TransitionContext, phone: Any) -> Json | None:
    """Return the first contact that has exactly this number, hydrated."""
    rows = await context.store.view(BY_PHONE, key=phone, include_docs=False, limit=1)
    return await context.lineage.read(rows[0]["id"]) if rows else None


async def id_by_shortcode(context: TransitionContext, shortcode: Any) -> str | None:
    """Return the id of the first contact with this `patient_id` or `place_id`."""
    if not is_truthy(shortcode):
        return None
    rows = await context.store.view(BY_REFERENCE, key=["shortcode", str(shortcode)], limit=1)
    return rows[0]["id"] if rows else None


async def contact_by_shortcode(context: TransitionContext, shortcode: Any) -> Json | None:
    """Return the first contact with this `patient_id` or `place_id`, hydrated."""
    found = await id_by_shortcode(context, shortcode)
    return await context.lineage.read(found) if found else None


async def registrations_of(context: TransitionContext, ids: Iterable[Any]) -> list[Json]:
    """Return the registrations that are about one of `ids`: shortcodes, or identifiers of documents."""
    keys = list(dict.fromkeys(str(each) for each in ids if is_truthy(each)))
    if not keys:
        return []
    return _registrations(context, await context.store.view(BY_SUBJECT, keys=keys, include_docs=True))


async def registrations_by_shortcode(context: TransitionContext, shortcode: Any) -> list[Json]:
    """Return the registrations about one shortcode, which releases up to 5.2 look up in a view of its own."""
    if not is_truthy(shortcode):
        return []
    rows = await context.store.view(REGISTERED, key=str(shortcode), include_docs=True)
    return _registrations(context, rows)


async def subject_of(context: TransitionContext, document: Json, **extras: Any) -> Subject:
    """Return whom a report is about, and the registrations of each."""
    fields = fields_of(document)
    patient_id = fields.get("patient_id") or document.get("patient_id")
    place_id = fields.get("place_id") or document.get("place_id")
    return Subject(
        patient=document.get("patient"),
        place=document.get("place"),
        registrations=await registrations_by_shortcode(context, patient_id),
        place_registrations=await registrations_by_shortcode(context, place_id),
        extras=extras,
    )


def subject_ids(contact: Any) -> list[Any]:
    """Return everything by which a report may name this contact."""
    if not isinstance(contact, dict):
        return []
    return [contact[name] for name in ("_id", "patient_id", "place_id") if is_truthy(contact.get(name))]


def parent_id_of_sender(document: Json) -> Any:
    """Return the id of the place that the sender of a report belongs to."""
    return object_path(document, "contact.parent._id")


def _registrations(context: TransitionContext, rows: Iterable[Json]) -> list[Json]:
    documents = {row["id"]: row["doc"] for row in rows if row.get("doc")}
    return [each for each in documents.values() if is_registration(context, each)]
