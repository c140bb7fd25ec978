"""Functions that format values for people (flows 7). Layouts are in `locales.layouts`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent import numbers, rendering
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Value
from rapidpro_simulator.rapidpro.flows.locales import layouts, locations
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.rapidpro.flows.texts import urns

from .calls import ANY, BOOLEAN, DATE, DATETIME, INTEGER, NUMBER, TEXT, TIME, function
from .dates import or_error

if TYPE_CHECKING:
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

_MOST_PLACES = 9
_AS_IT_IS = -1


@function(ANY)
def format_(environment: Environment, value: Value) -> Value:
    """Write any value by the environment's formats."""
    return or_error(lambda: rendering.format_value(environment, value))


@function(DATE, TEXT, optional=1)
def format_date(environment: Environment, date: Date, layout: str | None = None) -> Value:
    """Write a date by a layout, or by the environment's format."""
    if layout is None:
        layout = environment.date_format
    return or_error(lambda: layouts.format_date(date, layout, environment.locale))


@function(DATETIME, TEXT, TEXT, optional=2)
def format_datetime(
    environment: Environment, moment: DateTime, layout: str | None = None, timezone: str | None = None
) -> Value:
    """Write a datetime by a layout, or by the environment's formats; in a named timezone, or the environment's."""
    if layout is None:
        layout = f"{environment.date_format} {environment.time_format}"

    def write() -> str:
        zone = environment.timezone if timezone is None else timezone_of(timezone)
        return layouts.format_datetime(moment.in_zone(zone), layout, environment.locale)

    return or_error(write)


@function(TIME, TEXT, optional=1)
def format_time(environment: Environment, time: Time, layout: str | None = None) -> Value:
    """Write a time by a layout, or by the environment's format."""
    if layout is None:
        layout = environment.time_format
    return or_error(lambda: layouts.format_time(time, layout, environment.locale))


@function(TEXT)
def format_location(_environment: Environment, path: str) -> Value:
    """Give the name of the place that a path such as `Rwanda > Kigali` leads to."""
    return locations.last_part(path)


@function(NUMBER, INTEGER, BOOLEAN, optional=2)
def format_number(environment: Environment, number: Decimal, places: int | None = None, group: bool = True) -> Value:
    """Write a number by the environment's format: with 0 to 9 places, or as many as it has."""
    if places is not None and places not in range(_MOST_PLACES + 1):
        return Error(f"must take 0-9 number of places, got {places}")
    return numbers.format_number(
        number, environment.number_format, _AS_IT_IS if places is None else places, group=group
    )


@function(TEXT)
def format_urn(_environment: Environment, urn: str) -> Value:
    """Write a URN for people: its display name, its national phone number, or its path."""
    try:
        return urns.format_urn(urn)
    except urns.UrnError as error:
        return Error(f"{urn} is not a valid URN: {error}")
