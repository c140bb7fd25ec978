"""Numbers in free text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rapidpro_simulator.rapidpro.flows.excellent.numerals import find_numbers, parse_number
from rapidpro_simulator.rapidpro.flows.locales.environment import NumberFormat

POINT, COMMA = NumberFormat(), NumberFormat(",", ".")


@pytest.mark.parametrize(
    ("text", "number_format", "numbers"),
    [
        ("I have 1,234 and -5.6", POINT, ["1234", "-5.6"]),
        ("1.234,5", COMMA, ["1234.5"]),
        ("+5, or 6", POINT, ["6"]),
        ("wrong .51", POINT, ["0.51"]),
        ("hi.51", POINT, ["51"]),
        ("é ১২,৩৪ ½", POINT, ["1234"]),
        ("1,2,3", NumberFormat(".", ""), ["1", "2", "3"]),
        ("no, none", POINT, []),
    ],
)
def test_finds_numbers(text: str, number_format: NumberFormat, numbers: list[str]) -> None:
    """Numbers are found in their order, with the symbols of a format, in the digits of people."""
    assert list(find_numbers(text, number_format)) == [Decimal(number) for number in numbers]


def test_more_than_36_digits_are_no_number() -> None:
    """RapidPro's numbers have limits."""
    assert parse_number("9" * 36, POINT) == Decimal("9" * 36)
    assert parse_number("9" * 37, POINT) is None
