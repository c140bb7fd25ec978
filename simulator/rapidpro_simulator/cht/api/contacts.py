"""The contacts API: who has a phone number (cht 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.phones import normalise

from .call import parse_value
from .responses import json_response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

NOT_FOUND = {"error": "not_found", "reason": "no matches found"}
BAD_REQUEST = {
    "error": "bad_request",
    "reason": "`phone` parameter is required and must be a valid phone number",
}


async def by_phone(context: ApiContext, call: ChtCall) -> web.Response:
    """Return the contacts with a phone number, their parents inlined, to online users."""
    await context.access.require_online(call)
    phone = normalise(_parameter(call), context.settings)
    if phone is None:
        return json_response(BAD_REQUEST, 400)
    rows = await context.couch.view("medic-client/contacts_by_phone", key=phone)
    ids = list(dict.fromkeys(row["id"] for row in rows))
    if not ids:
        return json_response(NOT_FOUND, 404)
    documents = await _fetch(context, ids)
    lineage = await _lineage(context, documents)
    return json_response({"ok": True, "docs": [_hydrate(document, lineage) for document in documents]})


def _parameter(call: ChtCall) -> Any:
    text = call.query.get("phone")
    if text:
        return parse_value(text)  # " 254…", a plus that was not escaped, is a number
    return call.body.get("phone") if isinstance(call.body, dict) else None


async def _fetch(context: ApiContext, ids: list[str]) -> list[Document]:
    if len(ids) == 1:
        document = await context.couch.get(ids[0])
        return [document] if document else []
    return [row["doc"] for row in await context.couch.all_docs(ids) if row.get("doc")]


async def _lineage(context: ApiContext, documents: list[Document]) -> dict[str, Document]:
    """Return the ancestors of `documents` and their primary contacts, by id."""
    ancestors = await _by_id(context, [each for document in documents for each in _ancestor_ids(document)])
    return ancestors | await _by_id(context, list(filter(None, map(_contact_id, ancestors.values()))))


async def _by_id(context: ApiContext, ids: list[str]) -> dict[str, Document]:
    rows = await context.couch.all_docs(list(dict.fromkeys(ids))) if ids else []
    return {row["id"]: row["doc"] for row in rows if row.get("doc")}


def _ancestor_ids(document: Document) -> Iterator[str]:
    parent = document.get("parent")
    while isinstance(parent, dict) and parent.get("_id"):
        yield parent["_id"]
        parent = parent.get("parent")


def _contact_id(document: Document) -> str | None:
    contact = document.get("contact")
    return contact.get("_id") if isinstance(contact, dict) else None


def _hydrate(document: Document, lineage: dict[str, Document]) -> Document:
    """Return `document` with its chain of parents, and their contacts, in full where they are known."""
    hydrated = dict(document)
    contact_id = _contact_id(document)
    if contact_id in lineage:
        hydrated["contact"] = lineage[contact_id]
    parent = document.get("parent")
    if isinstance(parent, dict) and parent.get("_id"):
        known = {**parent, **lineage.get(parent["_id"], {})}
        hydrated["parent"] = _hydrate({**known, "parent": parent["parent"]} if "parent" in parent else known, lineage)
    return hydrated
