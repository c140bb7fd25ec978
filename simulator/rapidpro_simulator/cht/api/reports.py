"""Data records: how a message becomes a document, and how that is stored with its transitions (cht 1.7, 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.forms import read_text
from rapidpro_simulator.cht.messages.phones import normalised_or_raw

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
    return await context.transitions.process_documents(documents)
