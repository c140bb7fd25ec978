"""Time zones come from the package `tzdata`, whatever the machine has."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.rapidpro.flows.locales.timezones import country_of_timezone, timezone_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize("name", ["../etc/passwd", "Cuenca", "/abs"])
def test_only_names_of_timezones_are_timezones(name: str) -> None:
    """Whatever a flow says, nothing but timezones is read."""
    with pytest.raises(ValueError, match="unknown time zone"):
        timezone_of(name)


@pytest.fixture
def no_system() -> Iterator[None]:
    """Take the time zones of the machine away."""
    path = zoneinfo.TZPATH
    zoneinfo.reset_tzpath(to=())
    yield
    zoneinfo.reset_tzpath(to=path)


@pytest.mark.usefixtures("no_system")
def test_the_machine_needs_no_timezones() -> None:
    """Time zones are the same on a machine that has none."""
    timezone_of.cache_clear()
    noon = dt.datetime(2026, 7, 1, 12, tzinfo=timezone_of("Europe/Berlin"))
    assert (str(noon.tzinfo), noon.utcoffset()) == ("Europe/Berlin", dt.timedelta(hours=2))


@pytest.mark.parametrize("name", ["", "UTC"])
def test_no_name_is_utc(name: str) -> None:
    """Without a name the time zone is UTC."""
    assert timezone_of(name) is dt.UTC


@pytest.mark.parametrize(
    ("name", "country"),
    [("Africa/Nairobi", "KE"), ("Africa/Kampala", "UG"), ("Asia/Kathmandu", "NP"), ("Etc/GMT+3", None), ("UTC", None)],
)
def test_country(name: str, country: str | None) -> None:
    """A time zone belongs to the country that zone.tab says, many to none."""
    assert country_of_timezone(name) == country
