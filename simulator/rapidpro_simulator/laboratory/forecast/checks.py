"""What values in an incident's file may be: a check returns what a value stands for, or says what it could be."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.rapidpro.delivery.outcomes import reportable, shares_of
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_names, timezone_of
from rapidpro_simulator.rapidpro.generations.rates import Rate
from rapidpro_simulator.world import toml_reader as toml
from rapidpro_simulator.world.near_words import did_you_mean

from .incident import STANDALONE, LongTail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rapidpro_simulator.rapidpro.delivery.outcomes import Wish

    from .incident import Delay

YEARS = (1970, 9000)
GATEWAYS = f"write cht:RELEASE, such as cht:4.10, or {STANDALONE}"


def number(least: float, called: str, most: float = math.inf) -> Callable[[Any], float]:
    """Return a check for numbers between two; an error calls them `called`."""

    def check(value: Any) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or not least <= value <= most:
            raise ValueError(f"{value!r} is not {called}")
        return float(value)

    return check


def whole(least: int, most: int) -> Callable[[Any], int]:
    """Return a check for whole numbers between two."""

    def check(value: Any) -> int:
        if not least <= toml.whole_number(value) <= most:
            raise ValueError(f"{value} is not a whole number from {least} to {most:,}")
        return int(value)

    return check


def one_of(words: Iterable[str]) -> Callable[[Any], str]:
    """Return a check for one of some words."""
    known = list(words)

    def check(value: Any) -> str:
        if value not in known:
            raise ValueError(f"{value!r} is none of: {', '.join(known)}{did_you_mean(value, known)}")
        return str(value)

    return check


def many_of(words: Iterable[str]) -> Callable[[Any], tuple[str, ...]]:
    """Return a check for an array of some words, one of them at least."""
    known = one_of(words)

    def check(value: Any) -> tuple[str, ...]:
        if not toml.texts(value):
            raise ValueError("an empty array says nothing: leave the key out")
        return tuple(map(known, value))

    return check


def name(value: Any) -> str:
    """Check for a name that stands in tables and pictures: one line."""
    if not toml.name(value).isprintable():
        raise ValueError(f"{value!r} is no name: it is to stand in a table, in one line")
    return str(value)


def named(find: Callable[[str], object]) -> Callable[[Any], str]:
    """Return a check for a name that `find` finds."""

    def check(value: Any) -> str:
        find(toml.name(value))
        return str(value)

    return check


def weights(count: int, of: str) -> Callable[[Any], tuple[float, ...]]:
    """Return a check for so many weights, one for each hour, weekday or the like."""
    weight = number(0, "a weight of 0 or more")

    def check(value: Any) -> tuple[float, ...]:
        if not isinstance(value, list) or len(value) != count:
            many = f", not {len(value)}" if isinstance(value, list) else ""
            raise ValueError(f"these are {count} weights, one for each {of}{many}")
        found = tuple(map(weight, value))
        if not sum(found):
            raise ValueError("not all weights can be 0")
        return found

    return check


def gateway(value: Any) -> str:
    """Check for `cht:RELEASE` or `standalone`."""
    kind, _, version = toml.text(value).partition(":")
    if value == STANDALONE:
        return STANDALONE
    if kind != "cht" or not version:
        raise ValueError(
            f"{value!r} is no gateway that a forecast knows: {GATEWAYS}{did_you_mean(value, [STANDALONE])}"
        )
    release(version)
    return str(value)


def start(value: Any) -> datetime:
    """Check for a date and time of this era: the calendar has to go on beyond the forecast."""
    if not isinstance(value, datetime) or not YEARS[0] <= value.year <= YEARS[1]:
        raise ValueError(f"{value} is not a date and time, such as 2026-11-27T08:00:00+02:00")
    return value


def time_zone(value: Any) -> str:
    """Check for the IANA name of a time zone."""
    name = toml.name(value)
    try:
        timezone_of(name)
    except ValueError:
        hint = did_you_mean(name, timezone_names())
        raise ValueError(f"{name!r} is no time zone: write an IANA name, such as Africa/Nairobi{hint}") from None
    return name


def seconds_between(value: Any) -> tuple[float, float]:
    """Check for a number of seconds, or for the least and the most of them."""
    both = value if isinstance(value, list) else [value, value]
    fine = all(isinstance(each, int | float) and not isinstance(each, bool) and math.isfinite(each) for each in both)
    if not fine or len(both) != 2 or not 0 <= both[0] <= both[1]:
        raise ValueError(f"{value!r} are not seconds: write one number, or the least and the most, such as [0.2, 0.5]")
    return float(both[0]), float(both[1])


def rates(value: Any) -> dict[str, Rate]:
    """Check for rates by scope."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise ValueError(f"{value!r} are no rates by scope: write them like {{ v2 = '2500/hour' }}")
    return {scope: Rate.parse(rate) for scope, rate in value.items()}


def outcomes(value: Any) -> Wish:
    """Check for what a carrier does: an outcome, a profile, or shares of outcomes."""
    if isinstance(value, dict):
        share = number(0, "a share of 0 or more")
        value = {name: share(part) for name, part in value.items()}
    wish: Wish = value if isinstance(value, dict) else toml.text(value)
    shares_of(wish)
    return wish


def delays(value: Any) -> dict[str, Delay]:
    """Check for the seconds until reports of some statuses."""
    return {reportable(word).name.lower(): _delay(each) for word, each in toml.table(value).items()}


def _delay(value: Any) -> Delay:
    if value == "never":
        raise ValueError(f"{value!r} is a matter of outcomes: give a share to one that ends before this report")
    return _long_tail(value) if isinstance(value, dict) else seconds_between(value)


def _long_tail(value: dict[str, Any]) -> LongTail:
    """Check for what half, and what 95 of 100 delays do not exceed."""
    seconds = number(1e-3, "a number of seconds above zero")
    if value.keys() != {"median", "p95"}:
        raise ValueError(f"{value!r} is no long tail of seconds: write it like {{ median = 20, p95 = 3600 }}")
    tail = LongTail(seconds(value["median"]), seconds(value["p95"]))
    if tail.median > tail.p95:
        raise ValueError(f"the median of {tail.median:g} s is above the 95 % of {tail.p95:g} s")
    return tail
