"""`rapidpro-simulator expr`: evaluates a template as RapidPro would, and says what went wrong in RapidPro's words."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.excellent.jsons import from_json, to_json
from rapidpro_simulator.rapidpro.flows.excellent.rendering import render
from rapidpro_simulator.rapidpro.flows.excellent.templates import (
    ExpressionProblem,
    evaluate_text,
    evaluate_value,
    has_expressions,
)
from rapidpro_simulator.rapidpro.flows.excellent.values import Absent, Error, Function, Object
from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.mailroom.contacts.prompts import PROMPTS
from rapidpro_simulator.world.clock import DEFAULT_START
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.input_files import read_object, read_text
from rapidpro_simulator.world.seed import Seed

from .functions import describe_function, list_functions
from .sample import sample_context

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rapidpro_simulator.rapidpro.flows.excellent.values import Value

NOTHING_EVALUATED = (
    "note: there is no expression in it; expressions begin with @ and a variable, such as @contact.name, or with @("
)
WRONG = 1  # the exit code of an expression that went wrong
SETTINGS: Mapping[str, Any] = {
    "date_format": "DD-MM-YYYY",
    "timezone": "Africa/Nairobi",
    "allowed_languages": ["eng", "swa"],
    "default_country": "KE",
}
"""Where Asha lives; an environment of the user's takes the place of all of it."""


def run_expression(
    template: str, *, context: Path | None, environment: Path | None, as_value: bool = False, seed: int = 0
) -> int:
    """Print what a template is worth, `-` for that of the standard input; return the exit code.

    Raises `UsageError` for a file that cannot be used.
    """
    if template == "-":
        template = sys.stdin.read().removesuffix("\n")
    settings = _environment(environment, seed)
    variables = sample_context(settings) if context is None else _context(context)
    if as_value:
        value, problems, warnings = evaluate_value(settings, variables, template)
        if isinstance(value, Error):
            problems = problems or [ExpressionProblem(template.strip(), value.message)]
        else:
            print(shown(value))
    else:
        text, problems, warnings = evaluate_text(settings, variables, template)
        print(text)
    notes = [*map(str, problems), *(f"warning: {warning}" for warning in warnings)]
    if not has_expressions(template, variables.names):
        notes.append(NOTHING_EVALUATED)
    sys.stdout.flush()  # what went wrong comes after the text, wherever both go
    for note in notes:
        print(note, file=sys.stderr)
    return WRONG if problems else 0


def print_functions(name: str | None) -> int:
    """Print all functions, or what is known of one. Raises `UsageError` for one that there is not."""
    for line in list_functions() if name is None else describe_function(name):
        print(line)
    return 0


def shown(value: Value) -> str:
    """Return a value with its type: as JSON where JSON has it."""
    kind = _KINDS[type(value)]
    if value is None:
        return kind
    if isinstance(value, Error | Function | Date | DateTime | Time):
        return f"{kind} {render(value)}"
    default = value.default if isinstance(value, Object) else None
    stands_for = "" if default is None or isinstance(default, Absent) else f"  (by default {shown(default)})"
    return f"{kind} {to_json(value)}{stands_for}"


_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    Decimal: "number",
    Date: "date",
    DateTime: "datetime",
    Error: "error",
    Function: "function",
    list: "array",
    Object: "object",
    str: "text",
    Time: "time",
}


def _environment(path: Path | None, seed: int) -> Environment:
    document = SETTINGS if path is None else read_object(path, "environment")
    now = DateTime.of(DEFAULT_START)
    try:
        world = {"now": lambda: now, "random": Seed(seed).stream("expr").random, "prompts": PROMPTS}
        return Environment.from_json(document, **world)
    except (ValueError, TypeError) as error:
        raise UsageError(f"the environment {path} is none: {error}") from None


def _context(path: Path) -> Object:
    value = from_json(read_text(path, "context"))
    if isinstance(value, Error):
        raise UsageError(f"the context {path} is no JSON")
    if not isinstance(value, Object):
        raise UsageError(f'the context {path} holds no JSON object; write variables by name: {{"contact": {{…}}}}')
    return value
