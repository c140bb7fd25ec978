"""What is done to walk a flow once: who the contact is, what it says and when it is silent, what others answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from .stand_ins import stand_in_for

TEXT: Final = "text"
TIMEOUT: Final = "timeout"  # silence, until the wait is over
EXPIRATION: Final = "expiration"  # silence, until the run expires
DIAL: Final = "dial"  # a call that was forwarded ends: its text is how
OUTCOMES: Final = ("answered", "no_answer", "busy", "failed")  # of such a call
PHONE: Final = "+254712345678"
SUCCESSES: Final = range(200, 300)
NAME: Final = "Asha Mwangi"

Pairs = tuple[tuple[str, str], ...]


class Move(NamedTuple):
    """What the contact does where a flow waits: it sends a text, perhaps with an attachment, or nothing.

    In a call its texts are the keys that it presses, and where the call was forwarded, how that ended.
    """

    kind: str
    text: str = ""
    attachment: str = ""


@dataclass(frozen=True)
class Plan:
    """A walk that may be made: `moves` in order, and the world that they are made in.

    `start` is the text that starts the flow, empty where the API does; `is_texted` whether it is started as usual,
    by a text if it may be; `requested` whether nothing of the export starts it, so that a request to the API has
    to; `entry` the flow that is started and enters this one, empty for itself; `begins` when that is (ISO 8601),
    empty for `walker.BEGIN`. The contact has the number `phone` and before it `urns`; `fields`, `globals` and
    `params` (of the start) are keys and texts; `groups` are UUIDs. Web servers answer with `statuses` in order, the
    last one for ever (0: not at all), and likewise with JSON objects that have `members`, by their dotted paths;
    language models with `answer`. `chances` are what is drawn.
    """

    language: str = ""
    start: str = ""
    entry: str = ""
    begins: str = ""
    is_texted: bool = True
    requested: bool = False
    moves: tuple[Move, ...] = ()
    name: str = NAME
    phone: str = PHONE
    urns: tuple[str, ...] = ()
    timezone: str = ""
    has_ticket: bool = False
    has_credit: bool = True  # for airtime
    fields: Pairs = ()
    groups: tuple[str, ...] = ()
    globals: Pairs = ()
    params: Pairs = ()
    statuses: tuple[int, ...] = (200,)
    members: tuple[Pairs, ...] = ((),)
    answer: str = "Fine"
    chances: tuple[float, ...] = ()

    @property
    def address(self) -> str:
        """By what the contact is known in a scenario, and writes: the first of its addresses."""
        return (*self.urns, self.phone)[0]

    def then(self, move: Move) -> Plan:
        """Return the plan with one more move."""
        return replace(self, moves=(*self.moves, move))

    def status(self, number: int) -> int:
        """Return what the web request of a number is answered with, counted from 0."""
        return self.statuses[min(number, len(self.statuses) - 1)]

    def answered(self, number: int, status: int) -> Plan:
        """Return the plan in which web requests are answered otherwise, from that of a number on."""
        return replace(self, statuses=(*(self.status(each) for each in range(number)), status))

    def body(self, number: int) -> Pairs:
        """Return the members of what the web request of a number is answered with, counted from 0.

        A server that fails does not answer what stands in for that which is expected of it.
        """
        members = self._members_of(number)
        if self.status(number) in SUCCESSES:
            return members
        return tuple((path, value) for path, value in members if value != stand_in_for(path))

    def _members_of(self, number: int) -> Pairs:
        return self.members[min(number, len(self.members) - 1)]

    def told(self, number: int, path: str, value: str) -> Plan:
        """Return the plan in which the answers to web requests have another member, from that of a number on."""
        bodies = [self._members_of(each) for each in range(max(number + 1, len(self.members)))]
        changed = [(*(pair for pair in body if not _overlap(pair[0], path)), (path, value)) for body in bodies[number:]]
        return replace(self, members=(*bodies[:number], *changed))

    def where(self, kind: str, key: str, value: str) -> Plan:
        """Return the plan with another of its `fields`, `globals` or `params`."""
        pairs = {**dict(getattr(self, kind)), key: value}
        changed: dict[str, Any] = {kind: tuple(pairs.items())}
        return replace(self, **changed)


def _overlap(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")
