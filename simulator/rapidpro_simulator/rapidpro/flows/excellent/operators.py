"""The operators of the language (flows 6.7). An error operand is the result, the left one first."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from . import numbers
from .conversions import to_number, to_text
from .values import Error, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

Operator: TypeAlias = "Callable[[Environment, Value, Value], Value]"


def concatenate(environment: Environment, left: Value, right: Value) -> Value:
    """Join the texts of two values."""
    return _of_texts(environment, left, right, str.__add__)


def equal(environment: Environment, left: Value, right: Value) -> Value:
    """Whether the texts of two values are the same."""
    return _of_texts(environment, left, right, str.__eq__)


def not_equal(environment: Environment, left: Value, right: Value) -> Value:
    """Whether the texts of two values differ."""
    return _of_texts(environment, left, right, str.__ne__)


def negate(environment: Environment, operand: Value) -> Value:
    """Change the sign of a number."""
    number = to_number(environment, operand)
    return number if isinstance(number, Error) else numbers.EXACT.minus(number)


def _of_texts(environment: Environment, left: Value, right: Value, operate: Callable[[str, str], Value]) -> Value:
    first = to_text(environment, left)
    if isinstance(first, Error):
        return first
    second = to_text(environment, right)
    return second if isinstance(second, Error) else operate(first, second)


def _of_numbers(operate: Callable[[Decimal, Decimal], Value]) -> Operator:
    def operator(environment: Environment, left: Value, right: Value) -> Value:
        first = to_number(environment, left)
        if isinstance(first, Error):
            return first
        second = to_number(environment, right)
        return second if isinstance(second, Error) else operate(first, second)

    return operator


OPERATORS: Mapping[str, Operator] = {
    "&": concatenate,
    "=": equal,
    "!=": not_equal,
    "<": _of_numbers(lambda left, right: left < right),
    "<=": _of_numbers(lambda left, right: left <= right),
    ">": _of_numbers(lambda left, right: left > right),
    ">=": _of_numbers(lambda left, right: left >= right),
    "+": _of_numbers(numbers.add),
    "-": _of_numbers(numbers.subtract),
    "*": _of_numbers(numbers.multiply),
    "/": _of_numbers(numbers.divide),
    "^": _of_numbers(numbers.power),
}
