"""The exchange of documents between a phone and CHT.

Modelled: which documents a phone may have is asked as the app asks it; documents are sent without earlier revisions.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

import aiohttp

from rapidpro_simulator.world.authorization import basic_auth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.site import Site
    from rapidpro_simulator.world.protocols import World

    from .account import Account
    from .storage import Document, Storage


class SyncError(Exception):
    """The server could not be reached, or refused."""


class Synchronisation:
    """Sends and fetches what is in `storage`, as the user `account` of the CHT `site`; raises `SyncError`."""

    def __init__(self, world: World, site: Site, account: Account, storage: Storage) -> None:
        self._world = world
        self._site = site
        self._account = account
        self._storage = storage

    async def push(self) -> None:
        """Send what the server does not have yet."""
        documents = self._storage.waiting()
        if not documents:
            return
        rows = await self._ask("POST", f"/{self._site.database}/_bulk_docs", {"docs": documents})
        for document, row in zip(documents, rows, strict=True):
            # A conflict means that the server's is newer: it comes with the next documents.
            self._storage.sent(document["_id"], row.get("rev"))

    async def pull(self) -> None:
        """Fetch what is new, and drop what is gone."""
        answer = await self._ask("GET", "/api/v1/replication/get-ids")
        there = {row["id"]: row["rev"] for row in answer["doc_ids_revs"]}
        self._storage.receive(await self._fetch(self._storage.missing(there)))
        self._storage.drop_all_but(there)

    async def _fetch(self, identifiers: Sequence[str]) -> list[Document]:
        if not identifiers:
            return []
        body = {"docs": [{"id": each} for each in identifiers]}
        answer = await self._ask("POST", f"/{self._site.database}/_bulk_get", body)
        found = [each["ok"] for row in answer["results"] for each in row["docs"] if "ok" in each]
        return [{name: value for name, value in each.items() if name != "_revisions"} for each in found]

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        """Make one request as the worker and return the answer's JSON."""
        account = self._account
        headers = {"Authorization": basic_auth(account.name, account.password), "Accept": "application/json"}
        try:
            async with self._session.request(method, f"{self._site.url}{path}", json=body, headers=headers) as answer:
                text = await answer.text()
                if answer.status < 300:
                    return json.loads(text)
                problem = f"{answer.status} {text[:200]}"
        except (aiohttp.ClientError, ValueError) as error:
            problem = f"{type(error).__name__}: {error}"
        self._world.journal.event("phone.sync_failed", user=account.name, problem=problem)
        raise SyncError(f"the phone of {account.name} could not synchronise: {problem}")

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        return self._world.network.client(self._account.party)
