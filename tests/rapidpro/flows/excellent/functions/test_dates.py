"""Functions of dates and times."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .evaluating import json_of

ENVIRONMENT = Environment(
    date_format="DD-MM-YYYY",
    timezone=ZoneInfo("America/New_York"),
    now=lambda: DateTime(dt.datetime(2026, 1, 1, 2, 30, tzinfo=dt.UTC), 5),
)
UNITS = "must be one of s, m, h, D, W, M, Y"


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("now()", '"2025-12-31T21:30:00.000000-05:00"'),
        ("today()", '"2025-12-31"'),
        ('parse_datetime("1/2/26 5:06", "D/M/YY t:mm")', '"2026-02-01T05:06:00.000000-05:00"'),
        ('parse_datetime("2026", "YYYY", "Africa/Kigali")', '"2026-01-01T00:00:00.000000+02:00"'),
        ('parse_datetime("2026", "YYYY", "X")', "error calling parse_datetime(...): unknown time zone X"),
        ('parse_datetime("26", "YYYY")', "error calling parse_datetime(...): cannot parse '26' as 'YYYY'"),
        ('parse_time("3:45 pm", "h:mm aa")', '"15:45:00.000000"'),
        ('parse_time("3", "D")', "error calling parse_time(...): 'D' is not valid in a time parsing layout"),
        ("datetime_from_epoch(0.123456789)", '"1969-12-31T19:00:00.123456-05:00"'),
        ("epoch(datetime_from_epoch(-1.000000001))", "-1.000000001"),
        (
            "datetime_from_epoch(1234567890.9999999999999999999999999)",
            '"2009-02-13T18:31:30.999999-05:00"',
        ),
        ("datetime_from_epoch(99999999999999)", "error calling datetime_from_epoch(...): epoch time is out of range"),
        ('epoch("1970-01-02T00:00:00.5Z")', "86400.5"),
        ('datetime_diff("1-1-2026 10:00", "1-1-2026 9:00:01", "h")', "0"),
        ('datetime_diff("1-1-2026 10:00", "1-1-2026 8:00:01", "m")', "-119"),
        ('datetime_diff("1-1-2026", "2-1-2026", "s")', "86400"),
        ('datetime_diff("1-1-2026 23:00", "2-1-2026 1:00", "D")', "1"),
        ('datetime_diff("20-1-2026", "1-1-2026", "W")', "-2"),
        ('datetime_diff("31-1-2026", "1-3-2027", "M")', "14"),
        ('datetime_diff("31-12-2025", "1-1-2026", "Y")', "1"),
        (
            'datetime_diff("1-1-2026", "1-1-2026", "x")',
            f'error calling datetime_diff(...): unknown unit: XText("x"), {UNITS}',
        ),
        ('datetime_add("31-1-2026", 1, "M")', '"2026-03-03T00:00:00.000000-05:00"'),
        ('datetime_add("31-1-2026", -2, "M")', '"2025-12-01T00:00:00.000000-05:00"'),
        ('datetime_add("29-2-2028", 1, "Y")', '"2029-03-01T00:00:00.000000-05:00"'),
        ('datetime_add("7-3-2026 12:00", 1, "D")', '"2026-03-08T12:00:00.000000-04:00"'),
        ('datetime_add("7-3-2026 12:00", 24, "h")', '"2026-03-08T13:00:00.000000-04:00"'),
        ('datetime_add("1-1-2026", -1, "W")', '"2025-12-25T00:00:00.000000-05:00"'),
        ('datetime_add("1-1-2026", 90, "m")', '"2026-01-01T01:30:00.000000-05:00"'),
        ('datetime_add("1-1-2026", -1, "s")', '"2025-12-31T23:59:59.000000-05:00"'),
        ('datetime_add("1-1-2026", 1)', "error calling datetime_add(...): takes exactly three arguments, received 2"),
        ('datetime_add("x", 1, "D")', 'error calling datetime_add(...): unable to convert "x" to a datetime'),
        ('datetime_add("1-1-2026", "x", "D")', 'error calling datetime_add(...): unable to convert "x" to a number'),
        ('datetime_add("1-1-2026", 1, 1 / 0)', "error calling datetime_add(...): division by zero"),
        ('datetime_add("1-1-2026", 1, "x")', f'error calling datetime_add(...): unknown unit: XText("x"), {UNITS}'),
        ('datetime_add("1-1-2026", 9999, "Y")', "error calling datetime_add(...): datetime is out of range"),
        ('replace_time("1-1-2026 10:00", "9 pm")', '"2026-01-01T21:00:00.000000-05:00"'),
        ('tz("1-1-2026")', '"America/New_York"'),
        ('tz("2026-01-01T00:00:00Z")', '"UTC"'),
        ('tz("2026-01-01T00:00:00+02:00")', '""'),
        ('tz_offset("2026-07-01T00:00:00+05:30")', '"+0530"'),
        ('tz_offset("1-7-2026")', '"-0400"'),
        ("date_from_parts(2026, 2, 30)", '"2026-03-02"'),
        ("date_from_parts(2026, 13, 1)", "error calling date_from_parts(...): invalid value for month, must be 1-12"),
        ("date_from_parts(99999, 1, 1)", '"99999-01-01"'),
        ('weekday("4-1-2026")', "0"),
        ("weekday(date_from_parts(2026, 2, 30))", "1"),
        ('week_number("1-1-2026")', "1"),
        ('week_number("4-1-2026")', "2"),
        ('week_number("31-12-2028")', "54"),
        ("time_from_parts(23, 59, 58)", '"23:59:58.000000"'),
        ("time_from_parts(24, 0, 0)", "error calling time_from_parts(...): invalid value for hour, must be 0-23"),
        ("time_from_parts(0, 60, 0)", "error calling time_from_parts(...): invalid value for minute, must be 0-59"),
        ("time_from_parts(0, 0, -1)", "error calling time_from_parts(...): invalid value for second, must be 0-59"),
    ],
)
def test_functions_of_dates(expression: str, expected: str) -> None:
    """Each gives RapidPro's value, or an error in its words."""
    assert json_of(expression, ENVIRONMENT) == expected


@pytest.mark.parametrize("expression", ["weekday", "week_number", "datetime", "format_date", "format", "text"])
def test_a_date_far_off_breaks_nothing(expression: str) -> None:
    """A year that no calendar has gives an error or a text."""
    assert json_of(f"{expression}(date_from_parts(2147483647, 12, 2147483647))", ENVIRONMENT)


@given(st.integers(-4_000_000, 4_000_000))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_what_is_added_is_the_difference(count: int) -> None:
    """A datetime and the one that is some minutes later are these minutes apart."""
    expression = f'datetime_diff("1-1-2026", datetime_add("1-1-2026", {count}, "m"), "m")'
    assert json_of(expression, ENVIRONMENT) == str(count)
