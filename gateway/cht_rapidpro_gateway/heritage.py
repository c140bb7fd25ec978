"""The messages that another gateway took from CHT and left without an end: taken over a few at a time, or left alone.

`/api/sms` does not tell of them: they are read from CHT's database, through CHT, as the user that the gateway is.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from .cht_documents import ChtDocumentsError
from .statuses import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from .cht_documents import ChtDocuments, Held, Position
    from .configuration import Inherited
    from .outbox import Outbox

HOUR = 3600.0  # seconds
PAGE = 100  # messages
LEFT = "another gateway left it without an end"

_log = logging.getLogger(__name__)


class Heir:
    """Takes over what CHT holds for another gateway; `workspace` is asked, `wake` called where there is more to do."""

    def __init__(
        self,
        outbox: Outbox,
        documents: ChtDocuments,
        settings: Inherited,
        workspace: int,
        wake: Callable[[], object],
    ) -> None:
        self._outbox = outbox
        self._documents = documents
        self._settings = settings
        self._workspace = workspace
        self._wake = wake
        # What each state of CHT's means for a message, and what is done with messages in it.
        wanted = {
            "received-by-gateway": (State.UNSENT, settings.unsent),
            "forwarded-by-gateway": (State.PENDING, settings.unsent),
            "sent": (State.SENT, settings.sent),
        }
        self._wanted = {state: pair for state, pair in wanted.items() if pair[1] != "leave"}
        self._states = list(self._wanted)
        self._position: Position | None = None

    async def step(self) -> float:
        """Take over a page of messages; return the seconds until the next one, a day where there is none."""
        if not self._states:
            return 24 * HOUR
        state = self._states[0]
        try:
            page = await self._documents.held(state, PAGE, self._position)
        except ChtDocumentsError as error:
            _log.error("messages of another gateway cannot be looked up, trying again in an hour: %s", error)
            return HOUR
        with self._outbox.batch():
            taken = sum([self._take(held) for held in page.messages])
        if taken:
            _log.info("took over %d messages that were %s for another gateway", taken, state)
            self._wake()
        self._position = page.following
        if page.following is None:
            self._states.pop(0)
        return 0.0 if self._wanted[state][1] == "fail" else taken * HOUR / self._settings.per_hour

    def _take(self, held: Held) -> bool:
        if self._outbox.get(held.id) is not None:
            return False  # our own
        state, action = self._wanted[held.state]
        if action == "fail":
            self._outbox.inherit_failed(held.id, held.recipient, held.content, state, LEFT)
        elif action == "send":
            self._outbox.inherit_waiting(held.id, held.recipient, held.content, state, held.pending_since)
        elif held.reference is None or held.accepted_at is None:
            return False  # nobody could be asked
        else:
            self._outbox.inherit_open(
                held.id, held.recipient, held.content, state, self._workspace, held.reference, held.accepted_at
            )
        return True
