"""Templates a second of the flow engine: kept, as the messages of one flow to many contacts; and cold, never seen."""

from __future__ import annotations

import time
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent.templates import CompiledTemplate, evaluate_text
from rapidpro_simulator.rapidpro.flows.excellent.values import Object
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .report import Figure, at_least

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rapidpro_simulator.rapidpro.flows.excellent.values import Value

    from .scale import Scale

ENVIRONMENT = Environment()
KEPT = 20_000
SIMPLE = "a greeting"
TEMPLATES: Mapping[str, str] = {
    SIMPLE: "Hello @contact.name, you are @(contact.fields.age + 1).",
    "a result": "@results.village",
    "three functions": '@(if(count(contact.groups) > 1, upper(contact.name), "nobody")) @(word(results.village, -1))',
}
OTHERS = (
    "child",
    "globals",
    "input",
    "locals",
    "node",
    "parent",
    "resume",
    "run",
    "ticket",
    "trigger",
    "urns",
    "webhook",
)


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield templates a second, each evaluated for a contact of its own, kept and cold."""
    for what, template in TEMPLATES.items():
        kept = [_rate(partial(_kept, template), scale) for _ in range(scale.rounds)]
        cold = [_rate(partial(_cold, template), scale) for _ in range(scale.rounds)]
        yield Figure("templates", f"{what}, kept", "templates/s", kept, at_least(KEPT) if what is SIMPLE else None)
        yield Figure("templates", f"{what}, cold", "templates/s", cold)


def _kept(template: str) -> None:
    evaluate_text(ENVIRONMENT, _context(), template)


def _cold(template: str) -> None:
    context = _context()
    CompiledTemplate(template, context.names).evaluate(ENVIRONMENT, context)


def _rate(evaluate: Callable[[], None], scale: Scale) -> float:
    # Processor time, as of polls: the figure of an idle machine.
    start = time.process_time()
    for _ in range(scale.polls):
        evaluate()
    return scale.polls / (time.process_time() - start)


def _context() -> Object:
    return Object(_variables)


def _variables() -> dict[str, Value]:
    contact = Object(_contact, "Ann")
    results = Object(lambda: {"village": Object({"value": "Upper Kabale"}, "Upper Kabale")})
    return {**dict.fromkeys(OTHERS), "contact": contact, "fields": None, "results": results}


def _contact() -> dict[str, Value]:
    return {"name": "Ann", "groups": ["Mothers", "Testers"], "fields": Object({"age": Decimal(31)})}
