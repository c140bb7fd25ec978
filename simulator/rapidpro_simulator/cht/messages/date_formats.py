"""Dates as texts, by the tokens of the library moment: `DD-MMM-YYYY` (cht-sentinel 4.3). Pure."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import milliseconds

from .moments import INVALID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

DEFAULT = "YYYY-MM-DDTHH:mm:ssZ"


@dataclass(frozen=True)
class Names:
    """How a language calls months and days, in full and shortened; weeks begin on Monday in `monday_first`."""

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]


def _split(months: str, short_months: str, days: str, short_days: str) -> Names:
    return Names(*(tuple(text.split()) for text in (months, short_months, days, short_days)))


ENGLISH = Names(
    tuple(calendar.month_name[1:]),
    tuple(calendar.month_abbr[1:]),
    tuple(calendar.day_name[(day - 1) % 7] for day in range(7)),
    tuple(calendar.day_abbr[(day - 1) % 7] for day in range(7)),
)
NAMES: Mapping[str, Names] = {
    "en": ENGLISH,
    "sw": _split(
        "Januari Februari Machi Aprili Mei Juni Julai Agosti Septemba Oktoba Novemba Desemba",
        "Jan Feb Mac Apr Mei Jun Jul Ago Sep Okt Nov Des",
        "Jumapili Jumatatu Jumanne Jumatano Alhamisi Ijumaa Jumamosi",
        "Jpl Jtat Jnne Jtan Alh Ijm Jmos",
    ),
    "fr": _split(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "dimanche lundi mardi mercredi jeudi vendredi samedi",
        "dim. lun. mar. mer. jeu. ven. sam.",
    ),
    "es": _split(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene. feb. mar. abr. may. jun. jul. ago. sep. oct. nov. dic.",
        "domingo lunes martes miércoles jueves viernes sábado",
        "dom. lun. mar. mié. jue. vie. sáb.",
    ),
}
"""By locale, Sunday first; a language that is not here has English names."""

_TOKEN = re.compile(
    r"\[[^\[\]]*\]|\\.|(?:LTS|LT|L{1,4}|l{1,4})|YYYY|YY|Y|MMMM|MMM|MM|Mo|M|DDDD|DDDo|DDD|DD|Do|D|dddd|ddd|dd|do|d"
    r"|GGGG|GG|gggg|gg|WW|Wo|W|ww|wo|w|Qo|Q|E|e|HH|H|hh|h|kk|k|mm|m|ss|s|S{1,9}|A|a|ZZ|Z|X|x"
)
_LONG = {
    "LT": "h:mm A",
    "LTS": "h:mm:ss A",
    "L": "MM/DD/YYYY",
    "LL": "MMMM D, YYYY",
    "LLL": "MMMM D, YYYY h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "l": "M/D/YYYY",
    "ll": "MMM D, YYYY",
    "lll": "MMM D, YYYY h:mm A",
    "llll": "ddd, MMM D, YYYY h:mm A",
}
_TOKENS: Mapping[str, Callable[[datetime, Names], Any]] = {
    "YYYY": lambda at, _: f"{at.year:04d}",
    "YY": lambda at, _: f"{at.year % 100:02d}",
    "Y": lambda at, _: at.year,
    "MMMM": lambda at, names: names.months[at.month - 1],
    "MMM": lambda at, names: names.short_months[at.month - 1],
    "MM": lambda at, _: f"{at.month:02d}",
    "Mo": lambda at, _: _ordinal(at.month),
    "M": lambda at, _: at.month,
    "DDDD": lambda at, _: f"{at.timetuple().tm_yday:03d}",
    "DDDo": lambda at, _: _ordinal(at.timetuple().tm_yday),
    "DDD": lambda at, _: at.timetuple().tm_yday,
    "DD": lambda at, _: f"{at.day:02d}",
    "Do": lambda at, _: _ordinal(at.day),
    "D": lambda at, _: at.day,
    "dddd": lambda at, names: names.days[at.isoweekday() % 7],
    "ddd": lambda at, names: names.short_days[at.isoweekday() % 7],
    "dd": lambda at, names: names.days[at.isoweekday() % 7][:2],
    "do": lambda at, _: _ordinal(at.isoweekday() % 7),
    "d": lambda at, _: at.isoweekday() % 7,
    "E": lambda at, _: at.isoweekday(),
    "e": lambda at, _: at.isoweekday() % 7,
    "GGGG": lambda at, _: f"{at.isocalendar().year:04d}",
    "GG": lambda at, _: f"{at.isocalendar().year % 100:02d}",
    "gggg": lambda at, _: f"{week_of(at)[0]:04d}",
    "gg": lambda at, _: f"{week_of(at)[0] % 100:02d}",
    "WW": lambda at, _: f"{at.isocalendar().week:02d}",
    "Wo": lambda at, _: _ordinal(at.isocalendar().week),
    "W": lambda at, _: at.isocalendar().week,
    "ww": lambda at, _: f"{week_of(at)[1]:02d}",
    "wo": lambda at, _: _ordinal(week_of(at)[1]),
    "w": lambda at, _: week_of(at)[1],
    "Qo": lambda at, _: _ordinal((at.month + 2) // 3),
    "Q": lambda at, _: (at.month + 2) // 3,
    "HH": lambda at, _: f"{at.hour:02d}",
    "H": lambda at, _: at.hour,
    "hh": lambda at, _: f"{at.hour % 12 or 12:02d}",
    "h": lambda at, _: at.hour % 12 or 12,
    "kk": lambda at, _: f"{at.hour or 24:02d}",
    "k": lambda at, _: at.hour or 24,
    "mm": lambda at, _: f"{at.minute:02d}",
    "m": lambda at, _: at.minute,
    "ss": lambda at, _: f"{at.second:02d}",
    "s": lambda at, _: at.second,
    "A": lambda at, _: "AM" if at.hour < 12 else "PM",
    "a": lambda at, _: "am" if at.hour < 12 else "pm",
    "Z": lambda at, _: _offset(at, ":"),
    "ZZ": lambda at, _: _offset(at, ""),
    "X": lambda at, _: milliseconds(at) // 1000,
    "x": lambda at, _: milliseconds(at),
}


def format_date(moment: datetime | None, pattern: Any, locale: str = "en") -> str:
    """Return `moment` (None: an invalid one) as `pattern` shows it; without a pattern, in ISO 8601."""
    if moment is None:
        return INVALID
    names = NAMES.get(locale.partition("-")[0].lower(), ENGLISH)
    return _format(moment, pattern if isinstance(pattern, str) and pattern else DEFAULT, names)


def week_of(moment: datetime) -> tuple[int, int]:
    """Return the year and the number of the week, in which weeks begin on Sunday and 1 January is in the first."""
    saturday = moment.toordinal() + 6 - moment.isoweekday() % 7
    last = moment.fromordinal(saturday)
    return last.year, (last.timetuple().tm_yday + 6) // 7


def _format(moment: datetime, pattern: str, names: Names) -> str:
    return _TOKEN.sub(lambda found: _token(found[0], moment, names), pattern)


def _token(token: str, moment: datetime, names: Names) -> str:
    if token[0] in "[\\":
        return token[1:].removesuffix("]") if token[0] == "[" else token[1:]
    if token in _LONG:
        return _format(moment, _LONG[token], names)
    if token[0] == "S":
        return f"{moment.microsecond // 1000:03d}".ljust(9, "0")[: len(token)]
    return str(_TOKENS[token](moment, names))


def _ordinal(number: int) -> str:
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _offset(moment: datetime, separator: str) -> str:
    offset = moment.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{separator}{abs(minutes) % 60:02d}"
