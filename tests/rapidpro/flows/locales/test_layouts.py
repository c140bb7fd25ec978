"""Layouts: what they may have, what they write, how strictly they read; the names of days and months."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.locales import layouts
from rapidpro_simulator.rapidpro.flows.locales.calendar_names import calendar_table, names_of
from rapidpro_simulator.rapidpro.flows.locales.dates import MIDNIGHT, Date, DateTime, Time
from rapidpro_simulator.rapidpro.flows.locales.layouts import LayoutError

if TYPE_CHECKING:
    from collections.abc import Callable

KIGALI = ZoneInfo("Africa/Kigali")
MOMENT = DateTime(dt.datetime(2026, 1, 4, 0, 5, 6, 123456, tzinfo=dt.UTC), 789)


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("D.M.YY", "4.1.26"),
        ("EEEE, DD MMMM YYYY", "Sunday, 04 January 2026"),
        ("EEE MMM", "Sun Jan"),
        ("t:m:s", ":5:6"),
        ("tt:mm:ss", "00:05:06"),
        ("hh h", "12 12"),
        ("AA aa", "AM am"),
        ("fff ffffff fffffffff", "123 123456 123456789"),
        ("Z ZZZ", "Z +00:00"),
        ("__--::", "__--::"),
        ("", ""),
    ],
)
def test_writes(layout: str, text: str) -> None:
    """Every sequence has its form."""
    assert layouts.format_datetime(MOMENT, layout) == text


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: layouts.format_date(Date(2026, 1, 1), "tt"), "'tt' is not valid in a date formatting layout"),
        (lambda: layouts.format_time(MIDNIGHT, "DD"), "'DD' is not valid in a time formatting layout"),
        (lambda: layouts.format_time(MIDNIGHT, "Z"), "'Z' is not valid in a time formatting layout"),
        (lambda: layouts.format_datetime(MOMENT, "YYYYY"), "'YYYYY' is not valid in a datetime formatting layout"),
        (lambda: layouts.format_datetime(MOMENT, "D!"), "'!' is not valid in a datetime formatting layout"),
        (lambda: layouts.parse_datetime("", "MMMM", KIGALI), "'MMMM' is not valid in a datetime parsing layout"),
        (lambda: layouts.parse_time("10", "DD"), "'DD' is not valid in a time parsing layout"),
        (lambda: layouts.parse_time("1:02", "hh:mm"), "cannot parse '1:02' as 'hh'"),
        (lambda: layouts.parse_time("24:02", "tt:mm"), "cannot parse '24:02' as 'tt'"),
        (lambda: layouts.parse_time("10-02", "tt:mm"), "cannot parse '-02' as ':'"),
        (lambda: layouts.parse_time("10:02x", "tt:mm"), "cannot parse 'x' as ''"),
        (lambda: layouts.parse_time("10 Am", "tt AA"), "cannot parse 'Am' as 'AA'"),
        (lambda: layouts.parse_date("30-02-2026", "DD-MM-YYYY"), "cannot parse '' as ''"),
        (lambda: layouts.parse_date("٣-2-2026", "D-M-YYYY"), "cannot parse '٣-2-2026' as 'D'"),
        (lambda: layouts.parse_datetime("2026 5", "YYYY ZZZ", KIGALI), "cannot parse '5' as 'ZZZ'"),
        (lambda: layouts.parse_datetime("2026 +24:00", "YYYY Z", KIGALI), "cannot parse '+24:00' as 'Z'"),
        (lambda: layouts.parse_datetime("0001", "YYYY", KIGALI), "cannot parse '' as ''"),
        (lambda: layouts.parse_date("00-1-2026", "DD-M-YYYY"), "cannot parse '00-1-2026' as 'DD'"),
    ],
)
def test_refuses(attempt: Callable[[], object], message: str) -> None:
    """A bad layout, or a text that is not written by it, is refused in RapidPro's words."""
    with pytest.raises(LayoutError) as caught:
        attempt()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "layout", "expected"),
    [
        ("4/1/69", "D/M/YY", "1969-01-04T00:00:00.000000+02:00"),
        ("4/1/68", "D/M/YY", "2068-01-04T00:00:00.000000+02:00"),
        ("2026", "YYYY", "2026-01-01T00:00:00.000000+02:00"),
        ("2026   3", "YYYY t", "2026-01-01T03:00:00.000000+02:00"),
        ("2026 03:04:05.6", "YYYY tt:mm:ss", "2026-01-01T03:04:05.600000+02:00"),
        ("2026 12 am", "YYYY hh aa", "2026-01-01T00:00:00.000000+02:00"),
        ("2026 12 pm", "YYYY hh aa", "2026-01-01T12:00:00.000000+02:00"),
        ("2026 03Z", "YYYY ttZ", "2026-01-01T03:00:00.000000Z"),
        ("2026 03+02:00", "YYYY ttZ", "2026-01-01T03:00:00.000000+02:00"),
        ("2026 03-03:30", "YYYY ttZZZ", "2026-01-01T03:00:00.000000-03:30"),
    ],
)
def test_reads(text: str, layout: str, expected: str) -> None:
    """A datetime is read as Go reads it, in the given timezone unless it has an offset."""
    assert str(layouts.parse_datetime(text, layout, KIGALI)) == expected


@given(st.datetimes(min_value=dt.datetime(1970, 1, 1), max_value=dt.datetime(2037, 1, 1)), st.integers(0, 999))  # noqa: DTZ001 - hypothesis wants them so
@settings(derandomize=True, deadline=None, max_examples=100)
def test_what_is_written_can_be_read(written: dt.datetime, nanosecond: int) -> None:
    """A layout with everything reads what it has written."""
    layout = "YYYY-MM-DDTtt:mm:ss.fffffffffZZZ"
    moment = DateTime(written.replace(tzinfo=KIGALI), nanosecond)
    again = layouts.parse_datetime(layouts.format_datetime(moment, layout), layout, KIGALI)
    assert again == moment
    assert again.local.tzinfo is KIGALI


def test_times_and_dates_are_written_too() -> None:
    """A date and a time have layouts of their own."""
    assert layouts.format_date(Date(2026, 1, 32), "D/M/YYYY", "eng") == "1/2/2026"
    assert layouts.format_time(Time(15, 4, 0), "h:mm aa", "swa-KE") == "3:04 alasiri"


@pytest.mark.parametrize(
    ("locale", "monday"),
    [
        ("spa-GT", "lunes"),
        ("es", "lunes"),
        ("fra", "lundi"),
        ("swa-TZ", "Jumatatu"),
        ("kin", "Kuwa mbere"),
        ("xxx-YY", "Monday"),
        ("", "Monday"),
    ],
)
def test_days_have_names_in_a_language(locale: str, monday: str) -> None:
    """A language has its names, whatever the country; an unknown one has English names."""
    assert names_of(locale).days[1] == monday


def test_countries_may_have_names_of_their_own() -> None:
    """January in Syria is not January in Egypt, though both speak Arabic."""
    assert names_of("ara-SY").months[0] != names_of("ara-EG").months[0] == names_of("ara").months[0]


@pytest.mark.parametrize("locale", list(calendar_table()))
def test_names_are_complete(locale: str) -> None:
    """Every language has seven days, twelve months and two halves of the day."""
    assert list(map(len, names_of(locale))) == [7, 7, 12, 12, 2]
    assert all(all(names) for names in names_of(locale))
