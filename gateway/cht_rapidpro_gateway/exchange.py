"""Visits CHT: brings what came from phones and what became of messages, takes what is to be sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from .backoff import Backoff
from .cht import ChtAccessError, ChtChokedError, ChtError, ChtSilentError
from .cht_documents import ChtDocumentsError
from .inbox import Incoming
from .outbox import Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from random import Random

    from .cht import ChtClient, Offered
    from .cht_documents import ChtDocuments
    from .inbox import Inbox
    from .metrics import Metrics
    from .outbox import Outbox

MOST_INCOMING = 50
MOST_UPDATES = 100
FAILURE_BACKOFF_SECONDS = (2.0, 300.0)  # after failures in a row: after the first, at most
SET_ASIDE_BACKOFF_SECONDS = (300.0, 6 * 3600.0)  # until CHT is brought again what it chokes on: first, at most

_log = logging.getLogger(__name__)
_Brought = TypeVar("_Brought", Incoming, Outgoing)


class Exchange:
    """The visits to one CHT; `taken` is called when there is something new to send.

    `documents` tell how long messages have waited that came while the gateway was away.
    """

    def __init__(
        self,
        outbox: Outbox,
        inbox: Inbox,
        client: ChtClient,
        poll_seconds: float,
        metrics: Metrics,
        random: Random,
        taken: Callable[[], object],
        documents: ChtDocuments | None = None,
    ) -> None:
        self._documents = documents
        self._catching_up = False  # with what came while the gateway was away
        self._outbox = outbox
        self._inbox = inbox
        self._client = client
        self._poll_seconds = poll_seconds
        self._metrics = metrics
        self._taken = taken
        self._pauses = Backoff(random, *FAILURE_BACKOFF_SECONDS)
        self._asides = Backoff(random, *SET_ASIDE_BACKOFF_SECONDS)
        self._aside: dict[tuple[type, str], tuple[int, float]] = {}  # how often CHT choked on it, and until when
        self.refused = False  # whether CHT refused the user the last time

    async def step(self) -> float:
        """Visit CHT once; return the seconds until the next visit, 0 where there is more to bring or to take."""
        if (rest := self._pauses.remaining()) > 0:
            return rest
        try:
            more = await self._visit()
        except ChtError as error:
            pause = self._pauses.pause()
            self.refused = isinstance(error, ChtAccessError)
            _log.warning("CHT does not answer as it should, pausing for %.0f s: %s", pause, error)
            return pause
        self.refused = False
        self._pauses.reset()
        return 0.0 if more else self._poll_seconds

    async def _visit(self) -> bool:
        """Visit CHT; say whether the next visit should follow at once."""
        incoming = self._admitted(self._inbox.waiting(MOST_INCOMING + len(self._aside)), MOST_INCOMING)
        updates = self._admitted(self._outbox.unreported(MOST_UPDATES + len(self._aside)), MOST_UPDATES)
        try:
            new = await self._bring([*incoming, *updates])
        except ChtChokedError:
            if not incoming and not updates:
                raise
            new = await self._bring([])  # if that fails too, it is not what was brought that CHT chokes on
            new += await self._bring_by_halves([*incoming, *updates])
        # New messages are reported as received at once, and CHT goes on to the next: it offers so many at a time.
        return new > 0 or len(incoming) == MOST_INCOMING or len(updates) == MOST_UPDATES

    async def _bring(self, load: Sequence[Incoming | Outgoing]) -> int:
        """Bring CHT a load, and take what it offers; return how many new messages that were."""
        incoming = [each for each in load if isinstance(each, Incoming)]
        updates = [each for each in load if isinstance(each, Outgoing)]
        self._catching_up |= not self._outbox.clock.is_fresh()
        offered = await self._handed_over(incoming, updates)
        # What CHT takes it takes whole, or answers with an error: only now is it told.
        self._outbox.reported(updates)
        self._inbox.forwarded(incoming)
        self._metrics.forwarded.inc(len(incoming))
        for each in load:
            self._aside.pop((type(each), each.id), None)
        just_reported = {each.id for each in updates}  # offered all the same, it comes from a list that was made before
        wanted = [each for each in offered if each.id not in just_reported]
        since = await self._waiting_since(wanted)
        with self._outbox.batch():
            new = sum([self._outbox.take(each.id, each.recipient, each.content, since.get(each.id)) for each in wanted])
        self._catching_up &= new > 0
        if new:
            self._metrics.taken.inc(new)
            self._taken()
        return new

    async def _handed_over(self, incoming: Sequence[Incoming], updates: Sequence[Outgoing]) -> list[Offered]:
        """Bring CHT this, and return what it offers; what it may be storing is left alone for a while."""
        self._inbox.bringing(incoming)
        self._outbox.bringing(updates)
        try:
            return await self._client.exchange(incoming, updates)
        except ChtSilentError:
            raise
        except ChtError:
            self._inbox.not_brought(incoming)
            self._outbox.not_reported(updates)
            raise

    async def _waiting_since(self, wanted: Sequence[Offered]) -> Mapping[str, float]:
        """Return since when messages wait, where they may be older than they look: CHT offers them without a time."""
        if self._documents is None or not self._catching_up or not wanted:
            return {}
        try:
            return await self._documents.waiting_since(2 * len(wanted))
        except ChtDocumentsError as error:
            _log.warning("how long messages have waited cannot be looked up, so they count as new: %s", error)
            return {}

    async def _bring_by_halves(self, load: Sequence[Incoming | Outgoing]) -> int:
        """Bring all of a load but what CHT chokes on, which is set aside for a while."""
        if len(load) == 1:
            self._set_aside(load[0])
            return 0
        new = 0
        for half in (load[: len(load) // 2], load[len(load) // 2 :]):
            try:
                new += await self._bring(half)
            except ChtChokedError:
                new += await self._bring_by_halves(half)
        return new

    def _set_aside(self, each: Incoming | Outgoing) -> None:
        failures = self._aside.get((type(each), each.id), (0, 0.0))[0] + 1
        pause = self._asides.after(failures)
        self._aside[type(each), each.id] = (failures, self._outbox.clock.now() + pause)
        self._metrics.set_aside.inc()
        _log.error("CHT chokes on %s %s; it is brought again in %.0f s", type(each).__name__, each.id, pause)

    def _admitted(self, rows: Sequence[_Brought], most: int) -> list[_Brought]:
        moment = self._outbox.clock.now()
        return [each for each in rows if self._aside.get((type(each), each.id), (0, 0.0))[1] <= moment][:most]
