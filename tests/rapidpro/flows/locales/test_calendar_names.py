"""The names of days and months are glibc's, of every locale that it has."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import pytest

from rapidpro_simulator.rapidpro.flows.locales.calendar_names import Names, names_of
from rapidpro_simulator.rapidpro.flows.locales.languages import BY_TWO_LETTERS

GLIBC = Path("/usr/share/i18n/locales")
VERSION = "2.36"  # others have other names here and there
KEYS = ("abday", "day", "abmon", "mon", "am_pm")


def category(name: str, category_: str) -> str:
    """Return a category of a locale's source, of the locale that it copies where it does."""
    text = (GLIBC / name).read_text(encoding="utf-8", errors="replace")
    found = re.search(rf"^{category_}\b(.*?)^END {category_}", text, re.DOTALL | re.MULTILINE)
    body = found[1] if found else ""
    copied = re.search(r'^copy\s+"([^"]+)"', body, re.MULTILINE)
    return category(copied[1], category_) if copied else body


def values(body: str, key: str) -> tuple[str, ...]:
    line = re.search(rf"^{key}\s+(.*)$", re.sub(r"/\n\s*", "", body), re.MULTILINE)
    texts = re.findall(r'"([^"]*)"', line[1]) if line else ()
    return tuple(re.sub(r"<U([0-9A-Fa-f]{4,8})>", lambda code: chr(int(code[1], 16)), text) for text in texts)


def glibc_names(name: str) -> Names:
    short_days, days, short_months, months, halves = (values(category(name, "LC_TIME"), key) for key in KEYS)
    named = len(halves) == 2 and all(halves)
    return Names(short_days, days, short_months, months, halves if named else ("AM", "PM"))


@pytest.mark.skipif(not GLIBC.exists(), reason=f"the sources of glibc's locales are not in {GLIBC}")
@pytest.mark.skipif(platform.libc_ver()[1] != VERSION, reason=f"the table is that of glibc {VERSION}")
def test_every_locale_of_glibc() -> None:
    """Country by country; two letters of a language do as well as three."""
    names = [path.name for path in sorted(GLIBC.iterdir()) if re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}", path.name)]
    assert len(names) > 250
    for name in names:
        language, _, country = name.partition("_")
        expected = glibc_names(name)
        code = BY_TWO_LETTERS.get(language, language)
        assert names_of(f"{code}-{country}") == names_of(f"{language}-{country}") == expected, name


@pytest.mark.parametrize(
    ("locale", "month", "day"),
    [
        ("eng", "March", "Monday"),
        ("spa-MX", "marzo", "lunes"),
        ("por", "março", "segunda"),
        ("sqi", "mars", "e hënë"),
        ("swa-TZ", "Machi", "Jumatatu"),
        ("heb", "מרץ", "שני"),
        ("kan", "ಮಾರ್ಚ್", "ಸೋಮವಾರ"),
        ("nya", "March", "Monday"),
        ("", "March", "Monday"),
    ],
)
def test_a_language(locale: str, month: str, day: str) -> None:
    """A country without names of its own has its language's; a language without has English."""
    names = names_of(locale)
    assert (names.months[2], names.days[1]) == (month, day)
