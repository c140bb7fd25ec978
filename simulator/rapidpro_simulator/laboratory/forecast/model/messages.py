"""CHT's messages, by state and in the order of its views (cht 5.2, 5.6, 6.3)."""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.messages.states import FINAL_STATES, POLLED_STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .kernel import Kernel

OVERDUE = 7 * 86_400.0
"""Seconds after which a scheduled message never becomes pending (cht 6.5)."""

Timeline = tuple[tuple[float, str], ...]


@dataclass(slots=True, eq=False)
class ModelMessage:
    """One message. `rank` orders the documents in CHT's views; `due` is in seconds from the start of the forecast.

    `timeline` is what RapidPro says of it from which time on; None: it knows nothing of the reference. `backlog`: it
    is one of those that were open at the start.
    """

    rank: int
    due: float
    state: str = "pending"
    details: str | None = None
    timeline: Timeline | None = None
    backlog: bool = False
    first_sent: float | None = None
    copies: int = 0

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES

    def status_at(self, now: float) -> str | None:
        """Return RapidPro's word for it; None where its answer has no results."""
        for time, status in reversed(self.timeline or ()):
            if time <= now:
                return status
        return None


def _by_rank(message: ModelMessage) -> int:
    return message.rank


def _by_due(message: ModelMessage) -> tuple[float, int]:
    return message.due, message.rank


class Mailbag:
    """The messages of a CHT that have no final state, each in the view that shows it."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.messages: list[ModelMessage] = []
        self.open_backlog = 0
        self.backlog_gone: float | None = None  # since when all of the backlog has ended
        self._views: dict[str, list[ModelMessage]] = {
            state: [] for state in (*POLLED_STATES, "pending", "scheduled", "forwarded-to-gateway")
        }

    def add(self, message: ModelMessage) -> None:
        """Keep a message, in the state that it has."""
        self.messages.append(message)
        self._enter(message)
        self.open_backlog += message.backlog and not message.is_final

    def set_state(self, message: ModelMessage, state: str, details: str | None = None) -> bool:
        """Give a message a state, and say whether that changed anything (cht 6.3)."""
        if message.state == state and (details is None or details == message.details):
            return False
        was_final = message.is_final
        self._leave(message)
        message.state, message.details = state, details
        self._enter(message)
        if message.backlog and was_final != message.is_final:
            self.open_backlog += 1 if was_final else -1
            self.backlog_gone = None if self.open_backlog else self._kernel.now
        return True

    def polled(self, skip: int, limit: int) -> list[ModelMessage]:
        """Return a window of the messages that are asked about, as the view has them."""
        found: list[ModelMessage] = []
        for state in POLLED_STATES:
            view = self._views[state]
            found += view[skip : skip + limit - len(found)]
            skip = max(0, skip - len(view))
            if len(found) == limit:
                break
        return found

    def oldest_pending(self, limit: int) -> list[ModelMessage]:
        """Return what is sent next."""
        return self._views["pending"][:limit]

    def due(self, now: float) -> list[ModelMessage]:
        """Return the scheduled messages that become pending now."""
        return [each for each in self._views["scheduled"] if now - OVERDUE <= each.due <= now]

    def in_states(self, states: tuple[str, ...]) -> Iterator[ModelMessage]:
        """Yield the messages that have one of some states."""
        for state in states:
            yield from list(self._views.get(state, ()))

    def count(self, *states: str) -> int:
        return sum(len(self._views[state]) for state in states)

    def _key(self, state: str) -> object:
        return _by_rank if state in POLLED_STATES else _by_due

    def _enter(self, message: ModelMessage) -> None:
        view = self._views.get(message.state)
        if view is not None:
            insort(view, message, key=self._key(message.state))  # type: ignore[call-overload]

    def _leave(self, message: ModelMessage) -> None:
        view = self._views.get(message.state)
        if view is not None:
            key = self._key(message.state)
            del view[bisect_left(view, key(message), key=key)]  # type: ignore[operator,call-overload]
