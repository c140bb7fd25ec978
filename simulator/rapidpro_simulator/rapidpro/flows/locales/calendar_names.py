"""How languages name days, months and the halves of the day (flows 8.2). The names are in `calendar_table`."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .calendar_table import LANGUAGES, NAMES

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
    language = LANGUAGES.get(language, language)
    lists = NAMES.get(f"{language}-{country}") or NAMES.get(language) or NAMES[_FALLBACK]
    return Names(*(tuple(names.split("|")) for names in lists))
