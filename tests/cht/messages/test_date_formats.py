"""Dates as texts, by the tokens of the library moment."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rapidpro_simulator.cht.messages.bikram_sambat import (
    BikramSambat,
    from_bikram_sambat,
    to_bikram_sambat,
    written,
)
from rapidpro_simulator.cht.messages.date_formats import format_date, week_of

MOMENT = datetime(2026, 3, 2, 9, 5, 7, 45000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("DD-MMM-YYYY", "02-Mar-2026"),
        ("DD-MMM-YYYY HH:mm:ss", "02-Mar-2026 09:05:07"),
        ("dddd, MMMM Do YYYY, h:mm a", "Monday, March 2nd 2026, 9:05 am"),
        ("ddd D/M/YY", "Mon 2/3/26"),
        ("[day] D [at] H", "day 2 at 9"),
        ("GGGG-[W]WW E", "2026-W10 1"),
        ("w ww e", "10 10 1"),
        ("SSS Z ZZ x X", "045 +00:00 +0000 1772442307045 1772442307"),
        ("LL LT", "March 2, 2026 9:05 AM"),
        ("DDD DDDD Q", "61 061 1"),
        (None, "2026-03-02T09:05:07+00:00"),
        ("", "2026-03-02T09:05:07+00:00"),
    ],
)
def test_tokens(pattern: str | None, text: str) -> None:
    """Each token stands for a part of the instant; without a pattern it is ISO 8601."""
    assert format_date(MOMENT, pattern) == text


@pytest.mark.parametrize(
    ("locale", "text"), [("sw", "02 Machi Jumatatu"), ("fr", "02 mars lundi"), ("xx", "02 March Monday")]
)
def test_language(locale: str, text: str) -> None:
    """Months and days have the names of the message's language; of one that is not known, English ones."""
    assert format_date(MOMENT, "DD MMMM dddd", locale) == text


def test_zone() -> None:
    """The instant is shown in its own zone."""
    assert format_date(MOMENT.astimezone(ZoneInfo("Asia/Kathmandu")), "HH:mm Z") == "14:50 +05:45"


def test_invalid() -> None:
    """No instant is moment's `Invalid date`."""
    assert format_date(None, "YYYY") == "Invalid date"


@pytest.mark.parametrize(
    ("day", "week"),
    [((2026, 3, 2), 10), ((2026, 1, 1), 1), ((2027, 1, 1), 1), ((2026, 12, 27), 1), ((2026, 12, 26), 52)],
)
def test_weeks_begin_on_sunday(day: tuple[int, int, int], week: int) -> None:
    """The week of 1 January is the first (cht-sentinel 8)."""
    assert week_of(datetime(*day, tzinfo=UTC))[1] == week


def test_nepali_calendar() -> None:
    """31 March 2026 is the 17th of Chait 2082, and back (cht-sentinel 4.3)."""
    day = datetime(2026, 3, 31, tzinfo=UTC).date()
    assert to_bikram_sambat(day) == BikramSambat(2082, 12, 17)
    assert written(BikramSambat(2082, 12, 17)) == "१७ चैत २०८२"
    assert from_bikram_sambat(2082, 12, 17) == day


def test_beyond_the_nepali_calendar() -> None:
    """Days and dates beyond the table are nothing."""
    assert to_bikram_sambat(datetime(1900, 1, 1, tzinfo=UTC).date()) is None
    assert [from_bikram_sambat(2082, 13, 1), from_bikram_sambat(2082, 12, 31), from_bikram_sambat(1900, 1, 1)] == [
        None
    ] * 3
