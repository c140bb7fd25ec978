"""Making pushes: at once by whoever runs the transitions, and later those that failed or are not due (cht 10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import milliseconds
from rapidpro_simulator.cht.recurrence import RecurrenceError, parse_cron
from rapidpro_simulator.cht.web_client import WebError, address

from .authentication import TIMEOUT, Client, Keys, authenticate
from .configuration import OutboundError, Push, pushes
from .mapping import digest, payload_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.cht.couch.store import DocumentStore
    from rapidpro_simulator.cht.infodocs import InfoDocuments
    from rapidpro_simulator.cht.javascript import Sandbox
    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.world.clock import Clock

    Document = dict[str, Any]

QUEUED = "task:outbound"
NEAR = timedelta(minutes=5)  # before and after a time of its cron at which a push may be sent


@dataclass(frozen=True)
class Outbound:
    """Outbound push in one of CHT's processes."""

    store: DocumentStore
    infos: InfoDocuments
    client: Client
    keys: Keys
    sandbox: Sandbox
    clock: Clock
    release: Release
    settings: Callable[[], Mapping[str, Any]]
    log: Callable[[str], object]

    def relevant(self, document: Document) -> list[Push]:
        """Return the pushes that are about `document`, hydrated. Raises `JavaScriptError` where an expression does."""
        return [push for push in pushes(self.settings()).values() if push.is_relevant(document, self.sandbox)]

    async def mark(self, document: Document, info: Document, relevant: list[Push]) -> None:
        """Make the pushes about `document` now, and queue those that fail or are not due.

        This is what the transition mark_for_outbound does. A queue that is there already stays as it is: what fails now
        is not added. Raises `CouchClientError`.
        """
        left = [push.name for push in relevant if not (self.is_due(push) and await self.attempt(push, document, info))]
        if left:
            await self._queue(document["_id"], left)

    def is_due(self, push: Push) -> bool:
        """Say whether `push` may be sent now: always, or near the times of its `cron` (since 4.5)."""
        if not push.cron or not self.release.outbound_cron:
            return True
        try:
            return parse_cron(str(push.cron)).is_near(self.clock.now(), NEAR)
        except RecurrenceError as error:
            self.log(f"outbound {push.name}: {error}")
            return False

    async def attempt(self, push: Push, document: Document, info: Document) -> bool:
        """Make a push about `document`, unless the last one of its name had the same body; say whether that is done."""
        try:
            await self._send(push, document, info)
        except (OutboundError, WebError, CouchClientError) as error:
            self.log(f"Failed to push {document['_id']} to {push.name}: {error}")
            return False
        return True

    async def _send(self, push: Push, document: Document, info: Document) -> None:
        payload = payload_of(document, push.mapping, self.sandbox, self.release)
        hashed = digest(payload)
        done = info.setdefault("completed_tasks", [])
        last = [each for each in done if each.get("type") == "outbound" and each.get("name") == push.name][-1:]
        if last and last[0].get("hash") == hashed:
            return
        await self._post(push, payload)
        now = milliseconds(self.clock.now())
        done.append({"type": "outbound", "name": push.name, "timestamp": now, "hash": hashed})
        await self.infos.save_completed_tasks(document["_id"], done)

    async def _post(self, push: Push, payload: Any) -> None:
        shown = await authenticate(push.destination, self.keys, self.client)
        path = "/" + str(push.destination.get("path") or "").lstrip("/")
        if shown.token is not None:
            path += ("&" if "?" in path else "?") + urlencode({"token": shown.token})
        url = address(push.destination.get("base_url"), path)
        await self.client.request("POST", url, authorization=shown.authorization, body=payload, timeout=TIMEOUT)

    async def _queue(self, document_id: str, names: list[str]) -> None:
        now = milliseconds(self.clock.now())
        task = {"_id": f"{QUEUED}:{document_id}", "type": QUEUED, "created": now, "doc_id": document_id, "queue": names}
        try:
            await self.store.put(task, self.infos.database)
        except CouchClientError as error:
            if error.status != 409:
                raise
