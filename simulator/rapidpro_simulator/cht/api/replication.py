"""What a health worker's phone may have: the documents under their place, and their own tasks (cht-sentinel 12).

Modelled: which documents belong to a place, not the limits and the purging that real instances add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.tasks.rules import contact_ids

from .responses import json_response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

FOR_ALL = ("settings", "resources", "branding", "partners", "service-worker-meta", "_design/medic-client")
FOR_ALL_TYPES = frozenset({"form", "translations"})
LARGEST_SAFE = 10_000
"""Documents that the app warns of."""


async def get_ids(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the ids and revisions of the documents that the caller's phone may have."""
    user = await context.access.recognise(call)
    account = await context.couch.get(f"org.couchdb.user:{user.name}", "_users") or {}
    answer = await context.couch.request("GET", f"{context.database}/_all_docs?include_docs=true")
    documents = [row["doc"] for row in answer["rows"]]
    places = _as_list(account.get("facility_id"))
    allowed = set(_allowed(documents, places, f"org.couchdb.user:{user.name}"))
    rows = [{"id": each["_id"], "rev": each["_rev"]} for each in documents if each["_id"] in allowed]
    sequence = (await context.couch.request("GET", f"{context.database}/"))["update_seq"]
    return json_response(
        {
            "doc_ids_revs": rows,
            "warn_docs": len(rows),
            "last_seq": sequence,
            "warn": len(rows) >= LARGEST_SAFE,
            "limit": LARGEST_SAFE,
        }
    )


def _allowed(documents: Iterable[Document], places: list[str], account: str) -> Iterable[str]:
    listed = list(documents)
    contacts = [each for each in listed if set(places) & set(_lineage(each))]
    subjects = set().union(*map(contact_ids, contacts))
    yield from (each["_id"] for each in contacts)
    for each in listed:
        of_the_user = account in {each["_id"], each.get("user")}
        is_report = each.get("type") == "data_record"
        if _is_for_all(each) or of_the_user or (is_report and _concerns(each, subjects)):
            yield each["_id"]


def _is_for_all(document: Document) -> bool:
    return document["_id"] in FOR_ALL or document.get("type") in FOR_ALL_TYPES


def _lineage(contact: Document) -> Iterable[str]:
    """Yield the ids of a contact and of the places above it; nothing for what is no contact."""
    if contact.get("type") in {"data_record", "task", "target"}:
        return
    place: Any = contact
    while isinstance(place, dict) and place.get("_id"):
        yield place["_id"]
        place = place.get("parent")


def _concerns(report: Document, subjects: set[str]) -> bool:
    fields = as_object(report.get("fields"))
    named = [
        place.get(name)
        for place in (report, fields)
        for name in ("patient_id", "place_id", "patient_uuid", "place_uuid")
    ]
    named.append(as_object(report.get("contact")).get("_id"))
    return any(str(value) in subjects for value in named if value)


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
