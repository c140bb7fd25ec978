"""The examples of RapidPro's documentation of the language that need no session.

The others speak of the contact and the results of a session, and are compared where sessions are.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.excellent.templates import evaluate_text
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Object
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
from rapidpro_simulator.rapidpro.flows.locales.locations import Locations

from .data import load
from .encoding import assert_expected
from .go_random import Pcg
from .session_variables import needs_session

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = load("templates.json")
NOW = DateTime.of(datetime.fromisoformat("2018-04-11T18:24:30.123456+00:00"))
PROMPTS = {"categorize": "Categorize the following text into one of the following: {{ .arg1 }}"}
# All examples share one generator; before this one came two of `rand`.
DRAWS_BEFORE = {"@(rand_between(1, 10))": 2}


def random_after(draws: int) -> Callable[[], float]:
    generator = Pcg(123456, 123456)
    for _ in range(draws):
        generator.random()
    return generator.random


CASES = [case for case in DATA["doc_examples"] if not needs_session(case["template"])]


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{at}-{case['template'][:50]}") for at, case in enumerate(CASES)]
)
def test_example(case: dict[str, Any]) -> None:
    """An example of the documentation is true."""
    world = Environment(
        date_format="DD-MM-YYYY",
        timezone=ZoneInfo("America/Guayaquil"),
        languages=("eng", "spa"),
        country="US",
        locations=Locations(load("router_tests.json")["locations"][0]),
        prompts=PROMPTS,
        now=lambda: NOW,
        random=random_after(DRAWS_BEFORE.get(case["template"], 0)),
    )
    found = evaluate_text(world, Object({}), case["template"])
    assert_expected(Error(found.error) if found.problems else found.text, case["expected"])


def test_every_function_has_a_name_of_its_own_kind() -> None:
    """Functions are registered under the names that templates call."""
    assert all(name == function.name and name.islower() for name, function in FUNCTIONS.items())
