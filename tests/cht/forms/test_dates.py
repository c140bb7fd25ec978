"""Dates: ISO's forms have to be days that there are, anything else is what JavaScript makes of it."""

from __future__ import annotations

import pytest

from rapidpro_simulator.cht.forms import read_date
from rapidpro_simulator.cht.forms.dates import parse_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", 1772323200000),
        ("20260301", 1772323200000),
        ("2026-060", 1772323200000),
        ("2026-W09-7", 1772323200000),
        ("2026-03", 1772323200000),
        ("2026-03-01T10:00", 1772359200000),
        ("2026-03-01 10:00:00.5", 1772359200500),
        ("2026-03-01T10:00:00+03:00", 1772348400000),
        ("2026-03-01T10:00Z", 1772359200000),
        ("2026-02-30", None),
        ("2026-13-01", None),
        ("2026-3-1", 1772323200000),
        ("01/03/2026", 1767398400000),
        ("1 Mar 2026", 1772323200000),
        (":2026-03-01", 1772323200000),
        ("0", 946684800000),
        ("1", 978307200000),
        ("007", 993945600000),
        ("May", None),
        ("", None),
        ("12kg", None),
    ],
)
def test_date(text: str, moment: int | None) -> None:
    """A text means these milliseconds, in UTC."""
    assert read_date(text) == moment


def test_the_thirtieth_of_february() -> None:
    """To JavaScript alone, the days of a month that are too many are those of the next."""
    assert parse_date("2026-02-30") == 1772409600000
