"""The environment of a flow: formats, languages, country and the world that is handed in (flows 8.1)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from .dates import DateTime, timezone_name
from .timezones import timezone_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .locations import Locations

DATE_FORMATS = ("DD-MM-YYYY", "MM-DD-YYYY", "YYYY-MM-DD")

_EPOCH = DateTime(dt.datetime(1970, 1, 1, tzinfo=dt.UTC))


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How numbers are written and read."""

    decimal_symbol: str = "."
    digit_grouping_symbol: str = ","


@dataclass(frozen=True, slots=True)
class Environment:
    """What texts, dates, numbers and comparisons of a flow depend on (flows 8.1).

    `now`, `random` (in [0, 1)), `locations` and `prompts` are the world: they are handed in and never serialised.
    """

    date_format: str = "YYYY-MM-DD"
    time_format: str = "tt:mm"
    timezone: dt.tzinfo = dt.UTC
    languages: tuple[str, ...] = ()
    country: str | None = None
    number_format: NumberFormat = NumberFormat()
    collation: str = "default"
    redact_urns: bool = False
    locations: Locations | None = None
    prompts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    now: Callable[[], DateTime] = lambda: _EPOCH
    random: Callable[[], float] = lambda: 0.0

    @classmethod
    def from_json(cls, document: Mapping[str, Any], **world: Any) -> Environment:
        """Return the environment of a JSON document; `world` are further fields, e.g. `now` and `locations`.

        Raises `ValueError` on an unknown timezone or date format.
        """
        known = {
            name: read(document[key])
            for key, (name, read) in _FIELDS.items()
            if document.get(key) not in (None, "", [], {})
        }
        return cls(**known, **world)

    def to_json(self) -> dict[str, Any]:
        """Return the settings as a JSON document, without the world."""
        document: dict[str, Any] = {
            "date_format": self.date_format,
            "time_format": self.time_format,
            "timezone": timezone_name(self.timezone),
            "allowed_languages": list(self.languages),
            "default_country": self.country,
            "number_format": {
                "decimal_symbol": self.number_format.decimal_symbol,
                "digit_grouping_symbol": self.number_format.digit_grouping_symbol,
            },
            "input_collation": self.collation,
            "redaction_policy": "urns" if self.redact_urns else "none",
        }
        return {key: value for key, value in document.items() if value}

    @property
    def language(self) -> str | None:
        """Return the default language: the first of the allowed ones."""
        return self.languages[0] if self.languages else None

    @property
    def locale(self) -> str:
        """Return the default language with the country, e.g. `eng-US`; empty without a language (flows 8.2)."""
        return locale_of(self.language, self.country)


def locale_of(language: str | None, country: str | None) -> str:
    """Return a locale such as `eng-US`, or `eng` without a country; empty without a language (flows 2.4)."""
    if not language:
        return ""
    return f"{language}-{country}" if country else language


def _date_format(text: str) -> str:
    if text not in DATE_FORMATS:
        raise ValueError(f"{text!r} is no date format: one of {', '.join(DATE_FORMATS)}")
    return text


_FIELDS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "date_format": ("date_format", _date_format),
    "time_format": ("time_format", str),
    "timezone": ("timezone", timezone_of),
    "allowed_languages": ("languages", tuple),
    "default_country": ("country", str),
    "number_format": ("number_format", lambda document: NumberFormat(**document)),
    "input_collation": ("collation", str),
    "redaction_policy": ("redact_urns", "urns".__eq__),
}
