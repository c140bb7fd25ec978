"""Saving message states into CHT's documents, with retries on conflicts (cht 5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.messages import states
from rapidpro_simulator.cht.messages.states import StateChange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.couch.client import CouchClient, Document
    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.world.clock import Clock

RETRIES = 3


class SaveError(Exception):
    """Some states could not be saved."""


class StateWriter:
    """Writes states through CouchDB, all documents of a list in one request."""

    def __init__(self, couch: CouchClient, clock: Clock, release: Release) -> None:
        self._couch = couch
        self._clock = clock
        self._release = release

    async def save(self, changes: Sequence[StateChange]) -> int:
        """Apply `changes` and return how many of them CHT believes it has saved: messages, not documents.

        What changes nothing does not count. The count subtracts the failures of every round, and does not add what a
        retry saved. Raises `SaveError` when conflicts outlast the retries, or (before 5.2) when a document has
        vanished, or when a task is broken; `CouchClientError` when CouchDB fails.
        """
        saved = 0
        for attempt in range(1 + RETRIES):
            found = await self._documents_of(await self._with_message_ids(changes)) if changes else []
            try:
                effective = self._apply(found)
            except TypeError as error:  # one broken task loses the states of all
                raise SaveError(f"Failed to updateMessageTaskStates: {error}") from error
            if not effective:
                return saved
            documents = {document["_id"]: document for _, document in effective}
            rows = await self._couch.bulk_docs(list(documents.values()))
            failed = [document_id for document_id, row in zip(documents, rows, strict=True) if not row.get("ok")]
            changes = [change for change, document in effective if document["_id"] in failed]
            saved += (len(effective) if attempt == 0 else 0) - len(changes)
            if not changes:
                return saved
        lost = ", ".join(change.message_id or "" for change in changes)
        raise SaveError(f"Failed to updateMessageTaskStates: {lost}")

    async def _with_message_ids(self, changes: Sequence[StateChange]) -> list[StateChange]:
        references = [change.gateway_ref for change in changes if change.message_id is None]
        if not references:
            return list(changes)
        rows = await self._couch.view("medic-sms/messages_by_gateway_ref", keys=references)
        by_reference: dict[str, str] = {}
        for row in rows:
            by_reference.setdefault(repr(row["key"]), row["value"])
        return [
            change
            if change.message_id is not None
            else StateChange(
                change.state, change.details, by_reference.get(repr(change.gateway_ref)), change.gateway_ref
            )
            for change in changes
        ]

    async def _documents_of(self, changes: Sequence[StateChange]) -> list[tuple[StateChange, Document]]:
        ids = [change.message_id for change in changes if change.message_id is not None]
        rows = await self._couch.view("medic-sms/messages_by_uuid", keys=ids)
        homes: dict[str, str] = {}
        for row in rows:
            homes.setdefault(row["key"], row["id"])
        documents: dict[str, Document] = {}
        for row in await self._couch.all_docs(list(dict.fromkeys(row["id"] for row in rows))):
            if row.get("doc"):
                documents[row["id"]] = row["doc"]
            elif not self._release.tolerates_missing_documents:
                raise SaveError(f"Cannot read properties of null (reading 'tasks'): {row.get('id') or row.get('key')}")
        return [
            (change, documents[homes[change.message_id]])
            for change in changes
            if change.message_id is not None and homes.get(change.message_id) in documents
        ]

    def _apply(self, found: Sequence[tuple[StateChange, Document]]) -> list[tuple[StateChange, Document]]:
        """Change the tasks, and return the changes that really changed something."""
        now = self._clock.now()
        effective = []
        for change, document in found:
            task = states.task_with_message(document, change.message_id or "")
            if task is not None and states.set_task_state(task, change.state, now, change.details, change.gateway_ref):
                effective.append((change, document))
        return effective
