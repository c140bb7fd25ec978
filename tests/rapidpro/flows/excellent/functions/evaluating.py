"""What an expression is worth, and how its value looks."""

from __future__ import annotations

from rapidpro_simulator.rapidpro.flows.excellent.rendering import to_json
from rapidpro_simulator.rapidpro.flows.excellent.templates import evaluate_value
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Object, Property, Value
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

ENVIRONMENT = Environment(date_format="DD-MM-YYYY")


def value_of(expression: str, environment: Environment = ENVIRONMENT, **context: Property) -> Value:
    """Give the value of an expression."""
    return evaluate_value(environment, Object(context), f"@({expression})").value


def json_of(expression: str, environment: Environment = ENVIRONMENT, **context: Property) -> str:
    """Give the value of an expression as JSON, which tells texts from numbers; an error gives its message."""
    value = value_of(expression, environment, **context)
    written = value if type(value) is Error else to_json(value)
    return written if isinstance(written, str) else written.message
