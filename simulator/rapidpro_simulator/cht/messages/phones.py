"""Phone numbers as CHT normalises them, with libphonenumber and three settings (cht 1.7, 5.2). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LETTER = re.compile(r"[a-z]", re.IGNORECASE)
_UNKNOWN_REGION = "ZZ"

VALIDATIONS: dict[str, Callable[[PhoneNumber], bool]] = {
    "full": phonenumbers.is_valid_number,
    "partial": phonenumbers.is_possible_number,
    "none": lambda _: True,
}


def normalise(number: Any, settings: Mapping[str, Any]) -> str | None:
    """Return `number` in E.164 form, a valid short number in its national form, and None for anything else.

    `settings` are the app settings; `default_country_code` and `phone_validation` matter (cht 5.2).
    """
    text = str(number)
    if _LETTER.search(text):
        return None
    region = _region(settings.get("default_country_code"))
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if region and phonenumbers.is_valid_short_number_for_region(parsed, region):
        return phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    is_valid = VALIDATIONS.get(str(settings.get("phone_validation")), phonenumbers.is_valid_number)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if is_valid(parsed) else None


def normalised_or_raw(number: Any, settings: Mapping[str, Any]) -> Any:
    """Return `number` normalised, or just as it is where it is no text (cht 1.4) or libphonenumber refuses it."""
    return (normalise(number, settings) or number) if isinstance(number, str) else number


def is_same(left: Any, right: Any, settings: Mapping[str, Any]) -> bool:
    """Say whether two numbers, however they are written, are the same."""
    return bool(left and right) and normalised_or_raw(left, settings) == normalised_or_raw(right, settings)


def _region(country_code: Any) -> str | None:
    try:
        region = phonenumbers.region_code_for_country_code(int(country_code))
    except (TypeError, ValueError):
        return None
    return None if region == _UNKNOWN_REGION else region
