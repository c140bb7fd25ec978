"""CHT's messages, by state and in the order of its views (cht 5.2, 5.6, 6.3)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.messages.states import FINAL_STATES, POLLED_STATES

if TYPE_CHECKING:
    from collections.abc import Container

    from .kernel import Kernel

OVERDUE = 7 * 86_400.0
"""Seconds after which a scheduled message never becomes pending (cht 6.5)."""
SENDABLE = ("pending", "forwarded-to-gateway")

Timeline = tuple[tuple[float, str], ...]


@dataclass(slots=True, eq=False)
class ModelMessage:
    """One message. `rank` orders the documents in CHT's views; `due` is in seconds from the start of the forecast.

    `timeline` is what RapidPro says of it from which time on; None: it knows nothing of the reference. `backlog`: it
    is one of those that were open at the start. `sent_before`: RapidPro got it before the start; `copies`: how often
    since. `referenced`: CHT knows what the gateway calls it, without which CHT cannot ask about it (cht 5.6).
    `pended`: when it became pending; None: that was before the start, or has not been yet.
    """

    rank: int
    due: float
    state: str = "pending"
    details: str | None = None
    timeline: Timeline | None = None
    backlog: bool = False
    sent_before: bool = False
    referenced: bool = False
    pended: float | None = None
    first_sent: float | None = None
    copies: int = 0

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES

    @property
    def again(self) -> int:
        """Return how often RapidPro has got it after it had it already."""
        return max(0, self.copies - (not self.sent_before))

    @property
    def pending_since(self) -> float:
        return self.due if self.pended is None else self.pended

    def status_at(self, now: float) -> str | None:
        """Return RapidPro's word for it; None where its answer has no results."""
        for time, status in reversed(self.timeline or ()):
            if time <= now:
                return status
        return None


def _rank(message: ModelMessage) -> int:
    return message.rank


def _due_and_rank(message: ModelMessage) -> tuple[float, int]:
    return message.due, message.rank


def _due(message: ModelMessage) -> float:
    return message.due


class Mailbag:
    """The messages of a CHT, each that has no final state in the view that shows it."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.messages: list[ModelMessage] = []
        self.open_backlog = 0
        self.backlog_gone: float | None = None  # since when all of the backlog has ended
        self._polled: dict[str, list[ModelMessage]] = {state: [] for state in POLLED_STATES}
        self._pending: list[ModelMessage] = []
        self._scheduled: list[ModelMessage] = []

    @property
    def waiting(self) -> int:
        """Return how many messages are to be sent."""
        return len(self._pending)

    def add(self, message: ModelMessage) -> None:
        """Keep a message, in the state that it has."""
        self.messages.append(message)
        self._enter(message)
        self.open_backlog += message.backlog and not message.is_final

    def set_state(
        self, message: ModelMessage, state: str, details: str | None = None, *, referenced: bool | None = None
    ) -> bool:
        """Give a message a state, and say whether that changed anything (cht 6.3).

        `referenced`: whether the gateway's reference comes with it; who brings none erases it. None: it stays as it is.
        """
        if message.state == state and (details is None or details == message.details):
            return False
        was_final = message.is_final
        self._leave(message)
        message.state, message.details = state, details
        if referenced is not None:
            message.referenced = referenced
        self._enter(message)
        if message.backlog and was_final != message.is_final:
            self.open_backlog += 1 if was_final else -1
            self.backlog_gone = None if self.open_backlog else self._kernel.now
        return True

    def polled(self, skip: int, limit: int) -> list[ModelMessage]:
        """Return a window of the messages that are asked about, as the view has them."""
        found: list[ModelMessage] = []
        for state in POLLED_STATES:
            view = self._polled[state]
            found += view[skip : skip + limit - len(found)]
            skip = max(0, skip - len(view))
            if len(found) == limit:
                break
        return found

    def oldest_pending(self, limit: int) -> list[ModelMessage]:
        """Return what is sent next; what has been offered to another gateway, and not taken, is among it."""
        return self._pending[:limit]

    def due(self, now: float) -> list[ModelMessage]:
        """Return the scheduled messages that become pending now."""
        first = bisect_left(self._scheduled, now - OVERDUE, key=_due)
        return self._scheduled[first : bisect_right(self._scheduled, now, key=_due)]

    def in_states(self, states: Container[str]) -> list[ModelMessage]:
        """Return the messages that have one of some states, the oldest due first."""
        return sorted([each for each in self.messages if each.state in states], key=_due_and_rank)

    def _enter(self, message: ModelMessage) -> None:
        if message.state in self._polled:
            if message.referenced:
                insort(self._polled[message.state], message, key=_rank)
        elif message.state in SENDABLE:
            insort(self._pending, message, key=_due_and_rank)
        elif message.state == "scheduled":
            insort(self._scheduled, message, key=_due_and_rank)

    def _leave(self, message: ModelMessage) -> None:
        if message.state in self._polled:
            if message.referenced:
                view = self._polled[message.state]
                del view[bisect_left(view, message.rank, key=_rank)]
        elif message.state in SENDABLE:
            del self._pending[bisect_left(self._pending, _due_and_rank(message), key=_due_and_rank)]
        elif message.state == "scheduled":
            del self._scheduled[bisect_left(self._scheduled, _due_and_rank(message), key=_due_and_rank)]
