"""How many requests a workspace may make: rate profiles as data, one for every era of RapidPro (rapidpro 2.2).

Counting is `throttle`'s part; refusing is `api`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidpro_simulator.world.near_words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOWS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}

DEFAULT_SCOPE = "v2"
_RATE = re.compile(r"\s*(\d+)\s*/\s*([smhd])\w*\s*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Rate:
    """At most `limit` requests within any `window`."""

    limit: int
    window: timedelta = WINDOWS["h"]

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read a rate such as `2500/hour`; of the period only the first letter counts. Raises `ValueError`."""
        match = _RATE.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no rate: write a number and a period, such as 2500/hour or 10/s")
        return cls(int(match[1]), WINDOWS[match[2].lower()])


@dataclass(frozen=True)
class RateProfile:
    """The rates of an era: which scope an endpoint belongs to, and how much each scope may take.

    Endpoints of one scope share one bucket; a scope without a rate is unlimited.
    """

    name: str
    rates: Mapping[str, Rate]
    scopes: Mapping[str, str]

    def scope_of(self, endpoint: str) -> str:
        """Return the scope that requests to `endpoint` (such as `messages`) are counted in (rapidpro 2.1)."""
        return self.scopes.get(endpoint, DEFAULT_SCOPE)


def _profile(name: str, hourly: int, broadcasts: int | None = None) -> RateProfile:
    scopes = {endpoint: f"v2.{endpoint}" for endpoint in ("contacts", "messages", "runs")}
    rates = dict.fromkeys((DEFAULT_SCOPE, *scopes.values()), Rate(hourly))
    if broadcasts is not None:
        scopes["broadcasts"] = "v2.broadcasts"
        rates["v2.broadcasts"] = Rate(broadcasts)
    return RateProfile(name, MappingProxyType(rates), MappingProxyType(scopes))


RATE_PROFILES: Mapping[str, RateProfile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            _profile("legacy-1200", 1200),
            _profile("legacy-2500-shared", 2500),
            _profile("community", 2500, broadcasts=36_000),
            _profile("textit-2025", 2500, broadcasts=2500),
            _profile("textit-2026", 3600),
            # What gateways' documents say of RapidPro: 2500 actions an hour, whatever they are.
            RateProfile("shared-2500", MappingProxyType({DEFAULT_SCOPE: Rate(2500)}), MappingProxyType({})),
        )
    }
)


def rate_profile(name: str) -> RateProfile:
    """Return the profile called `name`. Raises `ValueError` that says which there are."""
    try:
        return RATE_PROFILES[name]
    except KeyError:
        hint = did_you_mean(name, RATE_PROFILES)
        raise ValueError(f"no rate profile is called {name!r}; there are: {', '.join(RATE_PROFILES)}{hint}") from None


def merged(profile: RateProfile, overrides: Mapping[str, str | Rate]) -> dict[str, Rate]:
    """Return the rates of a workspace that has its own for some scopes (`api_rates`, rapidpro 2.2)."""
    own = {scope: rate if isinstance(rate, Rate) else Rate.parse(rate) for scope, rate in overrides.items()}
    return {**profile.rates, **own}
