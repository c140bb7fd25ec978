"""Operators, against the real engine."""

from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.excellent.operators import OPERATORS, negate

from .data import load
from .encoding import assert_expected, decode, environment

DATA = load("operators.json")


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=f"{number}-{case['name']}") for number, case in enumerate(DATA["cases"])]
)
def test_operator(case: dict[str, Any]) -> None:
    """An operator gives what it gives in the real engine."""
    operator = negate if case["arity"] == 1 else OPERATORS[case["symbol"]]
    operands = map(decode, case["args"])
    assert_expected(operator(environment(DATA["environment"]), *operands), case["expected"])
