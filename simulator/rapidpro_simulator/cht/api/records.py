"""The records API: reports of other systems, as a text message or as JSON (cht 9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.forms import read_record
from rapidpro_simulator.cht.forms.values import read_date

from . import reports
from .errors import ChtApiError
from .responses import json_response

if TYPE_CHECKING:
    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

PERMISSION = "can_create_records"
KEPT_OF_MESSAGE = ("sent_timestamp", "locale", "gateway_ref")


async def create(context: ApiContext, call: ChtCall) -> web.Response:
    """Store a record and have its messages sent at once, beside the timer (H1).

    Where CouchDB did not take the document, the answer is a success all the same, and the data are lost (H15).
    """
    await context.access.require(call, context.settings, PERMISSION)
    [row] = await reports.store(context, [_document(context, call)])
    if not row.get("ok"):
        return json_response({"success": True})
    context.on_stored(row["id"])
    return json_response({"success": True, "id": row["id"]})


async def create_localised(context: ApiContext, call: ChtCall) -> web.Response:
    """Store a record as version 1 does: the locale may stand in the query."""
    locale = call.query.get("locale")
    if locale and isinstance(call.body, dict):
        target = call.body.get("_meta") if call.content_type == "application/json" else call.body
        if isinstance(target, dict):
            target.setdefault("locale", locale)
    return await create(context, call)


def _document(context: ApiContext, call: ChtCall) -> Document:
    reader = _READERS.get(call.content_type)
    if reader is None:
        raise ChtApiError(500, "Server error")
    return reader(context, call.body if isinstance(call.body, dict) else {})


def _from_form(context: ApiContext, body: Document) -> Document:
    if "message" not in body:
        raise _invalid("Missing required field: message")
    if "from" not in body:
        raise _invalid("Missing required value: from")
    more = {name: body[name] for name in KEPT_OF_MESSAGE if name in body}
    return reports.from_message(context, body["from"], body["message"], _moment(body.get("sent_timestamp")), **more)


def _from_json(context: ApiContext, body: Document) -> Document:
    meta = body.get("_meta")
    if not isinstance(meta, dict):
        raise _invalid("Missing _meta property.")
    code = meta.get("form")
    if not code:
        raise _invalid("Missing required field: form")
    properties = {name: value for name, value in body.items() if name != "_meta"}
    reading = read_record(str(code), properties, context.settings)
    if reading is None:
        raise _invalid(f"Form not found: {code}")
    return reports.data_record(context, reading, meta.get("from"), meta, _moment(meta.get("reported_date")))


def _moment(value: Any) -> int | None:
    return None if value is None else read_date(str(value))


def _invalid(details: str) -> ChtApiError:
    # What the caller did wrong is a server error to CHT: cht 9.1.
    return ChtApiError(500, "Server error", details)


_READERS = {"application/x-www-form-urlencoded": _from_form, "application/json": _from_json}
