"""Expressions of CHT's settings, as CHT's own code on Node evaluates them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from rapidpro_simulator.cht.javascript import UNDEFINED, JavaScriptError, Sandbox
from tests.cht.vectors.data import vectors


@pytest.mark.parametrize("vector", vectors("expressions.jsonl"))
def test_expression(vector: dict[str, Any]) -> None:
    """An expression gives the value that Node gives, nothing where it gives nothing, and throws where it throws."""
    moment = vector["input"].get("now", "2026-01-01T00:00:00Z")
    sandbox = Sandbox(lambda: datetime.fromisoformat(moment).astimezone(UTC))
    assert _output(sandbox, vector["input"]["expression"], {"doc": vector["input"]["doc"]}) == vector["output"]


def _output(sandbox: Sandbox, expression: str, variables: dict[str, Any]) -> dict[str, Any]:
    try:
        value = sandbox.evaluate(expression, variables)
        truthy = sandbox.holds(expression, variables)
    except JavaScriptError as error:
        return {"throws": error.name}
    return {"absent": True, "truthy": truthy} if value is UNDEFINED else {"value": value, "truthy": truthy}
