"""Time zones of the tz database, and their countries: from the package `tzdata`, so that all machines have the same."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

_DATABASE = files("tzdata")


@cache
def timezone_of(name: str) -> dt.tzinfo:
    """Return a time zone by its IANA name; no name is UTC. Raises `ValueError` for an unknown one."""
    if name in ("", "UTC"):
        return dt.UTC
    if name not in timezone_names():
        raise ValueError(f"unknown time zone {name}")
    # `ZoneInfo(name)` would prefer the files of the system: each machine has those of another year, or none.
    with _DATABASE.joinpath("zoneinfo", name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def country_of_timezone(name: str) -> str | None:
    """Return the two letters of the country of a time zone such as `Africa/Nairobi`; None for one of no country."""
    return _countries().get(name)


@cache
def timezone_names() -> frozenset[str]:
    """Return the IANA names of all time zones."""
    return frozenset(_DATABASE.joinpath("zones").read_text(encoding="utf-8").split())


@cache
def _countries() -> dict[str, str]:
    lines = _DATABASE.joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: country for country, _coordinates, name, *_comment in rows}
