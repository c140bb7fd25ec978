"""The audit database: who wrote which revision of a document, beside every write to the main one (cht 8.2).

Nobody waits for it, and its failures are only logged.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.messages.states import javascript_time
from rapidpro_simulator.cht.origin import ORIGIN, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.couch.client import CouchClient, Document, Written
    from rapidpro_simulator.world.clock import Clock
    from rapidpro_simulator.world.journal import Journal

SERVICE = "api"


class Audit:
    """Keeps the history of the documents that an api process writes, in `<db>-audit` of `couch`.

    They are the writes of `couch`'s own user where no user of the instance asked for them.
    """

    def __init__(self, couch: CouchClient, clock: Clock, journal: Journal) -> None:
        self._couch = couch
        self._clock = clock
        self._journal = journal
        self._database = f"{couch.database}-audit"
        self._running: dict[asyncio.Task[None], None] = {}  # a set that keeps its order

    def note(self, written: Sequence[Written]) -> None:
        """Add what was `written`, documents and their revisions, to their histories; returns at once."""
        origin = ORIGIN.get()
        task = asyncio.get_running_loop().create_task(self._add(written, origin), name="cht audit")
        self._running[task] = None
        task.add_done_callback(self._running.pop)

    async def stop(self) -> None:
        """Leave undone what is under way."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _add(self, written: Sequence[Written], origin: Origin | None) -> None:
        try:
            rows = await self._couch.all_docs([identifier for identifier, _ in written], self._database)
            known = {row["id"]: row["doc"] for row in rows if row.get("doc")}
            histories = [self._longer(known.get(each[0]) or {"_id": each[0]}, each[1], origin) for each in written]
            await self._couch.bulk_docs(histories, self._database)
        except CouchClientError as error:
            self._journal.event("cht.log", text=f"audit: {error}")

    def _longer(self, document: Document, revision: str, origin: Origin | None) -> Document:
        entry: dict[str, Any] = {"rev": revision}
        if origin is not None:
            entry["request_id"] = origin.request_id
        user = (origin.user if origin else None) or self._couch.user
        entry |= {"user": user, "date": javascript_time(self._clock.now()), "service": SERVICE}
        return {**document, "history": [*document.get("history", []), entry]}
