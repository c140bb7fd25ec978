"""How languages name days, months and the halves of the day (flows 8.2).

RapidPro's names are those of glibc's locales: here they are in `calendar_names.json`, from glibc 2.36. Countries are
there where they differ from their language: short days from Sunday on, days, short months, months, the halves of the
day.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from .languages import BY_TWO_LETTERS

_FALLBACK = "eng"


class Names(NamedTuple):
    """What a language calls days (from Sunday on), months (from January on), morning and afternoon."""

    short_days: tuple[str, ...]
    days: tuple[str, ...]
    short_months: tuple[str, ...]
    months: tuple[str, ...]
    halves: tuple[str, ...]


@lru_cache(maxsize=256)
def names_of(locale: str) -> Names:
    """Return the names of a locale such as `eng-US`, `eng` or `en-US`.

    A country without names of its own has its language's. RapidPro leaves open what a language missing from its table
    gives: here that is English, as without a language.
    """
    language, _, country = locale.partition("-")
    language, table = BY_TWO_LETTERS.get(language, language), calendar_table()
    lists = table.get(f"{language}-{country}") or table.get(language) or table[_FALLBACK]
    return Names(*(tuple(names.split("|")) for names in lists))


@cache
def calendar_table() -> dict[str, Any]:
    """Return the lists of names, each parted by bars, by language or by language and country."""
    text = files(__package__).joinpath("calendar_names.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
