"""Functions of numbers (flows 7). Random numbers come from the environment."""

from __future__ import annotations

import functools
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent.numbers import EXACT, checked, divide, rounded
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Value

from .calls import INTEGER, NUMBER, function

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

_ONE = Decimal(1)
_MOST_PLACES = 1_000


@function(NUMBER)
def number(_environment: Environment, value: Decimal) -> Value:
    """Read a number."""
    return value


@function(NUMBER)
def abs_(_environment: Environment, number: Decimal) -> Value:
    """Drop the sign."""
    return number.copy_abs()


@function(NUMBER, INTEGER, optional=1)
def round_(_environment: Environment, number: Decimal, places: int = 0) -> Value:
    """Round to a number of places, halves away from zero; negative places round to tens, hundreds ..."""
    return _rounded(number, places, ROUND_HALF_UP)


@function(NUMBER, INTEGER, optional=1)
def round_up(_environment: Environment, number: Decimal, places: int = 0) -> Value:
    """Round towards plus infinity."""
    return _rounded(number, places, ROUND_CEILING)


@function(NUMBER, INTEGER, optional=1)
def round_down(_environment: Environment, number: Decimal, places: int = 0) -> Value:
    """Round towards minus infinity."""
    return _rounded(number, places, ROUND_FLOOR)


@function(NUMBER, variadic=NUMBER)
def max_(_environment: Environment, *numbers: Decimal) -> Value:
    """Give the greatest."""
    return max(numbers)


@function(NUMBER, variadic=NUMBER)
def min_(_environment: Environment, *numbers: Decimal) -> Value:
    """Give the least."""
    return min(numbers)


@function(NUMBER, variadic=NUMBER)
def mean(_environment: Environment, *numbers: Decimal) -> Value:
    """Give the arithmetic mean, to 16 places."""
    return divide(functools.reduce(EXACT.add, numbers), Decimal(len(numbers)))


@function(NUMBER, NUMBER)
def mod(_environment: Environment, dividend: Decimal, divisor: Decimal) -> Value:
    """Give the remainder; it has the sign of the dividend."""
    return checked(EXACT.remainder(dividend, divisor)) if divisor else Error("division by zero")


@function()
def rand(environment: Environment) -> Value:
    """Draw a number of at least 0 and less than 1."""
    return _drawn(environment)


@function(NUMBER, NUMBER)
def rand_between(environment: Environment, least: Decimal, most: Decimal) -> Value:
    """Draw a whole number of at least `least` and at most `most`."""
    width = EXACT.add(EXACT.subtract(most, least), _ONE)
    drawn = EXACT.add(EXACT.multiply(_drawn(environment), width), least)
    return _rounded(drawn, 0, ROUND_FLOOR)


def _rounded(number: Decimal, places: int, rounding: str) -> Value:
    return checked(rounded(number, max(-_MOST_PLACES, min(places, _MOST_PLACES)), rounding))


def _drawn(environment: Environment) -> Decimal:
    return Decimal(repr(environment.random()))
