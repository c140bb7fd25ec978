"""Following the changes of the main database, one after the other, and how far sentinel has come (cht-sentinel 1.2)."""

from __future__ import annotations

import asyncio
import re
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.client import CouchClientError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from rapidpro_simulator.cht.couch.client import CouchClient
    from rapidpro_simulator.cht.releases import Release

    Document = dict[str, Any]
    Process = Callable[[str, Any], Awaitable[object]]

POSITION = "_local/transitions-seq"
FULL = 100  # changes in the queue: then the feed is closed until it is empty
MOST_FAILURES = 6  # of one revision of a document
REMEMBERED = 1000  # documents and revisions that have failed
HEARING = 0.1  # seconds until the first of several changes is heard of: longer than the api needs to note what it did
PAUSE = 60.0  # seconds until a feed that failed is opened again
_IGNORED = re.compile(r"_design/.*|.*-info|.+____.+____tombstone", re.DOTALL)


class ChangeQueue:
    """The changes that sentinel has heard of and not processed yet, in the order of the feed.

    `process` handles a document, given its id and the sequence. Run `work` for as long as the process lives, and
    `follow` while changes are to be processed.
    """

    def __init__(self, couch: CouchClient, release: Release, process: Process, log: Callable[[str], object]) -> None:
        self._couch = couch
        self._release = release
        self._process = process
        self._log = log
        self._queue: deque[Document] = deque()
        self._news = asyncio.Event()
        self._empty = asyncio.Event()
        self._empty.set()
        self._failures: Counter[tuple[str, str]] = Counter()
        self._position: Document = {"_id": POSITION}

    async def follow(self) -> None:
        """Queue what changes behind the position; close the feed while the queue is full, and after an error wait."""
        while True:
            try:
                await self._follow_from(await self._read_position())
            except CouchClientError as error:
                self._log(f"The changes feed has failed: {error}")
                await asyncio.sleep(PAUSE)
            else:
                await self._empty.wait()

    async def _follow_from(self, since: Any) -> None:
        async for change in self._couch.changes(since):
            if _IGNORED.fullmatch(change["id"]):
                continue
            self._queue.append(change)
            self._empty.clear()
            self._news.set()
            if len(self._queue) >= FULL:
                return
        raise CouchClientError(None, "closed", "the changes feed has ended")

    def clear(self) -> None:
        """Forget what is queued: it comes again when the feed is opened the next time."""
        self._queue.clear()
        self._empty.set()

    async def work(self) -> None:
        """Process what is queued, one change at a time."""
        while True:
            await self._news.wait()
            await asyncio.sleep(HEARING)
            while self._queue:
                change = self._queue.popleft()
                if await self._handle(change):
                    await self._save_position(change["seq"])
            self._news.clear()
            self._empty.set()

    async def _handle(self, change: Document) -> bool:
        """Process one change, and say whether it is done; the queue goes on in any case."""
        try:
            if change.get("deleted"):
                await self._bury(change)
            else:
                await self._process(change["id"], change["seq"])
        except CouchClientError as error:
            return self._note_failure(change, error)
        return True

    def _note_failure(self, change: Document, error: CouchClientError) -> bool:
        self._log(f"Change {change['id']} has failed: {error}")
        if not self._release.gives_up_changes:
            return False
        key = (change["id"], change["changes"][0]["rev"])
        self._failures[key] += 1
        while len(self._failures) > REMEMBERED:
            del self._failures[next(iter(self._failures))]
        return self._failures[key] >= MOST_FAILURES

    async def _bury(self, change: Document) -> None:
        if not self._release.tombstones:
            return
        rev = change["changes"][0]["rev"]
        tombstone = {"_id": change["id"], "_rev": rev, "_deleted": True}
        identifier = f"{change['id']}____{rev}____tombstone"
        await self._couch.put({"_id": identifier, "type": "tombstone", "tombstone": tombstone})

    async def _read_position(self) -> Any:
        found = await self._couch.get(POSITION, self._sibling)
        self._position = found or {"_id": POSITION}
        return self._position.get("value", "0")

    async def _save_position(self, seq: Any) -> None:
        # CHT reads the document before each write; its revision is known here, as nobody else writes to it meanwhile.
        self._position["value"] = seq
        try:
            self._position["_rev"] = await self._couch.put(self._position, self._sibling)
        except CouchClientError as error:
            self._log(f"The position could not be saved: {error}")
            if error.status == 409:
                self._position["_rev"] = (await self._couch.get(POSITION, self._sibling) or {}).get("_rev")

    @property
    def _sibling(self) -> str:
        return f"{self._couch.database}-sentinel"
