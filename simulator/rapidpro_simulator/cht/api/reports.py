"""Data records: how a message becomes a document, and how that is stored with its transitions (cht 1.7, 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.forms import read_text
from rapidpro_simulator.cht.infodocs import InfoDocuments
from rapidpro_simulator.cht.messages.phones import normalised_or_raw

from .simulated_settings import enabled_transitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.couch.client import Document
    from rapidpro_simulator.cht.forms import Reading

    from .context import ApiContext


def from_message(context: ApiContext, sender: Any, text: Any, reported: int | None = None, **more: Any) -> Document:
    """Return the data record of a text message; `more` goes into its `sms_message`."""
    locale = more.get("locale") or context.settings.get("locale") or "en"
    reading = read_text(text, context.settings, str(locale)) if isinstance(text, str) else None
    message: Document = {"type": "sms_message", "message": text}
    if reading is not None and reading.code is not None:
        message["form"] = reading.code
    return data_record(context, reading, sender, {**message, "from": sender, **more}, reported)


def data_record(
    context: ApiContext, reading: Reading | None, sender: Any, message: Document, reported: int | None = None
) -> Document:
    """Return a data record; `reported` are milliseconds since 1970, None: now."""
    record: Document = {"type": "data_record", "from": normalised_or_raw(sender, context.settings)}
    if reading is not None and reading.form is not None:
        record["form"] = reading.form
    return {
        **record,
        "errors": reading.errors if reading else [],
        "tasks": [],
        "fields": reading.fields if reading else {},
        "reported_date": context.milliseconds() if reported is None else reported,
        "sms_message": message,
    }


async def store(context: ApiContext, documents: Sequence[Document]) -> list[Document]:
    """Save new documents, after the transitions that are enabled, and return a row for each, as `_bulk_docs` does.

    Raises `CouchClientError` where CouchDB refuses the request as a whole; with transitions, that is a row with
    `error`.
    """
    enabled = enabled_transitions(context.settings)
    if not enabled:
        return await context.couch.bulk_docs(documents)
    return [await _store_with_transitions(context, document, enabled) for document in documents]


async def _store_with_transitions(context: ApiContext, document: Document, enabled: Sequence[str]) -> Document:
    document = {"_id": context.stream.uuid7(context.clock.now()), **document}
    infos = InfoDocuments(context.couch, context.clock)
    try:
        await infos.begin([document["_id"]])
        ran = [name for name, run in context.transitions.items() if name in enabled and await run(document)]
        if not ran:
            await infos.save_transitions(document["_id"], {})
        revision = await context.couch.put(document)
        if ran:
            done = {name: {"last_rev": revision, "seq": None, "ok": True} for name in ran}
            await infos.save_transitions(document["_id"], done)
    except CouchClientError as error:
        return {"id": document["_id"], "error": error.error, "reason": error.reason}
    return {"ok": True, "id": document["_id"], "rev": revision}
