"""Instants and durations as the library moment has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rapidpro_simulator.cht.messages.moments import (
    Duration,
    add,
    iso,
    parse_duration,
    read_moment,
    read_shown,
    start_of_day,
    subtract,
)

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("4 weeks", Duration(4, "week")),
        ("1 day", Duration(1, "day")),
        ("-3 months", Duration(-3, "month")),
        ("0 days", Duration(0, "day")),
        ("soon", None),
        ("5", None),
        ("1 fortnight", None),
        ("", None),
        (None, None),
    ],
)
def test_duration(text: Any, duration: Duration | None) -> None:
    """A whole number and a unit; anything else is no duration."""
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-01-31T10:00:00Z", "1 month", "2026-02-28T10:00:00.000Z"),
        ("2024-02-29T10:00:00Z", "1 year", "2025-02-28T10:00:00.000Z"),
        ("2026-03-02T10:00:00Z", "2 weeks", "2026-03-16T10:00:00.000Z"),
        ("2026-03-02T10:00:00Z", "36 hours", "2026-03-03T22:00:00.000Z"),
    ],
)
def test_add(start: str, duration: str, end: str) -> None:
    """A month that is too short ends on its last day."""
    length = parse_duration(duration)
    assert length is not None
    assert iso(add(datetime.fromisoformat(start), length)) == end


def test_a_day_is_as_long_as_the_clock_says() -> None:
    """Over the change to summer time a day has 23 hours, 24 hours are 24."""
    before = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK)
    assert iso(add(before, Duration(1, "day"))) == "2026-03-08T16:00:00.000Z"
    assert iso(add(before, Duration(24, "hour"))) == "2026-03-08T17:00:00.000Z"
    assert iso(start_of_day(add(before, Duration(1, "day")))) == "2026-03-08T05:00:00.000Z"
    assert subtract(before, Duration(40, "week")).date().isoformat() == "2025-05-31"


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1772442000000, "2026-03-02T09:00:00.000Z"),
        ("2026-03-02", "2026-03-02T05:00:00.000Z"),
        ("2026-03-02T10:00", "2026-03-02T15:00:00.000Z"),
        ("2026-03-02T10:00:00.250Z", "2026-03-02T10:00:00.250Z"),
        ("2026-03-02T10:00:00+0300", "2026-03-02T07:00:00.000Z"),
        ("20260302", "2026-03-02T05:00:00.000Z"),
        ("2026-W10-1", "2026-03-02T05:00:00.000Z"),
        ("2026-061", "2026-03-02T05:00:00.000Z"),
        ("Mon, 02 Mar 2026 10:00:00 GMT", "2026-03-02T10:00:00.000Z"),
        ("March 2, 2026", "2026-03-02T05:00:00.000Z"),
        ("3/2/2026 08:30", "2026-03-02T13:30:00.000Z"),
    ],
)
def test_read(value: Any, moment: str) -> None:
    """Milliseconds, ISO 8601 and what JavaScript's Date knows; without a zone, in the server's."""
    found = read_moment(value, NEW_YORK)
    assert found is not None
    assert iso(found) == moment


@pytest.mark.parametrize("value", ["soon", "", "2026-13-01", "2026-02-30", None, True, {}, 1e20, "202603"])
def test_unreadable(value: Any) -> None:
    """What is no date is none."""
    assert read_moment(value, UTC) is None


def test_shown_numbers() -> None:
    """In a message a text that is a number are milliseconds, and a blank is nothing."""
    found = read_shown("1772442000000", UTC)
    assert found is not None
    assert (iso(found), read_shown(" ", UTC)) == ("2026-03-02T09:00:00.000Z", None)
