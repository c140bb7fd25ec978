"""Values: rendering, formatting, JSON, truth, comparison and conversion, against the real engine."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.excellent.conversions import is_true, to_integer, to_number
from rapidpro_simulator.rapidpro.flows.excellent.numbers import format_number, is_in_range
from rapidpro_simulator.rapidpro.flows.excellent.rendering import equals, format_value, from_json, render, to_json
from rapidpro_simulator.rapidpro.flows.excellent.templates import evaluate_expression
from rapidpro_simulator.rapidpro.flows.excellent.values import Error, Object
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment, NumberFormat

from .data import load
from .encoding import assert_expected, decode

DATA = load("values.json")
ENVIRONMENT = Environment(date_format="DD-MM-YYYY")


def cases(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=str(at)) for at, case in enumerate(DATA[name])])


@cases("xvalues")
def test_value(case: dict[str, Any]) -> None:
    """A value looks the same in a template, to people and as JSON, and is as true."""
    value = decode(case["value"])
    seen = {
        "marshaled": to_json(value),
        "rendered": render(value),
        "formatted": format_value(ENVIRONMENT, value),
        "as_bool": is_true(value),
    }
    assert seen == {name: case[name] for name in seen}


@cases("equals")
def test_equals(case: dict[str, Any]) -> None:
    """Values are the same where the real engine finds them so, whichever comes first."""
    one, other = decode(case["x1"]), decode(case["x2"])
    assert (equals(one, other), equals(other, one)) == (case["expected"], case["expected"])


@cases("number_format")
def test_number_format(case: dict[str, Any]) -> None:
    """Numbers are written for people alike."""
    style = NumberFormat(**case["number_format"])
    number = Decimal(case["input"]["v"])
    assert format_number(number, style, case["places"], group=case["group_digits"]) == case["expected"]


@cases("to_number")
def test_to_number(case: dict[str, Any]) -> None:
    """Values convert to numbers and integers alike. What the real engine gives beside an error is not compared."""
    value = decode(case["value"])
    number, integer = to_number(ENVIRONMENT, value), to_integer(ENVIRONMENT, value)
    if type(number) is not Error:
        assert number == Decimal(case["as_number"]["v"])
    assert (type(integer) is Error) == case["integer_error"]
    if type(integer) is not Error:
        assert integer == case["as_integer"]


@cases("decimal_range")
def test_decimal_range(case: dict[str, Any]) -> None:
    """The same numbers are out of range."""
    assert is_in_range(Decimal(case["value"])) != case["error"]


@cases("json_resolve")
def test_json_resolve(case: dict[str, Any]) -> None:
    """What was read from JSON is looked up alike."""
    document = None if case["json"] is None else from_json(case["json"])
    assert_expected(evaluate_expression(ENVIRONMENT, Object({"j": document}), case["expression"]), case["expected"])
