"""Functions that format values for people."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from rapidpro_simulator.rapidpro.flows.locales.environment import Environment, NumberFormat

from .evaluating import json_of

ENVIRONMENT = Environment(
    date_format="DD-MM-YYYY",
    timezone=ZoneInfo("Africa/Kigali"),
    languages=("fra",),
    country="RW",
    number_format=NumberFormat(",", "."),
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("format(1234567.891)", '"1.234.567,891"'),
        ("format(1 / 0)", '""'),
        ('format(array("a", 1000))', '"a, 1.000"'),
        ('format_date("2026-01-05")', '"05-01-2026"'),
        ('format_date("2026-01-05", "EEEE D MMMM")', '"lundi 5 janvier"'),
        (
            'format_date("5-1-2026", "tt")',
            "error calling format_date(...): 'tt' is not valid in a date formatting layout",
        ),
        ('format_datetime("2026-01-05T23:30:00Z")', '"06-01-2026 01:30"'),
        ('format_datetime("2026-01-05T23:30:00Z", "tt:mm Z", "UTC")', '"23:30 Z"'),
        ('format_datetime("5-1-2026", "tt", "X")', "error calling format_datetime(...): unknown time zone X"),
        ('format_datetime("9999-12-31T21:30:00Z", "YYYY", "Asia/Tokyo")', '"9999"'),
        ('format_time("3 pm")', '"15:00"'),
        ('format_time("3 pm", "h aa")', '"3 pm"'),
        ('format_time("3 pm", "D")', "error calling format_time(...): 'D' is not valid in a time formatting layout"),
        ('format_location("Rwanda > Kigali ")', '"Kigali"'),
        ("format_number(1234.5)", '"1.234,5"'),
        ("format_number(1234.55, 1, false)", '"1234,6"'),
        ("format_number(1, -1)", "error calling format_number(...): must take 0-9 number of places, got -1"),
        ("format_number(1, 10)", "error calling format_number(...): must take 0-9 number of places, got 10"),
        ('format_urn("tel:+14155550123")', '"(415) 555-0123"'),
        ('format_urn("telegram:123#Bob")', '"Bob"'),
        ("format_urn(null)", "error calling format_urn(...):  is not a valid URN: scheme cannot be empty"),
        ('format_urn("tel")', "error calling format_urn(...): tel is not a valid URN: path cannot be empty"),
    ],
)
def test_functions_of_formatting(expression: str, expected: str) -> None:
    """Each writes by the environment or by the layout, or says what is wrong with it."""
    assert json_of(expression, ENVIRONMENT) == expected
