"""Cursor pagination: pages of 250 rows and the opaque links between them (rapidpro 3).

Rows come as an ascending sequence of whatever the model keeps; which of them are shown is the endpoint's affair.
"""

from __future__ import annotations

import base64
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlencode

from .errors import RapidProApiError, ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

PAGE_SIZE = 250
OFFSET_LIMIT = 100_000

Row = TypeVar("Row")


Position = datetime | str


class Cursor(NamedTuple):
    """Where a page begins: `offset` rows beyond the rows at `position`, walked backwards where `reverse`."""

    offset: int = 0
    reverse: bool = False
    position: Position | None = None

    def encode(self) -> str:
        """Return the cursor as it stands in a link, before percent-encoding (rapidpro 3.2)."""
        tokens = {}
        if self.offset:
            tokens["o"] = str(self.offset)
        if self.reverse:
            tokens["r"] = "1"
        if self.position is not None:
            tokens["p"] = str(self.position)
        return base64.b64encode(urlencode(tokens).encode()).decode()


START = Cursor()


def instant(text: str) -> datetime:
    """Return the position that is an instant. Raises `ServerError` where it is none: RapidPro itself fails there."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ServerError from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def decode(text: str, position: Callable[[str], Position] = instant) -> Cursor:
    """Return the cursor of a link; `position` reads what its position is.

    Raises the 404 of a cursor that cannot be read (rapidpro 3.2).
    """
    if not text:
        return START
    try:
        tokens = parse_qs(base64.b64decode(text.encode("ascii")).decode("ascii"), keep_blank_values=True)
        offset = int(tokens.get("o", ["0"])[0])
        reverse = bool(int(tokens.get("r", ["0"])[0]))
    except ValueError as error:  # among them: what is not ASCII, what is not base64
        raise RapidProApiError.detail(404, "Invalid cursor") from error
    if offset < 0:
        raise RapidProApiError.detail(404, "Invalid cursor")
    return Cursor(min(offset, OFFSET_LIMIT), reverse, position(tokens["p"][0]) if "p" in tokens else None)


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """What an endpoint lists.

    `rows` ascend by `(key, id)`; `keep` says which of them are shown, `descending` in which order, `after` and `before`
    (inclusive) between which instants of `key`. `bounded` is what the client's own bounds are about, if not `key`;
    what is not `dated` takes none of them. `position` reads a value of `key` from a cursor.
    """

    rows: Sequence[Row]
    key: str = "created_on"
    keep: Callable[[Row], bool] | None = None
    descending: bool = True
    after: datetime | None = None
    before: datetime | None = None
    bounded: str | None = None
    dated: bool = True
    position: Callable[[str], Position] = instant

    def only(self, row: Row | None) -> Listing[Row]:
        """Return the part of the listing that is this one row, if it is listed at all."""
        listed = row is not None and (self.keep is None or self.keep(row)) and row in self._neighbours(row)
        return replace(self, rows=(row,) if row is not None and listed else ())

    def _neighbours(self, row: Row) -> Sequence[Row]:
        key = attrgetter(self.key)
        low, high = (bisect(self.rows, key(row), key=key) for bisect in (bisect_left, bisect_right))
        return self.rows[low:high]

    def between(self, after: datetime | None, before: datetime | None) -> Listing[Row]:
        """Return the part of the listing from `after` to `before`, both included."""
        if self.bounded is None:
            return replace(self, after=after, before=before)
        instant = attrgetter(self.bounded)
        rows = [
            row
            for row in self.rows
            if (after is None or instant(row) >= after) and (before is None or instant(row) <= before)
        ]
        return replace(self, rows=rows)


class Page(NamedTuple, Generic[Row]):
    """Some rows of a listing, and the cursors of the pages around them."""

    rows: list[Row]
    next: Cursor | None
    previous: Cursor | None


def paginate(listing: Listing[Row], cursor: Cursor = START, size: int = PAGE_SIZE) -> Page[Row]:
    """Return the page of `listing` at `cursor`; it costs about as much as the page is long."""
    key = attrgetter(listing.key)
    rows: list[Row] = []
    beyond: Position | None = None
    skip = cursor.offset
    for row in _walk(listing, cursor, key):
        if skip:
            skip -= 1
        elif len(rows) == size:
            beyond = key(row)
            break
        else:
            rows.append(row)

    behind = cursor.position is not None or cursor.offset > 0
    if not beyond and not behind:
        return Page(rows[::-1] if cursor.reverse else rows, None, None)
    walked = _Walked([key(row) for row in rows], cursor, size, beyond)
    onward = walked.onward(behind) if beyond else None
    back = walked.back() if behind else None
    if cursor.reverse:
        rows.reverse()
        return Page(rows, back, onward)
    return Page(rows, onward, back)


def _walk(listing: Listing[Row], cursor: Cursor, key: Callable[[Row], Any]) -> Iterator[Row]:
    rows, keep, position = listing.rows, listing.keep, cursor.position
    low = 0 if listing.after is None else bisect_left(rows, listing.after, key=key)
    high = len(rows) if listing.before is None else bisect_right(rows, listing.before, key=key)
    downwards = listing.descending != cursor.reverse
    if position is not None and downwards:
        high = min(high, bisect_left(rows, position, key=key))
    elif position is not None:
        low = max(low, bisect_right(rows, position, key=key))
    for index in range(high - 1, low - 1, -1) if downwards else range(low, high):
        row = rows[index]
        if keep is None or keep(row):
            yield row


class _Walked(NamedTuple):
    """A page in the order in which it was walked; its links mark a position that only one side of them shares."""

    positions: list[Position]
    cursor: Cursor
    size: int
    beyond: Position | None

    def onward(self, behind: bool) -> Cursor:
        """Return the cursor of the page beyond the last row, walked in the same direction."""
        reverse = self.cursor.reverse
        offset, position = _marker(reversed(self.positions), self.beyond)
        if position is not None:
            return Cursor(offset, reverse, position)
        if not behind:  # every row of the first page shares one position: all there is to go by is their number
            return Cursor(self.size, reverse, None)
        return Cursor(self.cursor.offset + self.size, reverse, self.cursor.position)

    def back(self) -> Cursor:
        """Return the cursor of the page before the first row, walked in the other direction."""
        reverse = not self.cursor.reverse
        if not self.positions:
            return Cursor(0, reverse, self.cursor.position)
        edge = self.positions[0] if self.cursor.offset else self.cursor.position
        offset, position = _marker(self.positions, edge)
        if position is not None:
            return Cursor(offset, reverse, position)
        if self.beyond is None:
            return Cursor(self.size, reverse, None)
        return Cursor(0, reverse, self.beyond)  # some rows come twice when the direction changes here; RapidPro, too


def _marker(positions: Iterable[Position], edge: Position | None) -> tuple[int, Position | None]:
    offset = 0
    for position in positions:
        if position != edge:
            return offset, position
        offset += 1
    return offset, None
