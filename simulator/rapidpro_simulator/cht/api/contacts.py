"""The contacts API: who has a phone number (cht 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_text
from rapidpro_simulator.cht.lineage import Lineage
from rapidpro_simulator.cht.messages.phones import normalise

from .call import parse_value
from .responses import json_response

if TYPE_CHECKING:
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
    phone = normalise(as_text(_parameter(call)), context.settings)
    if phone is None:
        return json_response(BAD_REQUEST, 400)
    rows = await context.couch.view("medic-client/contacts_by_phone", key=phone)
    ids = list(dict.fromkeys(row["id"] for row in rows))
    if not ids:
        return json_response(NOT_FOUND, 404)
    found = await _fetch(context, ids)
    return json_response({"ok": True, "docs": await Lineage(context.couch).hydrate(found)})


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
