"""The order in which documents changed: each document stands once, where it changed last.

A sequence is a whole number here; on the wire it is `number-opaque`, as a CouchDB cluster writes it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What a follower learns of one document: where it stands now, its revisions, and whether it is deleted."""

    seq: int
    id: str
    revs: Sequence[str]
    deleted: bool


class UpdateLog:
    """Who changed when: two columns in the order of sequences, each document in one line of them."""

    def __init__(self) -> None:
        self.last = 0
        self._latest: dict[str, int] = {}
        self._sequences: list[int] = []
        self._ids: list[str] = []

    def record(self, identifier: str) -> int:
        """Note that the document `identifier` changed just now, and return the sequence of that."""
        self.forget(identifier)
        self.last += 1
        self._latest[identifier] = self.last
        self._sequences.append(self.last)
        self._ids.append(identifier)
        return self.last

    def forget(self, identifier: str) -> None:
        """Take a document out of the log; it may be in none."""
        former = self._latest.pop(identifier, None)
        if former is not None:
            place = bisect_left(self._sequences, former)
            del self._sequences[place], self._ids[place]

    def since(self, seq: int) -> Iterator[tuple[int, str]]:
        """Yield what changed after `seq`: sequence and document, the oldest first."""
        for place in range(bisect_right(self._sequences, seq), len(self._sequences)):
            yield self._sequences[place], self._ids[place]

    def backwards(self) -> Iterator[tuple[int, str]]:
        """Yield everything that changed, the newest first."""
        return zip(reversed(self._sequences), reversed(self._ids), strict=True)

    def count_since(self, seq: int) -> int:
        """Return how many documents changed after `seq`."""
        return len(self._sequences) - bisect_right(self._sequences, seq)


def write_seq(seq: int) -> str:
    """Return `seq` as clients see it: the number first, then what is opaque to them."""
    return f"{seq}-g1AAAAB{seq:08x}"


def read_seq(text: str) -> int:
    """Return the sequence in `text`, as it was written or as a plain number; raises `BadRequest` for nonsense."""
    number = text.strip('"').partition("-")[0]
    if not (number.isascii() and number.isdigit()):
        raise BadRequest("Malformed sequence supplied in 'since' parameter.")
    return int(number)
