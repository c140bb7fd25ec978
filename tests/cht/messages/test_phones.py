from __future__ import annotations

from typing import Any

import pytest

from rapidpro_simulator.cht.messages.phones import is_same, normalise, normalised_or_raw

KENYA = {"default_country_code": 254}


@pytest.mark.parametrize(
    ("number", "normalised"),
    [
        ("0712345678", "+254712345678"),
        ("+254 712 345-678", "+254712345678"),
        ("254712345678", "+254712345678"),
        (254712345678, None),
        ("+265991234567", "+265991234567"),
        ("999", None),
        ("++254712345678", "+254712345678"),
        ("MEDIC", None),
        ("tel:+254712345678", None),
        ("0712", None),
        ("", None),
        ({"phone": 1}, None),
    ],
)
def test_normalise(number: Any, normalised: str | None) -> None:
    """A full number becomes E.164; a short one is not valid as a number, and what is no text is none."""
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
        ("PARTIAL", "0112345678", "+254112345678"),
        ("none", "999", "999"),
        ("none", "22141", "22141"),
        ("partial", "999", None),
        (True, "0712345678", None),
        (None, "0712345678", "+254712345678"),
    ],
)
def test_validation(validation: Any, number: str, normalised: str | None) -> None:
    """`phone_validation` says how strict to be; an unknown value is strict, and one that is no text knows no number."""
    assert normalise(number, {**KENYA, "phone_validation": validation}) == normalised


@pytest.mark.parametrize("code", ["", "abroad", 9999])
def test_without_country(code: Any) -> None:
    """Without a country, only international numbers can be read."""
    settings = {"default_country_code": code}
    assert (normalise("0712345678", settings), normalise("+254712345678", settings)) == (None, "+254712345678")


def test_country_of_null() -> None:
    """A country code of null makes libphonenumber throw, so that nothing is a number; an absent one does not."""
    assert normalise("+254712345678", {"default_country_code": None}) is None
    assert normalise("+254712345678", {}) == "+254712345678"


def test_blank_before_the_plus() -> None:
    """Where there is no country, the plus has to come first."""
    assert normalise(" +254712345678", {}) is None
    assert normalise(" +254712345678", KENYA) == "+254712345678"


@pytest.mark.parametrize("number", ["MEDIC", "22141", 712345678, 254712345678, {"phone": 1}, ["0712345678"], None])
def test_raw(number: Any) -> None:
    """What is no number, or is no text, is passed on as it is (cht 1.4, 5.2)."""
    assert normalised_or_raw(number, KENYA) == number


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("0712345678", "+254 712 345 678", True),
        ("0712345678", "0712345679", False),
        ("0712345678", "254712345678", False),
        ("0712345678", "0712 345 678", True),
        ("+254712345678", "+254712345678 ext 5", False),
        ("MEDIC", "MEDIC", False),
        ("+254712345678", 254712345678, False),
        (None, None, False),
        ("", "", False),
    ],
)
def test_same(left: Any, right: Any, same: bool) -> None:
    """Two numbers are the same however they are written; no number is the same as none."""
    assert is_same(left, right) is same
