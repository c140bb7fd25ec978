"""`update_clinics`: whom a report is from, by phone number or facility code (cht-sentinel 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import is_person
from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.composer import add_error
from rapidpro_simulator.cht.messages.lineage_words import object_path
from rapidpro_simulator.cht.messages.translations import locale_of

from .lookups import BY_REFERENCE, contact_by_phone
from .replies import reject
from .reports import DATA_RECORD, is_xml
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]

NOT_FOUND = "sys.facility_not_found"


def matches(context: TransitionContext, change: Change) -> bool:
    return change.document.get("type") == DATA_RECORD and not is_truthy(change.document.get("contact"))


async def run(context: TransitionContext, change: Change) -> bool:
    document = change.document
    contact = await _contact(context, document)
    if contact is not None:
        document["contact"] = contact
        return True
    if is_xml(document):
        return False
    form = context.form(document.get("form"))
    if form is None:
        text = context.composer.translations.translate(NOT_FOUND, locale_of(document, context.settings))
        add_error(document, NOT_FOUND, text)
        return True
    if is_truthy(form.get("public_form")):
        return False
    _refuse(context, document)
    return True


async def _contact(context: TransitionContext, document: Json) -> Json | None:
    if is_truthy(document.get("refid")):
        return await _by_reference(context, document["refid"])
    if is_truthy(document.get("from")):
        return await contact_by_phone(context, document["from"])
    return None


async def _by_reference(context: TransitionContext, reference: Any) -> Json | None:
    rows = await context.store.view(BY_REFERENCE, key=["external", reference], include_docs=True, limit=1)
    found = rows[0].get("doc") if rows else None
    if found is None:
        return None
    identifier = found["_id"] if is_person(context.settings, found) else object_path(found, "contact._id")
    # Under a place without a contact there is nobody: the place is stored whole, as it was read.
    return await context.lineage.read(identifier) if identifier else {"parent": found}


def _refuse(context: TransitionContext, document: Json) -> None:
    entries = context.entries("update_clinics")
    entry = next((each for each in entries if each.get("form") == document.get("form")), {})
    if context.release.replies_to_unknown_senders:
        reject(context, document, entry, NOT_FOUND)
        return
    text = context.composer.translations.translate(NOT_FOUND, locale_of(document, context.settings))
    add_error(document, NOT_FOUND, text)


UPDATE_CLINICS = Transition("update_clinics", matches, run, in_api=True)
