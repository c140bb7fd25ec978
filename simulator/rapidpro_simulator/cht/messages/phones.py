"""Phone numbers as CHT normalises them, with libphonenumber and three settings (cht 1.7, 5.2). Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from rapidpro_simulator.cht.javascript import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LETTER = compile_pattern(r"[a-z]", "i")
_UNKNOWN_REGION = "ZZ"
_PLUS = ("+", "\uff0b")

VALIDATIONS: dict[str, Callable[[PhoneNumber], bool]] = {
    "full": phonenumbers.is_valid_number,
    "partial": phonenumbers.is_possible_number,
    "none": lambda _: True,
}
"""By `phone_validation` in small letters; whatever else stands there is `full`."""

_SAME = (phonenumbers.MatchType.EXACT_MATCH, phonenumbers.MatchType.NSN_MATCH)


def normalise(number: Any, settings: Mapping[str, Any]) -> str | None:
    """Return `number` in E.164 form, a valid short number in its national form, and None for anything else.

    `settings` are the app settings; `default_country_code` and `phone_validation` matter (cht 5.2). A short number has
    to pass the validation like any other, so that only the lax ones let it through.
    """
    is_valid = _validation(settings.get("phone_validation"))
    code = settings.get("default_country_code", "")
    # A country code of null makes libphonenumber throw, an absent one does not.
    if is_valid is None or code is None or not isinstance(number, str) or _LETTER.search(number):
        return None
    region = _region(code)
    if region is None and not number.startswith(_PLUS):  # JavaScript's library wants it at the very start
        return None
    return _formatted(number, region, is_valid)


@lru_cache(maxsize=4096)  # a deployment writes to the same people again and again
def _formatted(number: str, region: str | None, is_valid: Callable[[PhoneNumber], bool]) -> str | None:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not is_valid(parsed):
        return None
    short = phonenumbers.is_valid_short_number(parsed)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL if short else PhoneNumberFormat.E164)


def normalised_or_raw(number: Any, settings: Mapping[str, Any]) -> Any:
    """Return `number` normalised, or just as it is where it is no text (cht 1.4) or libphonenumber refuses it."""
    return normalise(number, settings) or number


def is_same(left: Any, right: Any) -> bool:
    """Say whether two numbers are the same, however they are written; one of them may lack its country code."""
    if not (isinstance(left, str) and isinstance(right, str)):
        return False
    return phonenumbers.is_number_match(left, right) in _SAME


def _validation(value: Any) -> Callable[[PhoneNumber], bool] | None:
    # What is no text has no small letters: CHT throws there, and so knows no number.
    if not value:
        return phonenumbers.is_valid_number
    return VALIDATIONS.get(value.lower(), phonenumbers.is_valid_number) if isinstance(value, str) else None


def _region(country_code: Any) -> str | None:
    try:
        region = phonenumbers.region_code_for_country_code(int(country_code))
    except (TypeError, ValueError):
        return None
    return None if region == _UNKNOWN_REGION else region
