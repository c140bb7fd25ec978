"""Functions of numbers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .evaluating import ENVIRONMENT, json_of, value_of


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('number(" -12.50 ")', "-12.5"),
        ("abs(-123456789012345678901234567890.123456)", "123456789012345678901234567890.123456"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(12.345, 2)", "12.35"),
        ("round(12.56, -1)", "10"),
        ("round(12.56, -2)", "0"),
        ("round(12.56, 2000)", "12.56"),
        ("round_up(-12.141, 2)", "-12.14"),
        ("round_up(12.141, 2)", "12.15"),
        ("round_up(1.5, -1)", "10"),
        ("round_up(1.5, -2000)", "error calling round_up(...): number value out of range"),
        ("round_down(-12.141, 2)", "-12.15"),
        ("round_down(12.149, 2)", "12.14"),
        ("round(-0.4)", "0"),
        ("max(1, 10, -3)", "10"),
        ('min("7", 10, -3.5)', "-3.5"),
        ("mean(1, 2, 2)", "1.6666666666666667"),
        ("mean(-1, -2, -2)", "-1.6666666666666667"),
        ("mean(1, 2)", "1.5"),
        ("mod(7, 3)", "1"),
        ("mod(-7, 3)", "-1"),
        ("mod(7, -3)", "1"),
        ("mod(5.5, 2)", "1.5"),
        ("mod(7, 0)", "error calling mod(...): division by zero"),
        ('max(1, "x")', 'error calling max(...): unable to convert "x" to a number'),
    ],
)
def test_number_functions(expression: str, expected: str) -> None:
    """Numbers are exact decimals, halves are rounded away from zero."""
    assert json_of(expression) == expected


@pytest.mark.parametrize(
    ("drawn", "expression", "expected"),
    [
        (0.25, "rand()", "0.25"),
        (1e-07, "rand()", "0.0000001"),
        (0.0, "rand_between(1, 10)", "1"),
        (0.999999, "rand_between(1, 10)", "10"),
        (0.5, "rand_between(-3, 3)", "0"),
        (0.0, "rand_between(-3, 3)", "-3"),
    ],
)
def test_chance_comes_from_the_environment(drawn: float, expression: str, expected: str) -> None:
    """What is drawn depends on nothing but the environment's chance."""
    assert json_of(expression, replace(ENVIRONMENT, random=lambda: drawn)) == expected


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6), st.integers(-3, 8))
def test_rounding_stays_between_down_and_up(number: Decimal, places: int) -> None:
    """A rounded number is one of the two that rounding down and up give, and those are at most one step apart."""
    down, rounded, up = (
        value_of(f"{name}(number, places)", number=number, places=Decimal(places))
        for name in ("round_down", "round", "round_up")
    )
    assert isinstance(down, Decimal)
    assert isinstance(up, Decimal)
    assert rounded in {down, up}
    assert down <= number <= up
    assert up - down in {Decimal(0), Decimal(1).scaleb(-places)}
