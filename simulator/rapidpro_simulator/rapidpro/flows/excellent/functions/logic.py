"""Functions of truth (flows 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_boolean
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Value

from .calls import ANY, BOOLEAN, function

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment


@function(BOOLEAN)
def boolean(_environment: Environment, value: bool) -> Value:
    """Give the truth of any value."""
    return value


@function(ANY, variadic=ANY)
def and_(environment: Environment, *values: Value) -> Value:
    """Say whether all are true. An error after the first false value does not matter."""
    return _first_decisive(environment, values, decisive=False)


@function(ANY, variadic=ANY)
def or_(environment: Environment, *values: Value) -> Value:
    """Say whether any is true. An error after the first true value does not matter."""
    return _first_decisive(environment, values, decisive=True)


@function(BOOLEAN, ANY, ANY)
def if_(_environment: Environment, test: bool, value: Value, other: Value) -> Value:
    """Give one of two values; the other may be an error."""
    return value if test else other


def _first_decisive(environment: Environment, values: tuple[Value, ...], *, decisive: bool) -> Value:
    for value in values:
        truth = to_boolean(environment, value)
        if type(truth) is Error or truth is decisive:
            return truth
    return not decisive
