"""Functions of arrays (flows 7)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent import rendering
from rapidpro_simulator.rapidpro.flows.excellent.conversions import is_true, to_number
from rapidpro_simulator.rapidpro.flows.excellent.numbers import EXACT, checked
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Function, Object, Value
from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time

from .calls import ANY, ARRAY, FUNCTION, INTEGER, TEXT, function

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

MOST_ITEMS = 10_000

_COMPARABLE = frozenset({str, Decimal, bool, Date, DateTime, Time})


def array_of(items: list[Value]) -> Value:
    """Give an array of items, or the error that there are too many."""
    return items if len(items) <= MOST_ITEMS else Error(f"cannot build an array with more than {MOST_ITEMS} items")


@function(variadic=ANY)
def array(_environment: Environment, *items: Value) -> Value:
    """Make an array; an error among the items is the result."""
    return _first_error(items) or array_of(list(items))


@function(ARRAY, INTEGER, INTEGER, optional=1)
def slice_(_environment: Environment, array: list[Value], start: int, end: int | None = None) -> Value:
    """Give the items from start up to end, counted from the end where negative."""
    return array[start:end]


@function(ARRAY, ANY)
def contains(_environment: Environment, array: list[Value], value: Value) -> Value:
    """Say whether a value of the same type is among the items."""
    if type(value) is Error:
        return value
    wanted = rendering.identity(value)
    return any(rendering.identity(item) == wanted for item in array)


@function(ARRAY, TEXT)
def join(_environment: Environment, array: list[Value], separator: str) -> Value:
    """Give the renderings of the items as one text."""
    return _first_error(array) or separator.join(map(rendering.render, array))


@function(ARRAY)
def reverse(_environment: Environment, array: list[Value]) -> Value:
    """Give the items last first."""
    return array[::-1]


@function(ARRAY)
def sort(_environment: Environment, array: list[Value]) -> Value:
    """Give the items in ascending order; all must be of one type that has an order."""
    if len(array) < 2:  # even what has no order is in order by itself
        return array
    kind = type(array[0])
    if any(type(item) is not kind for item in array):
        return Error("can't sort array of different types")
    if kind not in _COMPARABLE:
        return Error(f"{rendering.describe(array[0])} isn't a comparable type")
    return sorted(array)  # type: ignore[type-var]


@function(ARRAY)
def sum_(environment: Environment, array: list[Value]) -> Value:
    """Add up numbers."""
    total = Decimal(0)
    for item in array:
        number = to_number(environment, item)
        if isinstance(number, Error):
            return number
        total = EXACT.add(total, number)
    return checked(total)


@function(ARRAY)
def unique(_environment: Environment, array: list[Value]) -> Value:
    """Give every value only where it comes first."""
    first: dict[object, Value] = {}
    for item in array:
        first.setdefault(rendering.identity(item), item)
    return list(first.values())


@function(ARRAY, ARRAY)
def concat(_environment: Environment, first: list[Value], second: list[Value]) -> Value:
    """Give the items of both."""
    return array_of([*first, *second])


@function(ARRAY, FUNCTION)
def filter_(environment: Environment, array: list[Value], test: Function) -> Value:
    """Give the items for which a function gives what is true."""
    kept = []
    for item in array:
        outcome = test.call(environment, item)
        if type(outcome) is Error:
            return outcome
        if is_true(outcome):
            kept.append(item)
    return kept


@function(ARRAY, FUNCTION, variadic=ANY)
def foreach(environment: Environment, array: list[Value], change: Function, *extra: Value) -> Value:
    """Give what a function makes of every item; `extra` are its further arguments."""
    changed = []
    for item in array:
        result = change.call(environment, item, *extra)
        if type(result) is Error:
            return result
        changed.append(result)
    return changed


@function(ANY)
def count(_environment: Environment, value: Value) -> Value:
    """Count the items of an array or the properties of an object; null has none."""
    if value is None:
        return Decimal(0)
    if type(value) is list or type(value) is Object:
        return Decimal(len(value))
    return value if type(value) is Error else Error("value isn't countable")


def _first_error(values: tuple[Value, ...] | list[Value]) -> Error | None:
    return next((value for value in values if type(value) is Error), None)
