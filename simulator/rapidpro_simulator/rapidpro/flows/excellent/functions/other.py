"""Functions of errors and speech, conversions to dates and times, and the addition of old flows (flows 7)."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent import rendering
from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_datetime, to_number
from rapidpro_simulator.rapidpro.flows.excellent.numbers import EXACT, checked
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Value
from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time

from .calls import ANY, DATE, DATETIME, TEXT, TIME, function

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

MOST_PROMPT_ARGUMENTS = 10

_PLACEHOLDER = re.compile(r"\{\{[ \t\r\n]*\.(\w+)[ \t\r\n]*\}\}", re.ASCII)
_NO_VALUE = "<no value>"
_DAYS = range(-(2**31), 2**31)
_SPOKEN_GROUPS = (3, 4)
_PAUSE = " , "


@function(DATE)
def date(_environment: Environment, value: Date) -> Value:
    """Read a date."""
    return value


@function(DATETIME)
def datetime(_environment: Environment, value: DateTime) -> Value:
    """Read a datetime."""
    return value


@function(TIME)
def time(_environment: Environment, value: Time) -> Value:
    """Read a time of day."""
    return value


@function(ANY)
def is_error(_environment: Environment, value: Value) -> Value:
    """Say whether a value is an error."""
    return type(value) is Error


@function(ANY, ANY)
def default(_environment: Environment, value: Value, other: Value) -> Value:
    """Give a value, or another one in place of an error or of what renders as nothing."""
    return other if type(value) is Error or not rendering.render(value) else value


@function(ANY, ANY)
def legacy_add(environment: Environment, first: Value, second: Value) -> Value:
    """Add days to a date, in either order, or two numbers: what `+` did before flows had types."""
    moments = [to_datetime(environment, value) for value in (first, second)]
    numbers = [to_number(environment, value) for value in (first, second)]
    if all(isinstance(moment, DateTime) for moment in moments):
        return Error("cannot operate on two dates")
    for moment, days in zip(moments, reversed(numbers), strict=True):
        if isinstance(moment, DateTime) and isinstance(days, Decimal):
            return _days_later(moment, int(days))
    total = Decimal(0)
    for number in numbers:
        if isinstance(number, Error):
            return number
        total = EXACT.add(total, number)
    return checked(total)


@function(TEXT)
def read_chars(_environment: Environment, text: str) -> Value:
    """Space a text out so that a voice reads it character by character, in groups where its length allows."""
    text = text.removeprefix("+")
    size = next((size for size in _SPOKEN_GROUPS if len(text) % size == 0), 1)
    return _PAUSE.join(" ".join(text[start : start + size]) for start in range(0, len(text), size))


@function(TEXT, *[TEXT] * MOST_PROMPT_ARGUMENTS, optional=MOST_PROMPT_ARGUMENTS)
def prompt(environment: Environment, name: str, *arguments: str) -> Value:
    """Fill the arguments into a prompt for a language model, where its template says `{{ .arg1 }}` and so on."""
    template = environment.prompts.get(name)
    if template is None:
        return Error(f"unknown LLM prompt {name}")
    values = {f"arg{position}": argument for position, argument in enumerate(arguments, 1)}
    return _PLACEHOLDER.sub(lambda placeholder: values.get(placeholder[1], _NO_VALUE), template)


def _days_later(moment: DateTime, days: int) -> Value:
    if days not in _DAYS:
        return Error("cannot operate on integers greater than 32 bit")
    zone = moment.local.tzinfo
    assert zone is not None
    date = moment.date
    try:
        return DateTime.at(Date(date.year, date.month, date.day + days), moment.time, zone)
    except (OverflowError, ValueError):
        return Error("date is out of range")
