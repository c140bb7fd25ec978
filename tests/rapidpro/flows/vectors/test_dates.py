"""Dates and times in free text and by layouts, as the real engine reads and writes them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_date, to_datetime, to_time
from rapidpro_simulator.rapidpro.flows.excellent.values import Error
from rapidpro_simulator.rapidpro.flows.locales import dates_in_text, layouts
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of

from . import encoding
from .data import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.excellent.values import Value

DATA = load("dates.json")
NOW = DateTime(dt.datetime(2018, 9, 13, 13, 36, 30, 123456, tzinfo=dt.UTC), 789)
SETTINGS = ("date_format", "time_format", "timezone")


def cases(section: str, *keys: str) -> pytest.MarkDecorator:
    """One test per case of a section, named after some of its keys."""
    rows = DATA[section]
    return pytest.mark.parametrize(
        "case",
        [
            pytest.param(row, id=f"{index}: {'; '.join(str(row[key]) for key in keys)}")
            for index, row in enumerate(rows)
        ],
    )


def environment(case: dict[str, Any]) -> Environment:
    return encoding.environment({key: case[key] for key in SETTINGS if key in case}, now=lambda: NOW)


def outcome(attempt: Callable[[], Value]) -> Value:
    """What a layout function returns, its error as an error value."""
    try:
        return attempt()
    except layouts.LayoutError as error:
        return Error(str(error))


def instant(text: str) -> DateTime:
    clock, fraction, offset = text[:19], text[20:29], text[29:]
    moment = dt.datetime.fromisoformat(f"{clock}.{fraction[:6]}{offset}")
    return DateTime(moment, int(fraction[6:]))


@cases("datetime_from_string", "date_format", "timezone", "value")
def test_datetime_in_free_text(case: dict[str, Any]) -> None:
    """The datetime is found in a text, to the nanosecond."""
    found = dates_in_text.find_datetime(environment(case), case["value"], fill_time=case["fill_time"])
    expected = case["expected"]
    assert found == (instant(expected["instant"]) if "instant" in expected else None)


@cases("date_from_string", "date_format", "value")
def test_date_in_free_text(case: dict[str, Any]) -> None:
    """The date is found in a text."""
    found = dates_in_text.find_date(environment(case), case["value"])
    encoding.assert_expected(found or Error("none"), case["expected"])


@cases("time_from_string", "value")
def test_time_in_free_text(case: dict[str, Any]) -> None:
    """The time is found in a text."""
    found = dates_in_text.find_time(case["value"])
    encoding.assert_expected(found or Error("none"), case["expected"])


@cases("layout_parse_datetime", "layout", "value")
def test_datetime_by_layout(case: dict[str, Any]) -> None:
    """A datetime is read by a layout."""
    timezone = timezone_of(case["timezone"])
    encoding.assert_expected(
        outcome(lambda: layouts.parse_datetime(case["value"], case["layout"], timezone)), case["expected"]
    )


@cases("layout_parse_date", "layout", "value")
def test_date_by_layout(case: dict[str, Any]) -> None:
    """A date is read by a layout."""
    encoding.assert_expected(outcome(lambda: layouts.parse_date(case["value"], case["layout"])), case["expected"])


@cases("layout_parse_time", "layout", "value")
def test_time_by_layout(case: dict[str, Any]) -> None:
    """A time is read by a layout."""
    encoding.assert_expected(outcome(lambda: layouts.parse_time(case["value"], case["layout"])), case["expected"])


@cases("layout_format", "layout", "locale")
def test_written_by_layout(case: dict[str, Any]) -> None:
    """A datetime is written by a layout, in the language of a locale."""
    value = encoding.decode(case["value"])
    assert isinstance(value, DateTime)
    encoding.assert_expected(
        outcome(lambda: layouts.format_datetime(value, case["layout"], case["locale"])), case["expected"]
    )


CONVERSIONS = {"to_datetime": to_datetime, "to_date": to_date, "to_time": to_time}


@pytest.mark.parametrize(
    ("conversion", "case"),
    [
        pytest.param(name, case, id=f"{name} {index}: {case['value']}")
        for name in CONVERSIONS
        for index, case in enumerate(DATA[name])
    ],
)
def test_conversions(conversion: str, case: dict[str, Any]) -> None:
    """Values of other types become dates and times, or errors."""
    converted = CONVERSIONS[conversion](Environment(now=lambda: NOW), encoding.decode(case["value"]))
    encoding.assert_expected(converted, case["expected"])
