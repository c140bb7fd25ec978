"""Dates, times and datetimes, and how they are found in free text."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.locales.dates import (
    MIDNIGHT,
    ZERO_DATE,
    ZERO_DATETIME,
    Date,
    DateTime,
    Time,
    midnight,
    timezone_name,
)
from rapidpro_simulator.rapidpro.flows.locales.dates_in_text import find_date, find_datetime, find_time
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

KIGALI, NEW_YORK, BERLIN = ZoneInfo("Africa/Kigali"), ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
NOW = DateTime(dt.datetime(2026, 11, 21, 10, 30, 15, 123456, tzinfo=dt.UTC), 789)

ZONES = st.sampled_from([dt.UTC, KIGALI, NEW_YORK, BERLIN, ZoneInfo("Asia/Kathmandu")])


def environment(date_format: str = "DD-MM-YYYY", timezone: dt.tzinfo = KIGALI) -> Environment:
    return Environment(date_format=date_format, timezone=timezone, now=lambda: NOW)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("born 05.02.2001 ok", "2001-02-05T00:00:00.000000+02:00"),
        ("2001-02-05", "2001-02-05T00:00:00.000000+02:00"),
        ("born 2001-02-05", None),
        ("05-13-2001", None),
        ("31-02-2001", None),
        ("40-02-2001 or 04_02_2001", "2001-02-04T00:00:00.000000+02:00"),
        ("1/1/27", "1927-01-01T00:00:00.000000+02:00"),
        ("1/1/26", "2026-01-01T00:00:00.000000+02:00"),
        ("1-2-2001 at 3:04 pm", "2001-02-01T15:04:00.000000+02:00"),
        ("\t2001-02-05T10:11:12.5+02:00\r\n", "2001-02-05T10:11:12.500000+02:00"),
        ("2001-02-05T10:11Z", "2001-02-05T10:11:00.000000Z"),
        ("2001-02-05T10:11:12-05:00", "2001-02-05T10:11:12.000000-05:00"),
        ("2001-02-30T10:11:12Z", None),
        ("01-01-0001", None),
        ("", None),
    ],
)
def test_finds_datetimes(text: str, expected: str | None) -> None:
    """A datetime is found wherever it stands, in the environment's timezone unless the text has an offset."""
    found = find_datetime(environment(), text)
    assert (found and str(found)) == expected


@pytest.mark.parametrize(
    ("date_format", "expected"),
    [("DD-MM-YYYY", Date(2001, 3, 2)), ("MM-DD-YYYY", Date(2001, 2, 3)), ("YYYY-MM-DD", None)],
)
def test_the_format_decides_which_number_is_the_month(date_format: str, expected: Date | None) -> None:
    """One text is a different date in every format."""
    assert find_date(environment(date_format), "on 02/03/2001") == expected


def test_a_missing_time_is_filled_with_that_of_now() -> None:
    """Router tests and fields give a date without a time the time of now, in the environment's timezone."""
    found = find_datetime(environment(), "5-2-2001", fill_time=True)
    assert found == DateTime.at(Date(2001, 2, 5), Time(12, 30, 15, 123456789), KIGALI)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("call at 1030 PM", Time(22, 30, 0)),
        ("7", Time(7, 0, 0)),
        ("12 am", MIDNIGHT),
        ("24:00", MIDNIGHT),
        ("24:00:00.1", None),
        ("99 or 5:06:07.1234567891", Time(5, 6, 7, 123456789)),
        ("never", None),
    ],
)
def test_finds_times(text: str, expected: Time | None) -> None:
    """The first time that can be is the one."""
    assert find_time(text) == expected


@pytest.mark.parametrize(
    ("zone", "date", "time", "instant"),
    [
        (NEW_YORK, Date(2026, 3, 8), Time(2, 30, 0), "2026-03-08T06:30:00+00:00"),
        (NEW_YORK, Date(2026, 11, 1), Time(1, 30, 0), "2026-11-01T05:30:00+00:00"),
        (BERLIN, Date(2026, 3, 29), Time(2, 30, 0), "2026-03-29T01:30:00+00:00"),
        (BERLIN, Date(2026, 10, 25), Time(2, 30, 0), "2026-10-25T01:30:00+00:00"),
    ],
    ids=["skipped in New York", "twice in New York", "skipped in Berlin", "twice in Berlin"],
)
def test_clocks_that_change_are_read_as_go_reads_them(zone: ZoneInfo, date: Date, time: Time, instant: str) -> None:
    """A time that the clocks show twice or never is the instant that Go takes."""
    assert DateTime.at(date, time, zone).instant.isoformat() == instant


@given(
    st.datetimes(min_value=dt.datetime(1900, 1, 2), max_value=dt.datetime(2100, 1, 1)),  # noqa: DTZ001 - hypothesis wants them so
    st.integers(0, 999),
    ZONES,
    ZONES,
)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_an_instant_survives_its_timezones(
    written: dt.datetime, nanosecond: int, zone: dt.tzinfo, other: dt.tzinfo
) -> None:
    """A datetime is the same in every timezone, and its parts make it again where the clocks show them once."""
    moment = DateTime(written.replace(tzinfo=dt.UTC).astimezone(zone), nanosecond)
    assert moment.in_zone(other) == moment
    assert hash(moment.in_zone(other)) == hash(moment)
    again = DateTime.at(moment.date, moment.time, zone)
    assert again.time == moment.time
    assert again.date == moment.date


@given(
    st.text(alphabet="0123456789-/.: TZapm+é", max_size=40),
    st.sampled_from(["DD-MM-YYYY", "MM-DD-YYYY", "YYYY-MM-DD"]),
    ZONES,
)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_no_text_breaks_the_search(text: str, date_format: str, zone: dt.tzinfo) -> None:
    """Whatever people type, a datetime is found or not; nothing is raised."""
    found = find_datetime(environment(date_format, zone), text, fill_time=True)
    assert found is None or found.in_zone(zone) == found


def test_datetimes_are_ordered_by_their_instants() -> None:
    """A nanosecond later is later, whatever the timezone."""
    moment = midnight(Date(2026, 1, 1), KIGALI)
    later = DateTime(moment.local, 1)
    assert moment < later.in_zone(NEW_YORK)
    assert later >= moment.in_zone(NEW_YORK)
    assert moment != "2026-01-01"
    assert later.epoch_nanoseconds == moment.epoch_nanoseconds + 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ZERO_DATE, "0000-00-00"),
        (Date(2026, 1, 32), "2026-02-01"),
        (Date(123456, 1, 2), "123456-01-02"),
        (Time(1, 2, 3, 4_567), "01:02:03.000004"),
        (DateTime(dt.datetime(2026, 1, 2, tzinfo=ZoneInfo("Africa/Accra"))), "2026-01-02T00:00:00.000000Z"),
    ],
)
def test_values_have_texts(value: Date | Time | DateTime, text: str) -> None:
    """Values are written in ISO form, to the microsecond; no offset is Z."""
    assert str(value) == text


def test_far_off_a_datetime_stays_in_its_timezone() -> None:
    """Before the year 1 there is no other timezone to go to."""
    assert ZERO_DATETIME.in_zone(NEW_YORK).local is ZERO_DATETIME.local


@pytest.mark.parametrize(
    ("timezone", "name"), [(dt.UTC, "UTC"), (KIGALI, "Africa/Kigali"), (dt.timezone(dt.timedelta(hours=3)), "")]
)
def test_timezones_have_names(timezone: dt.tzinfo, name: str) -> None:
    """A timezone has its IANA name, a mere offset has none."""
    assert timezone_name(timezone) == name
