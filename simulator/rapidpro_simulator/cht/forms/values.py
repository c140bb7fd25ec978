"""What a field's type makes of what stands in a text message (cht 1.8)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_number, as_text, compile_pattern
from rapidpro_simulator.cht.messages.bikram_sambat import from_bikram_sambat
from rapidpro_simulator.cht.messages.phones import normalise

from .dates import read_date, start_of
from .definition import in_language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .definition import FormField, Translate

ABSENT: Any = object()
"""What JavaScript calls undefined: the report has no such field."""

IDENTIFIERS = ("patient_id", "place_id")
EXACT = 2**53  # beyond it, JavaScript's numbers leave integers out

_ASCII_DIGITS = str.maketrans("०१२३४५६७८९", "0123456789")
_BLANKS = compile_pattern(r"\s+")
_DIGITS = compile_pattern(r"\d+")
_NO_DIGITS = compile_pattern(r"\D")


@dataclass(frozen=True)
class Reader:
    """Reads the values of one message: with the app settings and translations of its instance."""

    settings: Mapping[str, Any]
    translate: Translate
    locale: str

    def read(self, raw: Any, field: FormField) -> Any:
        """Return the value that `raw`, a text or a number, means in `field`.

        None where it means none, `ABSENT` where the message does not name the field.
        """
        if raw is ABSENT:
            return ABSENT
        read = _READERS.get(field.type)
        return read(self, raw, field) if read else raw

    def integer(self, raw: Any, field: FormField) -> Any:
        if field.choices is None:
            return read_number(raw)
        for code, text in field.choices:
            if as_text(code) == as_text(raw):
                return in_language(text, self.locale, self.translate)
        return None

    def string(self, raw: Any, field: FormField) -> Any:
        if raw == "":
            return None
        for code, text in field.choices or ():
            if code == raw:
                return text  # as the settings have it: in all its languages
        return _identifier(digits(raw)) if field.name in IDENTIFIERS else raw

    def phone_number(self, raw: Any, _: FormField) -> Any:
        return normalise(as_text(raw), self.settings) or as_text(raw)


def _identifier(text: str) -> str:
    without_blanks = _BLANKS.sub("", text)
    return without_blanks if _DIGITS.fullmatch(without_blanks) else text


def read_number(raw: Any) -> int | float | None:
    """Return the number that a text means to JavaScript, Nepal's digits included; None where it is none."""
    text = digits(raw)
    number = as_number(text) if text else math.nan
    return tidy(number) if math.isfinite(number) else None


def tidy(number: float) -> int | float:
    """Return `number` as JSON writes it: without a fraction where it has none."""
    return int(number) if number.is_integer() and abs(number) < EXACT else number


def digits(raw: Any) -> str:
    """Return a text with ASCII's digits in place of Nepal's."""
    return as_text(raw).translate(_ASCII_DIGITS)


def nepali_date(year: Any, month: Any, day: Any) -> int | None:
    """Return the milliseconds since 1970 of a day of the calendar of Nepal; None where there is none."""
    parts = [read_number(part) for part in (year, month, day)]
    if not all(isinstance(part, int) for part in parts):
        return None
    found = from_bikram_sambat(*(int(part) for part in parts if part is not None))
    return start_of(found) if found else None


def _date(_: Reader, raw: Any, __: FormField) -> int | None:
    return int(raw) if isinstance(raw, (int, float)) else read_date(raw)


def _nepali_date(_: Reader, raw: Any, __: FormField) -> int | None:
    if not isinstance(raw, str):
        return None
    separator = _NO_DIGITS.search(raw)
    parts = raw.split(separator[0]) if separator else []
    return nepali_date(*parts[:3]) if len(parts) > 2 else None


def _boolean(_: Reader, raw: Any, __: FormField) -> bool | None:
    number = read_number(raw)
    return bool(number) if number in {0, 1} else None


def _digits_or_none(_: Reader, raw: Any, __: FormField) -> str | None:
    return digits(raw) or None


_READERS: dict[str, Callable[[Reader, Any, FormField], Any]] = {
    "integer": Reader.integer,
    "string": Reader.string,
    "date": _date,
    "boolean": _boolean,
    "month": lambda _, raw, __: read_number(raw),
    "phone_number": Reader.phone_number,
    "bsDate": _nepali_date,
    "bsYear": _digits_or_none,
    "bsMonth": _digits_or_none,
    "bsDay": _digits_or_none,
}
