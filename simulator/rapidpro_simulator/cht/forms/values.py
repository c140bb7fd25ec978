"""What a field's type makes of its text (cht 1.8).

The Nepali calendar (bsDate, bsYear, bsMonth, bsDay) is not read: such fields stay without a value.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.phones import normalised_or_raw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .definition import FormField

BOOLEANS: dict[str, bool] = {"1": True, "0": False}
MILLISECONDS = 1000


def read_value(text: str, field: FormField, settings: Mapping[str, Any]) -> Any:
    """Return the value that `text` means in `field`; None where it means none."""
    text = text.strip()
    if not text:
        return None
    read = _READERS.get(field.type)
    return read(text, field, settings) if read else None


def read_date(text: str) -> int | None:
    """Return the milliseconds since 1970 of a date or an instant; a date without a zone is in UTC."""
    if text.isdecimal() and len(text) >= 13:
        return int(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(zoned.timestamp() * MILLISECONDS)


def _integer(text: str, field: FormField, _: Mapping[str, Any]) -> Any:
    if field.choices:
        return dict(field.choices).get(text)
    try:
        number = float(text.replace("_", "?"))  # to Python 1_000 is a number
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _string(text: str, field: FormField, _: Mapping[str, Any]) -> str:
    return dict(field.choices).get(text, text)


_READERS: dict[str, Callable[[str, FormField, Mapping[str, Any]], Any]] = {
    "integer": _integer,
    "string": _string,
    "date": lambda text, _field, _settings: read_date(text),
    "boolean": lambda text, _field, _settings: BOOLEANS.get(text),
    "month": lambda text, _field, _settings: text,
    "phone_number": lambda text, _field, settings: normalised_or_raw(text, settings),
}
