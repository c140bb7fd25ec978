"""What is done to walk a flow once: who the contact is, what it says and when it is silent, what others answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

TEXT: Final = "text"
TIMEOUT: Final = "timeout"  # silence, until the wait is over
EXPIRATION: Final = "expiration"  # silence, until the run expires
PHONE: Final = "+254712345678"
NAME: Final = "Asha Mwangi"

Pairs = tuple[tuple[str, str], ...]


class Move(NamedTuple):
    """What the contact does where a flow waits: it sends a text, or nothing."""

    kind: str
    text: str = ""


@dataclass(frozen=True)
class Plan:
    """A walk that may be made: `moves` in order, and the world that they are made in.

    `start` is the text that starts the flow, empty where the API does. `fields`, `globals` and `params` (of the start)
    are keys and texts; `groups` are UUIDs. Web servers answer with `statuses` in order, the last one for ever (0: not
    at all), and a JSON object with `members`, by their dotted paths; language models with `answer`. `chances` are what
    random routers draw, in order.
    """

    language: str = ""
    start: str = ""
    moves: tuple[Move, ...] = ()
    name: str = NAME
    fields: Pairs = ()
    groups: tuple[str, ...] = ()
    globals: Pairs = ()
    params: Pairs = ()
    statuses: tuple[int, ...] = (200,)
    members: Pairs = ()
    answer: str = "Fine"
    chances: tuple[float, ...] = ()

    def then(self, move: Move) -> Plan:
        """Return the plan with one more move."""
        return replace(self, moves=(*self.moves, move))

    def status(self, number: int) -> int:
        """Return what the web request of a number is answered with, counted from 0."""
        return self.statuses[min(number, len(self.statuses) - 1)]

    def answered(self, number: int, status: int) -> Plan:
        """Return the plan in which web requests are answered otherwise, from that of a number on."""
        return replace(self, statuses=(*(self.status(each) for each in range(number)), status))

    def where(self, kind: str, key: str, value: str) -> Plan:
        """Return the plan with another `fields`, `globals`, `params` or `members` value."""
        pairs = {**dict(getattr(self, kind)), key: value}
        changed: dict[str, Any] = {kind: tuple(pairs.items())}
        return replace(self, **changed)
