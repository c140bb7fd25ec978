from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.api.errors import RapidProApiError, ServerError
from rapidpro_simulator.rapidpro.api.pagination import START, Cursor, Listing, decode, paginate

MOMENT = datetime(2026, 3, 2, 17, 28, 12, 123456, tzinfo=UTC)
WHOLE = MOMENT.replace(microsecond=0)


@dataclass
class Row:
    id: int
    created_on: datetime


def make_rows(steps: list[int]) -> list[Row]:
    rows, moment = [], MOMENT
    for number, step in enumerate(steps):
        moment += timedelta(seconds=step)
        rows.append(Row(number, moment))
    return rows


@pytest.mark.parametrize(
    ("cursor", "text"),
    [
        (Cursor(position=MOMENT), "cD0yMDI2LTAzLTAyKzE3JTNBMjglM0ExMi4xMjM0NTYlMkIwMCUzQTAw"),
        (Cursor(reverse=True, position=WHOLE), "cj0xJnA9MjAyNi0wMy0wMisxNyUzQTI4JTNBMTIlMkIwMCUzQTAw"),
        (Cursor(3, True, MOMENT), "bz0zJnI9MSZwPTIwMjYtMDMtMDIrMTclM0EyOCUzQTEyLjEyMzQ1NiUyQjAwJTNBMDA="),
    ],
)
def test_encoding(cursor: Cursor, text: str) -> None:
    """Cursors are written byte for byte as RapidPro writes them, and read back (rapidpro 3.2)."""
    assert (cursor.encode(), decode(text)) == (text, cursor)


@pytest.mark.parametrize("text", ["", "eA==", "eD0x", "!!!!"])
def test_first_page(text: str) -> None:
    """What carries no known key is the first page."""
    assert decode(text) == START


@pytest.mark.parametrize("text", ["abc", "é", "bz14", "bz0tMQ==", "cj14"])
def test_invalid(text: str) -> None:
    """What is not base64 of ASCII, or counts no rows, is an invalid cursor."""
    with pytest.raises(RapidProApiError, match="Invalid cursor"):
        decode(text)


def test_position_is_no_moment() -> None:
    """RapidPro fails over a position that is no instant."""
    with pytest.raises(ServerError):
        decode("cD1ub3c=")


@pytest.mark.parametrize("descending", [True, False])
def test_neighbours(descending: bool) -> None:
    """The last row of a page is the position of the next, the first row that of the previous one."""
    rows = make_rows([1] * 9)
    listing = Listing(rows, descending=descending)
    order = rows[::-1] if descending else rows
    first = paginate(listing, size=3)
    assert list(first) == [order[:3], Cursor(position=order[2].created_on), None]
    assert first.next
    second = paginate(listing, first.next, size=3)
    assert list(second) == [order[3:6], Cursor(position=order[5].created_on), Cursor(0, True, order[3].created_on)]
    assert second.previous
    assert paginate(listing, second.previous, size=3).rows == order[:3]


def test_one_instant() -> None:
    """Rows of one instant are told apart by their number."""
    rows = make_rows([0] * 7)
    first = paginate(Listing(rows), size=3)
    assert first.next == Cursor(3)
    second = paginate(Listing(rows), first.next, size=3)
    assert (second.rows, second.next) == (rows[3:0:-1], Cursor(6))


@pytest.mark.parametrize("limit", ["before", "after"])
def test_bounds_are_inclusive(limit: str) -> None:
    """Rows at the very instant of a bound are listed."""
    rows = make_rows([1, 1, 1])
    listing = Listing(rows, **{limit: rows[1].created_on})  # type: ignore[arg-type]
    assert rows[1] in paginate(listing).rows
    assert len(paginate(listing).rows) == 2


def test_offset_is_capped() -> None:
    """A huge offset is cut, so that nobody can make the database count for long."""
    assert decode("bz05OTk5OTk5") == Cursor(100_000)


@settings(derandomize=True, deadline=None)
@given(
    before=st.lists(st.integers(0, 1), max_size=30),
    inserts=st.lists(st.integers(0, 3), min_size=12, max_size=12),
    size=st.integers(1, 4),
    modulus=st.integers(1, 3),
)
def test_inserts_do_not_shift_pages(before: list[int], inserts: list[int], size: int, modulus: int) -> None:
    """Whatever is created meanwhile, each row from before the first page comes exactly once.

    Provided the first page is not all of one instant: there RapidPro, too, counts from a top that moves.
    """
    rows = make_rows(before)
    expected = [row.id for row in reversed(rows) if row.id % modulus == 0]
    listing = Listing(rows, keep=lambda row: row.id % modulus == 0)
    first = paginate(listing, size=size)
    assume(first.next is None or first.next.position is not None)
    latest = rows[-1].created_on if rows else MOMENT
    seen: list[int] = []
    cursor: Cursor | None = START
    for count in [*inserts, *[0] * 30]:
        if cursor is None:
            break
        page = paginate(listing, cursor, size)
        seen += [row.id for row in page.rows]
        cursor = page.next
        for _ in range(count):
            latest += timedelta(seconds=1)
            rows.append(Row(len(rows), latest))
    assert [number for number in seen if number < len(before)] == expected


@settings(derandomize=True, deadline=None)
@given(steps=st.lists(st.integers(1, 2), min_size=1, max_size=30), size=st.integers(1, 5), descending=st.booleans())
def test_there_and_back(steps: list[int], size: int, descending: bool) -> None:
    """Following `previous` from the last page leads through the same rows to the first."""
    rows = make_rows(steps)
    listing = Listing(rows, descending=descending)
    page = paginate(listing, size=size)
    while page.next:
        page = paginate(listing, page.next, size)
    back = list(page.rows)
    while page.previous:
        page = paginate(listing, page.previous, size)
        back = page.rows + back
    assert back == (rows[::-1] if descending else rows)
