"""Phone numbers as flows read them (flows 8.8). The API's rules differ: they are in `rapidpro.urns`."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from .strings import trim

_CANDIDATES = re.compile(r"\+?[\d .\-()]{5,}", re.ASCII)
_DROPPED = re.compile(r"[^0-9A-Za-z]+")
_FULL_LENGTH = 11


@lru_cache(maxsize=16_384)
def parse_phone(text: str, country: str | None) -> str | None:
    """Return the E.164 form of a phone number; one without country code is read as a number of `country`, e.g. `RW`.

    Its length must be possible. What has a full length may lack the plus. None where it is no phone number.
    """
    text = trim(text)
    digits = _DROPPED.sub("", text)
    number = f"+{digits}" if text.startswith("+") else digits
    found = _e164(number, country)
    if found is None and len(digits) >= _FULL_LENGTH and not number.startswith(("+", "0")):
        return _e164(f"+{digits}", country)
    return found


def find_phones(text: str, country: str | None) -> list[str]:
    """Return the E.164 forms of the phone numbers in a text."""
    found = (parse_phone(candidate, country) for candidate in _CANDIDATES.findall(text))
    return [number for number in found if number is not None]


def format_national(number: str) -> str:
    """Return an E.164 number as people of its country write it; what is no number comes back as it is (flows 7)."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def _e164(number: str, country: str | None) -> str | None:
    parsed = _possible(number, country)
    if parsed is None:
        return None
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    # What reads otherwise the second time, e.g. for lost zeros, would become another contact at the next message.
    again = _possible(written, None)
    if again is None or phonenumbers.format_number(again, phonenumbers.PhoneNumberFormat.E164) != written:
        return None
    return written


def _possible(number: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return parsed if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None
