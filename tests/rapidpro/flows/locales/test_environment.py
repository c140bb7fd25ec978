"""Environments: their documents, languages and world."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.locales.environment import (
    Environment,
    NumberFormat,
    locale_of,
)
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of

DOCUMENT = {
    "date_format": "DD-MM-YYYY",
    "time_format": "tt:mm",
    "timezone": "Africa/Kigali",
    "allowed_languages": ["eng", "fra"],
    "default_country": "RW",
    "number_format": {"decimal_symbol": ",", "digit_grouping_symbol": "."},
    "input_collation": "confusables",
    "redaction_policy": "urns",
}


def test_is_read_from_and_written_to_json() -> None:
    """A document makes an environment, and that the document again."""
    environment = Environment.from_json(DOCUMENT, random=lambda: 0.5)
    assert environment.timezone == timezone_of("Africa/Kigali")
    assert environment.number_format == NumberFormat(",", ".")
    assert environment.redact_urns
    assert environment.random() == 0.5
    assert environment.to_json() == DOCUMENT


def test_what_a_document_leaves_out_has_a_default() -> None:
    """An empty document is the environment that RapidPro assumes."""
    environment = Environment.from_json({"default_country": "", "allowed_languages": None})
    assert environment.to_json() == Environment().to_json()
    assert (environment.date_format, environment.timezone, environment.locale) == ("YYYY-MM-DD", dt.UTC, "")


@pytest.mark.parametrize(
    ("document", "message"),
    [({"timezone": "Mars"}, "unknown time zone Mars"), ({"date_format": "D/M/Y"}, "'D/M/Y' is no date format")],
)
def test_refuses_what_it_does_not_know(document: dict[str, Any], message: str) -> None:
    """An unknown timezone or date format is no environment."""
    with pytest.raises(ValueError, match=message):
        Environment.from_json(document)


@pytest.mark.parametrize(
    ("language", "country", "locale"), [("eng", "US", "eng-US"), ("eng", None, "eng"), (None, "US", ""), ("", "US", "")]
)
def test_locales(language: str | None, country: str | None, locale: str) -> None:
    """A locale is a language, with the country where there is one."""
    assert locale_of(language, country) == locale


def test_the_first_language_is_the_default() -> None:
    """The locale is that of the default language."""
    environment = Environment(languages=("fra", "eng"), country="RW")
    assert (environment.language, environment.locale) == ("fra", "fra-RW")
