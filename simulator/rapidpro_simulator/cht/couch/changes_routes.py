"""The changes feed on the wire: normal, long-polling, and continuous (cht 8.1)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from aiohttp import web

from .calls import JSON_TYPE, CouchCall, CouchRoute, add_headers, answer, encode
from .changes import read_seq, write_seq
from .documents import JSON, Extras, render
from .errors import BadRequest, not_simulated
from .filters import Filter, read_filter
from .parameters import read_count

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from .attachments import Contents
    from .changes import DocumentChange
    from .database import Database

MOST_MILLISECONDS = 60_000
FEEDS = ("normal", "longpoll", "continuous")


@dataclass
class Feed:
    """What one follower wants to hear of a database; `since` moves on with every page."""

    database: Database
    since: int
    limit: int | None
    descending: bool
    include_docs: bool
    conflicts: bool
    all_leaves: bool
    filter: Filter | None
    contents: Contents | None

    def page(self) -> tuple[list[JSON], int]:
        """Return the rows from `since` on and how many follow behind the limit."""
        page = list(islice(self._accepted(), self.limit))
        full = self.limit is not None and len(page) >= self.limit
        reached = page[-1].seq if page else self.since
        pending = self._count_behind(reached) if full else 0
        if page and (pending or self.descending):
            self.since = reached
        elif not pending:
            self.since = self.database.update_seq
        if self.limit is not None:
            self.limit -= len(page)
        return [self._row(change) for change in page], pending

    def _count_behind(self, seq: int) -> int:
        """Count what follows, without looking at it: CouchDB counts what a filter would hold back as well."""
        if not self.descending:
            return self.database.count_since(seq)
        return self.database.count_since(0) - self.database.count_since(seq - 1)

    def _accepted(self) -> Iterator[DocumentChange]:
        changes = self.database.changes(self.since, descending=self.descending, all_leaves=self.all_leaves)
        if self.filter is None:
            return changes
        return (accepted for change in changes if (accepted := self.filter(change)) is not None)

    def _row(self, change: DocumentChange) -> JSON:
        row: JSON = {"seq": write_seq(change.seq), "id": change.id, "changes": [{"rev": rev} for rev in change.revs]}
        if change.deleted:
            row["deleted"] = True
        tree = self.database.tree(change.id)
        if self.include_docs and tree is not None:
            row["doc"] = render(change.id, tree, tree.winner, Extras(conflicts=self.conflicts, contents=self.contents))
        return row


async def changes(call: CouchCall) -> web.StreamResponse:
    kind = call.parameters.get("feed", "normal")
    if kind not in FEEDS:
        raise not_simulated(f"the feed {kind}", f"use one of {', '.join(FEEDS)}")
    feed = _read_feed(call)
    if kind == "continuous":
        return await _Stream(call, feed).run(_Stream.continuous)
    rows, pending = feed.page()
    if kind == "longpoll" and not rows and not pending:
        return await _Stream(call, feed).run(_Stream.longpoll)
    return answer({"results": rows, "last_seq": write_seq(feed.since), "pending": pending})


def _read_feed(call: CouchCall) -> Feed:
    database, parameters = call.database, call.parameters
    since = parameters.get("since", "0")
    limit = parameters.get("limit")
    return Feed(
        database,
        since=database.update_seq if since == "now" else read_seq(since),
        limit=None if limit is None else read_count(limit),
        descending=call.flag("descending"),
        include_docs=call.flag("include_docs"),
        conflicts=call.flag("conflicts"),
        all_leaves=parameters.get("style") == "all_docs",
        filter=read_filter(call),
        contents=call.contents,
    )


class _Stream:
    """An answer that is written while the database changes; a follower who hangs up ends it."""

    def __init__(self, call: CouchCall, feed: Feed) -> None:
        self._feed = feed
        self._request = call.request
        self._beats, self._interval = _read_patience(call)
        self._news = asyncio.Event()
        self._response = web.StreamResponse(headers={"Content-Type": JSON_TYPE})
        add_headers(self._response, call.couch)

    async def run(self, write: Callable[[_Stream], Awaitable[None]]) -> web.StreamResponse:
        watchers = self._feed.database.watchers
        watchers.append(self._news.set)
        try:
            await self._response.prepare(self._request)
            await write(self)
            await self._response.write_eof()
        except ConnectionError:
            pass  # nobody is left to tell
        finally:
            watchers.remove(self._news.set)
        return self._response

    async def longpoll(self) -> None:
        await self._response.write(b'{"results":[\n')
        rows, pending = self._feed.page()
        while not rows and await self._something_new():
            rows, pending = self._feed.page()
        lines = b",\n".join(encode(row).rstrip() for row in rows)
        end = f'\n],\n"last_seq":"{write_seq(self._feed.since)}","pending":{pending}}}\n'
        await self._response.write(lines + end.encode())

    async def continuous(self) -> None:
        while True:
            rows, pending = self._feed.page()
            for row in rows:
                await self._response.write(encode(row))
            if self._feed.limit == 0 or not await self._something_new():
                break
        await self._response.write(encode({"last_seq": write_seq(self._feed.since), "pending": pending}))

    async def _something_new(self) -> bool:
        """Wait for a change; return False where none came in time, or none can come any more."""
        while not self._feed.database.closed:
            try:
                async with asyncio.timeout(self._interval):
                    await self._news.wait()
            except TimeoutError:
                if not self._beats:
                    return False
                await self._response.write(b"\n")
            else:
                self._news.clear()
                return not self._feed.database.closed
        return False


def _read_patience(call: CouchCall) -> tuple[bool, float]:
    """Return whether a silence is filled with heartbeats, and after how many seconds it is filled or ended."""
    heartbeat = call.parameters.get("heartbeat", "false")
    if heartbeat == "false":
        milliseconds = read_count(call.parameters.get("timeout", MOST_MILLISECONDS))
        return False, min(milliseconds, MOST_MILLISECONDS) / 1000
    milliseconds = MOST_MILLISECONDS if heartbeat == "true" else read_count(heartbeat)
    if milliseconds == 0:
        raise BadRequest("The heartbeat value should be a positive integer (in milliseconds).")
    return True, milliseconds / 1000


ROUTES = [CouchRoute("GET", "/{db}/_changes", changes), CouchRoute("POST", "/{db}/_changes", changes)]
