"""Phone numbers as flows read them."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.texts import phones


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("0712 345 678", "KE", "+254712345678"),
        ("0712 345 678", None, None),
        ("0712 345 678", "XX", None),
        (" +254 (712) 345-678 ", None, "+254712345678"),
        ("12067799294", "BW", "+12067799294"),
        ("1(800)CABBAGE", None, "+18002222243"),
        ("+999123456789", "KE", None),
        ("5912705", "US", None),
        ("", "KE", None),
    ],
)
def test_reads_a_number(text: str, country: str | None, number: str | None) -> None:
    """A number of a possible length has an E.164 form; without a country code the country says it."""
    assert phones.parse_phone(text, country) == number


def test_finds_numbers_in_a_text() -> None:
    """Every candidate that is a number is found, in order."""
    text = "not 123, call 0712 345 678, or +250788383383"
    assert phones.find_phones(text, "KE") == ["+254712345678", "+250788383383"]


@pytest.mark.parametrize(("number", "written"), [("+14155550123", "(415) 555-0123"), ("prizes", "prizes")])
def test_writes_a_number_for_its_country(number: str, written: str) -> None:
    """A number is written as at home; what is none is left."""
    assert phones.format_national(number) == written
