"""Exports as CSV: messages and contacts. Modelled on the public reference of CHT's API, its defect included.

Since 3.6 messages that wait to be sent stand twice in the view that the export reads, and so in the export.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from aiohttp import web

from rapidpro_simulator.cht.javascript import as_text
from rapidpro_simulator.cht.messages import states

from .call import parse_value
from .entities import CONTACT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rapidpro_simulator.cht.couch.client import Document

    from .call import ChtCall
    from .context import ApiContext

HISTORY = ("scheduled", "pending", "sent", "cleared", "muted")
MESSAGE_COLUMNS = (
    *("id", "patient_id", "reported_date", "from", "contact.name", "message_type", "message_state"),
    *("received_timestamp", *(f"{state}_timestamp" for state in HISTORY)),
    *("sent_by", "to_phone", "content"),
)
CONTACT_COLUMNS = ("id", "rev", "name", "patient_id", "type")
FROM, TO = "filters[date][from]", "filters[date][to]"


async def messages(context: ApiContext, call: ChtCall) -> web.Response:
    """Return a line for each message, in the order of the view by state; those that wait stand there twice."""
    await context.access.require_online(call)
    await context.access.require(call, context.settings, "can_export_messages")
    rows = await context.couch.view("medic/messages_by_state")
    ids = list(dict.fromkeys(row["id"] for row in rows))
    known = {row["id"]: row["doc"] for row in await context.couch.all_docs(ids) if row.get("doc")}
    kept = [row for row in rows if _in_period(known.get(row["id"], {}), call.query)]
    found = (_find(known.get(row["id"], {}), row["value"].get("id")) for row in kept)
    lines = (_line(document, task, message) for document, task, message in filter(None, found))
    return _table("messages", context, MESSAGE_COLUMNS, lines)


async def contacts(context: ApiContext, call: ChtCall) -> web.Response:
    """Return a line for each contact."""
    await context.access.require_online(call)
    await context.access.require(call, context.settings, "can_export_contacts")
    answer = await context.couch.request("GET", f"{context.database}/_all_docs?include_docs=true")
    found = [row["doc"] for row in answer["rows"] if CONTACT.has(context.settings, row["doc"])]
    lines = (
        [each["_id"], each["_rev"], each.get("name"), each.get("patient_id"), each.get("contact_type", each["type"])]
        for each in found
    )
    return _table("contacts", context, CONTACT_COLUMNS, lines)


def _in_period(document: Document, query: Mapping[str, str]) -> bool:
    reported = document.get("reported_date")
    since, until = parse_value(query.get(FROM, "0")), parse_value(query.get(TO, "null"))
    if not isinstance(reported, (int, float)):
        return FROM not in query and TO not in query
    return reported >= since and (until is None or reported <= until)


def _find(document: Document, uuid: Any) -> tuple[Document, Document, Document] | None:
    """Return the message of a row with its task; a task without messages has none, and no line."""
    for task in states.tasks_of(document):
        for message in task.get("messages") or []:
            if message.get("uuid") == uuid and uuid:
                return document, task, message
    return None


def _line(document: Document, task: Document, message: Document) -> list[Any]:
    since = {entry["state"]: entry.get("timestamp") for entry in task.get("state_history") or ()}
    received = document.get("reported_date") if document.get("sms_message") else None
    contact = document.get("contact")
    return [
        document["_id"],
        document.get("patient_id") or (document.get("fields") or {}).get("patient_id"),
        document.get("reported_date"),
        document.get("from"),
        contact.get("name") if isinstance(contact, dict) else None,
        _type(document, task),
        task.get("state"),
        received,
        *(since.get(state) for state in HISTORY),
        message.get("sent_by"),
        message.get("to"),
        message.get("message"),
    ]


def _type(document: Document, task: Document) -> str:
    if document.get("kujua_message"):
        return "Outgoing Message"
    return f"Task Message:{task['type']}" if task.get("type") else "Automated Reply"


def _table(name: str, context: ApiContext, header: Iterable[str], lines: Iterator[list[Any]]) -> web.Response:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(["" if cell is None else as_text(cell) for cell in line] for line in lines)
    stamp = context.clock.now().strftime("%Y%m%d%H%M")
    headers = {"Content-Disposition": f"attachment; filename={name}-{stamp}.csv"}
    return web.Response(text=text.getvalue(), content_type="text/csv", headers=headers)
