"""Info documents: what CHT keeps about a document beside it, in the database `<main>-sentinel` (cht-sentinel 3).

Every member has one owner: the api its dates, the transitions `transitions`, outbound push `completed_tasks`, muting
`muting_history`. Who saves its own re-reads the rest, however often somebody else was faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import milliseconds

from .couch.client import CouchClientError
from .messages.states import javascript_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rapidpro_simulator.world.clock import Clock

    from .couch.store import Document, DocumentStore

SUFFIX = "-info"
UNKNOWN = "unknown"
"""The dates of a document that no api has seen: sentinel itself made it."""


def info_id(document_id: str) -> str:
    """Return the id of the info document of `document_id`."""
    return document_id + SUFFIX


class InfoDocuments:
    """The info documents of an instance. Every method raises `CouchClientError`."""

    def __init__(self, store: DocumentStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    @property
    def database(self) -> str:
        """Return the name of the database that they are in."""
        return f"{self._store.database}-sentinel"

    async def of(self, document_id: str) -> Document:
        """Return the info document of a document that sentinel has been told of; it is made where there is none."""
        while True:
            found = await self._store.get(info_id(document_id), self.database)
            if found is not None:
                return found
            info = _blank(document_id, UNKNOWN)
            [row] = await self._store.bulk_docs([info], self.database)
            if row.get("ok"):
                return {**info, "_rev": row["rev"]}

    async def begin(self, document_ids: Sequence[str]) -> list[Document]:
        """Make and return the info documents of documents that are to be saved for the first time (cht 8.2).

        Their dates are milliseconds here, and texts everywhere else.
        """
        await self._store.all_docs(list(map(info_id, document_ids)), self.database)
        now = milliseconds(self._clock.now())
        infos: list[Document] = [{**_blank(each, now), "transitions": {}} for each in document_ids]
        rows = await self._store.bulk_docs(infos, self.database)
        for info, row in zip(infos, rows, strict=True):
            if row.get("ok"):
                info["_rev"] = row["rev"]
        return infos

    async def note_writes(self, document_ids: Iterable[str]) -> None:
        """Put down that the api has passed on successful writes to these documents."""
        left = list(dict.fromkeys(document_ids))
        while left:
            now = javascript_time(self._clock.now())
            known = await self._known(left)
            infos = [
                {**known[each], "latest_replication_date": now} if each in known else _blank(each, now) for each in left
            ]
            rows = await self._store.bulk_docs(infos, self.database)
            left = [each for each, row in zip(left, rows, strict=True) if not row.get("ok")]

    async def save_transitions(self, document_id: str, transitions: Mapping[str, Any]) -> None:
        """Save which transitions have run on a document."""
        await self._save(document_id, transitions=dict(transitions))

    async def save_completed_tasks(self, document_id: str, completed: Sequence[Document]) -> None:
        """Save what outbound push has done for a document."""
        await self._save(document_id, completed_tasks=list(completed))

    async def save_muting_history(self, histories: Mapping[str, Any]) -> None:
        """Save the muting histories of contacts, by the contact's id, in one request."""
        left = dict(histories)
        while left:
            known = await self._known(list(left))
            infos = [{**known.get(each, _blank(each, UNKNOWN)), "muting_history": left[each]} for each in left]
            rows = await self._store.bulk_docs(infos, self.database)
            left = {each: left[each] for each, row in zip(list(left), rows, strict=True) if not row.get("ok")}

    async def _known(self, document_ids: Sequence[str]) -> dict[str, Document]:
        rows = await self._store.all_docs(list(map(info_id, document_ids)), self.database)
        return {each: row["doc"] for each, row in zip(document_ids, rows, strict=True) if row.get("doc")}

    async def _save(self, document_id: str, **own: Any) -> None:
        while True:
            info = await self._store.get(info_id(document_id), self.database) or _blank(document_id, UNKNOWN)
            try:
                await self._store.put({**info, **own}, self.database)
            except CouchClientError as error:
                if error.status != 409:
                    raise
            else:
                return


def _blank(document_id: str, date: int | str) -> Document:
    return {
        "_id": info_id(document_id),
        "type": "info",
        "doc_id": document_id,
        "initial_replication_date": date,
        "latest_replication_date": date,
    }
