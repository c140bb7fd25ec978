"""Times that come again, in cron's words and in English: what `later` 1.2 makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rapidpro_simulator.cht.recurrence import NEVER, RecurrenceError, parse_cron, parse_text

NOW = datetime(2026, 3, 9, 8, 5, tzinfo=UTC)  # a Monday
LONG_AGO = NOW - timedelta(days=400)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * *", "2026-03-09 08:05"),
        ("* * * *", "2026-03-09 08:05"),
        ("0 8 * * *", "2026-03-09 08:00"),
        ("  0   8 * * * ", "2026-03-09 08:00"),
        ("@daily", "2026-03-09 00:00"),
        ("60 * * * *", "2026-03-09 07:59"),
        ("*/7 * * * *", "2026-03-09 08:00"),
        ("5/20 9 * * *", "2026-03-08 09:45"),
        ("1-3/2 8,10 * * *", "2026-03-09 08:03"),
        ("0 8 * * SUN", "2026-03-08 08:00"),
        ("0 8 * * 7", "2026-03-07 08:00"),
        ("0 8 ? * MON-FRI", "2026-03-09 08:00"),
        ("0 8 * * mon,wed", "2026-03-09 08:00"),
        ("0 8 * * 5L", "2026-02-27 08:00"),
        ("0 9 * * 2#1", "2026-03-03 09:00"),
        ("0 8 1 * 1", "2025-12-01 08:00"),
        ("0 0 L * *", "2026-02-28 00:00"),
        ("0 24 * * *", "2026-03-08 23:00"),
        ("0 8 32 13 *", "2025-12-31 08:00"),
        ("nonsense", "2026-03-09 08:05"),
        ("0 foo * * *", "2026-03-09 08:00"),
    ],
)
def test_cron(text: str, expected: str) -> None:
    """The latest time of an expression; all fields must agree, and what is no number still means something."""
    latest = parse_cron(text).latest(LONG_AGO, NOW)

    assert latest is not None
    assert f"{latest:%Y-%m-%d %H:%M}" == expected


def test_what_is_no_number_leaves_out_the_first_value() -> None:
    """Nonsense for minutes is every minute but that of the full hour."""
    assert parse_cron("nonsense").latest(LONG_AGO, NOW.replace(minute=0)) == NOW.replace(hour=7, minute=59)


@pytest.mark.parametrize("text", ["9-3 * * * *", "0 22-2 * * *"])
def test_a_range_backwards_is_never(text: str) -> None:
    """A range whose end comes before its beginning holds nothing."""
    assert parse_cron(text).latest(LONG_AGO, NOW) is None
    assert NEVER.latest(LONG_AGO, NOW) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("at 8:00 am on Monday", "2026-03-09 08:00"),
        ("At 08:30 am on tues", "2026-03-03 08:30"),
        ("at 17:30", "2026-03-08 17:30"),
        ("at 8:00 am and 5:00 pm", "2026-03-09 08:00"),
        ("at 12:00 am", "2026-03-08 12:00"),
        ("every 12 hours", "2026-03-09 00:00"),
        ("every 15 minutes", "2026-03-09 08:00"),
        ("every 3rd hour", "2026-03-09 06:00"),
        ("at 5:00 pm every 3 days", "2026-03-07 17:00"),
        ("every weekday at 5:00 pm", "2026-03-06 17:00"),
        ("on the first day of the week", "2026-03-08 00:00"),
        ("on the 2nd day of the week at 8:00 am", "2026-03-09 08:00"),
        ("on the first day of the month at 9:00 am", "2026-03-01 09:00"),
        ("on the last day of the month", "2026-02-28 00:00"),
        ("on the last day of the week", "2026-03-07 00:00"),
        ("on the 1st through 5th day of the month", "2026-03-05 00:00"),
        ("on Monday and Thursday at 10:00", "2026-03-05 10:00"),
        ("on Mon-Fri", "2026-03-09 00:00"),
        ("on the 10th day of January", "2026-01-10 00:00"),
        ("every 2 months on the 5th day", "2026-03-05 00:00"),
    ],
)
def test_texts(text: str, expected: str) -> None:
    """The latest time that an English text means; what it leaves out begins with what it names."""
    latest = parse_text(text).latest(LONG_AGO, NOW)

    assert latest is not None
    assert f"{latest:%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "every monday", "at 8 am", "every 2 weeks", "at 8:00 am except on Sunday"]
)
def test_texts_that_are_not_understood(text: str) -> None:
    """A text that is not understood is never guessed at."""
    with pytest.raises(RecurrenceError):
        parse_text(text)


@pytest.mark.parametrize("text", ["0 8 15W * *", "0 8 * * * 2026"])
def test_crons_that_are_not_simulated(text: str) -> None:
    """The nearest workday and years say that they are not simulated."""
    with pytest.raises(RecurrenceError, match="not simulated"):
        parse_cron(text)


def test_the_instant_it_is_looked_behind_does_not_count() -> None:
    """A time is found only behind the instant from which it is looked for, up to the very instant until which."""
    daily = parse_cron("5 8 * * *")

    assert daily.latest(NOW, NOW) is None
    assert daily.latest(NOW - timedelta(seconds=1), NOW) == NOW


@pytest.mark.parametrize(("seconds", "near"), [(0, True), (-300, True), (300, True), (301, False), (-301, False)])
def test_near_a_time(seconds: int, near: bool) -> None:
    """Five minutes before and after are near, the ends included."""
    assert parse_cron("5 8 * * *").is_near(NOW + timedelta(seconds=seconds), timedelta(minutes=5)) is near
