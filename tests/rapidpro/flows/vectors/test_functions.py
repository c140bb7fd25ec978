"""Our functions of expressions against the real engine's (functions.json)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime

from .data import load
from .encoding import assert_expected, decode, environment
from .go_random import Pcg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

DATA = load("functions.json")
NOW = DateTime.of(datetime.fromisoformat(DATA["environments"]["now"]).astimezone(UTC))
# All rows share one generator. Four of the real engine's rows draw from it, one number each: these are the sampled two.
DRAWS_BEFORE: Mapping[int, int] = {368: 1, 370: 3}


@pytest.mark.parametrize("case", DATA["cases"], ids=[f"{case['name']}-{case['seq']}" for case in DATA["cases"]])
def test_function_gives_what_the_real_one_gives(case: Mapping[str, Any]) -> None:
    """Every function gives the real one's value, or an error where the real one does."""
    world = _environment(case["env"], _random_after(DRAWS_BEFORE.get(case["seq"], 0)))
    actual = FUNCTIONS[case["name"]].call(world, *map(decode, case["args"]))
    assert_expected(actual, case["expected"])


def _environment(name: str, random: Callable[[], float]) -> Environment:
    settings = dict(DATA["environments"][name])
    prompts = settings.pop("llm_prompts", {})
    return environment(settings, now=lambda: NOW, random=random, prompts=prompts)


def _random_after(draws: int) -> Callable[[], float]:
    generator = Pcg(123456, 123456)
    for _ in range(draws):
        generator.random()
    return generator.random
