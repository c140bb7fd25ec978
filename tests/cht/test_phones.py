from __future__ import annotations

from typing import Any

import pytest

from simulator.cht.phones import normalise, normalised_or_raw

KENYA = {"default_country_code": 254}


@pytest.mark.parametrize(
    ("number", "normalised"),
    [
        ("0712345678", "+254712345678"),
        ("+254 712 345-678", "+254712345678"),
        ("254712345678", "+254712345678"),
        (254712345678, "+254712345678"),
        ("+265991234567", "+265991234567"),
        ("999", "999"),
        ("MEDIC", None),
        ("tel:+254712345678", None),
        ("0712", None),
        ("", None),
        ({"phone": 1}, None),
    ],
)
def test_normalise(number: Any, normalised: str | None) -> None:
    """A full number becomes E.164, a valid short one stays national, anything else is no number."""
    assert normalise(number, KENYA) == normalised


@pytest.mark.parametrize(
    ("validation", "number", "normalised"),
    [
        ("full", "0112345", None),
        ("partial", "0112345678", "+254112345678"),
        ("partial", "+2540000", None),
        ("none", "+25400001", "+25400001"),
        ("none", "12345678901", "+25412345678901"),
        ("sideways", "+25400001", None),
    ],
)
def test_validation(validation: str, number: str, normalised: str | None) -> None:
    """`phone_validation` says how strict to be; an unknown value is strict."""
    assert normalise(number, {**KENYA, "phone_validation": validation}) == normalised


@pytest.mark.parametrize("code", [None, "", "abroad", 9999])
def test_without_country(code: Any) -> None:
    """Without a country, only international numbers can be read."""
    settings = {"default_country_code": code}
    assert (normalise("0712345678", settings), normalise("+254712345678", settings)) == (None, "+254712345678")


def test_raw() -> None:
    """What is no number is passed on as it is."""
    assert normalised_or_raw("MEDIC", KENYA) == "MEDIC"
