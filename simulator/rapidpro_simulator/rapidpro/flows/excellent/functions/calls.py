"""How functions of the language are declared: their parameters are converted and counted before the body sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from rapidpro_simulator.rapidpro.flows.excellent import conversions
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Function, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

Kind: TypeAlias = "Callable[[Environment, Value], Any]"
Body: TypeAlias = "Callable[..., Value]"


def ANY(_environment: Environment, value: Value) -> Value:  # noqa: N802
    """Leave the argument as it is, even an error."""
    return value


TEXT: Kind = conversions.to_text
NUMBER: Kind = conversions.to_number
INTEGER: Kind = conversions.to_integer
BOOLEAN: Kind = conversions.to_boolean
DATE: Kind = conversions.to_date
DATETIME: Kind = conversions.to_datetime
TIME: Kind = conversions.to_time
ARRAY: Kind = conversions.to_array
OBJECT: Kind = conversions.to_object
FUNCTION: Kind = conversions.to_function

FUNCTIONS: dict[str, Function] = {}


def function(*kinds: Kind, optional: int = 0, variadic: Kind | None = None) -> Callable[[Body], Body]:
    """Declare a function of the language, under its Python name without a trailing underscore.

    `kinds` convert the arguments in order, the last `optional` of them may be left out and are then not passed;
    `variadic` converts all further arguments. An ANY argument may be an error; every other error is the result. The
    decorated function is `(environment, *converted) -> Value` and stays callable as it is. Counts: flows 6.8.
    """

    def declare(body: Body) -> Body:
        name = body.__name__.removesuffix("_")
        FUNCTIONS[name] = Function(name, _converting(body, kinds, optional, variadic))
        return body

    return declare


def _converting(body: Body, kinds: tuple[Kind, ...], optional: int, variadic: Kind | None) -> Body:
    most = len(kinds)
    least = most - optional
    count = _expectation(least, None if variadic else most)

    def call(environment: Environment, *arguments: Value) -> Value:
        given = len(arguments)
        if given < least or (given > most and not variadic):
            return Error(f"need {count} argument(s), got {given}")
        converted = list(arguments)
        for position, value in enumerate(arguments):
            kind = kinds[position] if position < most else variadic
            if kind is not ANY and kind is not None:
                value = kind(environment, value)
                if type(value) is Error:
                    return value
                converted[position] = value
        return body(environment, *converted)

    return call


def _expectation(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least}"
    return str(least) if least == most else f"{least} to {most}"
