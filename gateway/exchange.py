"""Visits CHT: brings what came from phones and what became of messages, takes what is to be sent."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .backoff import Backoff
from .cht import BATCH, ChtAccessError, ChtError

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from .cht import Client
    from .inbox import Inbox
    from .metrics import Metrics
    from .outbox import Outbox

MOST_INCOMING = 50
MOST_UPDATES = 100
PAUSE = (2.0, 300.0)  # seconds after failures in a row

_log = logging.getLogger(__name__)


class Exchange:
    """The visits to one CHT; `taken` is called when there is something new to send."""

    def __init__(
        self,
        outbox: Outbox,
        inbox: Inbox,
        client: Client,
        poll_seconds: float,
        metrics: Metrics,
        random: Random,
        taken: Callable[[], object],
    ) -> None:
        self._outbox = outbox
        self._inbox = inbox
        self._client = client
        self._poll_seconds = poll_seconds
        self._metrics = metrics
        self._taken = taken
        self._pauses = Backoff(random, *PAUSE)
        self.refused = False  # whether CHT refused the user the last time

    async def step(self) -> float:
        """Visit CHT once; return the seconds until the next visit, 0 where there is more to bring or to take."""
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
        incoming = self._inbox.waiting(MOST_INCOMING)
        updates = self._outbox.unreported(MOST_UPDATES)
        offered = await self._client.exchange(incoming, updates)
        # What CHT takes it takes whole, or answers with an error: only now is it told.
        self._outbox.reported(updates)
        self._inbox.forwarded(incoming)
        self._metrics.forwarded.inc(len(incoming))
        new = sum([self._outbox.take(each.id, each.recipient, each.content) for each in offered])
        if new:
            self._metrics.taken.inc(new)
            self._taken()
        full = len(incoming) == MOST_INCOMING or len(updates) == MOST_UPDATES
        # New messages are reported as received at once, and CHT goes on to the next: it offers so many at a time.
        return new > 0 or full or (len(offered) == BATCH and bool(updates))
