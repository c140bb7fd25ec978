"""The calendar of Nepal, Bikram Sambat: its days from 1918 to 2044 (cht-sentinel 4.3). Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

FIRST_YEAR = 1975
FIRST_DAY = date(1918, 4, 13)
MONTHS = ("बैशाख", "जेठ", "असार", "साउन", "भदौ", "असोज", "कार्तिक", "मंसिर", "पौष", "माघ", "फाल्गुन", "चैत")

_TABLE = """
    223321101011 232321110012 132321110102 223222101011 223321101011 232321110012 222322011011 223222101011
    223321101011 232321110012 222322011011 223222101011 232321101011 232321110012 222322011011 223222101011
    232321110011 232321110102 223222101011 223222101011 232321110011 232321110102 223222101011 223222101011
    232321110012 132321110102 223222101011 223321101011 232321110012 132321110102 223222101011 223321101011
    232321110012 222322011002 223222101011 223321101011 232321110012 222322011011 223222101011 223321101011
    232321110012 222322011011 223222101011 232321101011 232321110102 222322101011 223222101011 232321110011
    232321110102 222322101011 223222101011 232321110012 132321110102 223222101011 223231101011 232321110012
    132321110102 223222101011 223321101011 232321110012 132322011002 223222101011 223321101011 232321110012
    222322011011 223222101011 223321101011 232321110012 222322011011 223222101011 232321101011 232321110012
    222322101011 223222101011 232321110011 232321110102 222322101011 223222101011 232321110011 232321110102
    223222101011 223231101011 232321110012 132321110102 223222101011 223321101011 232321110012 222322010102
    223222101011 223321101011 232321110012 222322011002 223222101011 223321101011 232321110012 222322011011
    223222101011 232321101011 232321110012 222322101011 223222101011 232321110011 232321110102 222322101011
    223222101011 232321110011 232321110102 223222101011 223222101011 223221110111 232312110111 132321110111
    223222101111 123312110111 132321110111 132321110111 223222110111 123321110111 132321110111 223221110111
    223222101111 123321101011 232321110111 223222010102 223222100111 232312101011
"""
_DAYS_BEYOND_29 = _TABLE.split()
"""A text for each year from the first, a digit for each month: so many days more than 29."""

_DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")


class BikramSambat(NamedTuple):
    """A day of the calendar of Nepal."""

    year: int
    month: int
    day: int


def to_bikram_sambat(day: date) -> BikramSambat | None:
    """Return what `day` is called in Nepal; None beyond the years that are known."""
    left = (day - FIRST_DAY).days
    if left < 0:
        return None
    for year, lengths in enumerate(_DAYS_BEYOND_29, FIRST_YEAR):
        for month, more in enumerate(lengths, 1):
            if left < 29 + int(more):
                return BikramSambat(year, month, left + 1)
            left -= 29 + int(more)
    return None


def from_bikram_sambat(year: int, month: int, day: int) -> date | None:
    """Return the day that has this date in Nepal; None where there is none, or beyond the years that are known."""
    if not (FIRST_YEAR <= year < FIRST_YEAR + len(_DAYS_BEYOND_29) and 1 <= month <= 12):
        return None
    lengths = [[29 + int(more) for more in each] for each in _DAYS_BEYOND_29[: year - FIRST_YEAR + 1]]
    if not 1 <= day <= lengths[-1][month - 1]:
        return None
    before = sum(map(sum, lengths[:-1])) + sum(lengths[-1][: month - 1])
    return FIRST_DAY + timedelta(days=before + day - 1)


def written(date: BikramSambat) -> str:
    """Return a date as it is written in Nepal, such as `१७ चैत २०८२`."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}".translate(_DEVANAGARI)
