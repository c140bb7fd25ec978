"""Times that come again, in cron's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rapidpro_simulator.cht.cron import CronError, is_near, parse_cron

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* * * * *", "2026-03-04 12:00"),
        ("0 8 * * *", "2026-03-04 08:00"),
        ("30 12 * * *", "2026-03-03 12:30"),
        ("0 8 * * 1", "2026-03-02 08:00"),
        ("0 8 * * 7", "2026-03-01 08:00"),
        ("0 8 * * MON-FRI", "2026-03-04 08:00"),
        ("*/25 6,9 * * *", "2026-03-04 09:50"),
        ("5/20 9 * * *", "2026-03-04 09:45"),
        ("0 0 L * *", "2026-02-28 00:00"),
        ("0 0 31 * *", "2026-01-31 00:00"),
        ("0 9 * jan mon#2", "2026-01-12 09:00"),
        ("0 9 1 * 0", "2026-03-01 09:00"),
    ],
)
def test_the_latest_time(text: str, expected: str) -> None:
    """The last time before noon of Wednesday 4 March 2026, that instant included."""
    latest = parse_cron(text).latest(NOON - timedelta(days=100), NOON)

    assert latest is not None
    assert f"{latest:%Y-%m-%d %H:%M}" == expected


def test_the_instant_it_is_looked_behind_does_not_count() -> None:
    """A time is found only behind the instant from which it is looked for."""
    daily = parse_cron("0 12 * * *")

    assert daily.latest(NOON, NOON) is None
    assert daily.latest(NOON - timedelta(seconds=1), NOON) == NOON


@pytest.mark.parametrize(
    "text", ["", "* * * *", "60 * * * *", "* * * * FOO", "*/0 * * * *", "9-3 * * * *", "15W * * * *"]
)
def test_what_is_no_cron(text: str) -> None:
    """What is no expression, or one that is not understood, says so."""
    with pytest.raises(CronError):
        parse_cron(text)


@pytest.mark.parametrize(("seconds", "near"), [(0, True), (-300, True), (300, True), (301, False), (-301, False)])
def test_near_a_time(seconds: int, near: bool) -> None:
    """Five minutes before and after are near, the ends included."""
    assert is_near(parse_cron("0 12 * * *"), NOON + timedelta(seconds=seconds), 300) is near
