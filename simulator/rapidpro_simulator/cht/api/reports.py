"""Data records: what they are read with, and how they are stored with their transitions (cht 1.7, 8.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.forms import Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.couch.client import Document

    from .context import ApiContext


def surroundings(context: ApiContext) -> Surroundings:
    """Return what the api reads a report with at this moment."""
    return Surroundings(context.settings, context.translations.translate, context.milliseconds())


async def store(context: ApiContext, documents: Sequence[Document]) -> list[Document]:
    """Save new documents, after the transitions that are enabled, and return a row for each, as `_bulk_docs` does.

    Raises `CouchClientError` where CouchDB refuses the request as a whole; with transitions, that is a row with
    `error`.
    """
    return await context.transitions.process_documents(documents)
