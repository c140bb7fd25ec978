"""The records API: reports of other systems, as a text message or as JSON (cht 9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.forms import RecordRefusedError, report_of_message, report_of_record

from . import reports
from .errors import ChtApiError
from .responses import json_response

if TYPE_CHECKING:
    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import Document
    from rapidpro_simulator.cht.forms import Surroundings

    from .call import ChtCall
    from .context import ApiContext

PERMISSION = "can_create_records"
FORM_FIELDS = ("message", "from", "sent_timestamp", "locale", "gateway_ref")


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
    reader = READERS.get(call.content_type)
    if reader is None:
        raise ChtApiError(500, "Server error")
    return reader(reports.surroundings(context), call.body if isinstance(call.body, dict) else {})


def _from_form(surroundings: Surroundings, body: Document) -> Document:
    if "message" not in body:
        raise _invalid("Missing required field: message")
    if "from" not in body:
        raise _invalid("Missing required value: from")
    message = {name: body[name] for name in FORM_FIELDS if name in body}
    return report_of_message(message, surroundings)


def _from_json(surroundings: Surroundings, body: Document) -> Document:
    try:
        return report_of_record(body, surroundings)
    except RecordRefusedError as refused:
        raise _invalid(str(refused)) from None
    except TypeError:
        raise ChtApiError(500, "Server error") from None


def _invalid(details: str) -> ChtApiError:
    # What the caller did wrong is a server error to CHT: cht 9.1.
    return ChtApiError(500, "Server error", details)


READERS = {"application/x-www-form-urlencoded": _from_form, "application/json": _from_json}
"""What reads a record, by the content type of its request."""
