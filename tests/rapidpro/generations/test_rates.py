from __future__ import annotations

from datetime import timedelta

import pytest

from rapidpro_simulator.rapidpro.generations.rates import RATE_PROFILES, Rate, merged, rate_profile


@pytest.mark.parametrize(
    ("profile", "endpoint", "scope", "limit"),
    [
        ("legacy-1200", "messages", "v2.messages", 1200),
        ("legacy-2500-shared", "broadcasts", "v2", 2500),
        ("community", "messages", "v2.messages", 2500),
        ("community", "broadcasts", "v2.broadcasts", 36_000),
        ("community", "flow_starts", "v2", 2500),
        ("textit-2025", "broadcasts", "v2.broadcasts", 2500),
        ("textit-2026", "broadcasts", "v2", 3600),
        ("textit-2026", "messages", "v2.messages", 3600),
        ("shared-2500", "messages", "v2", 2500),
        ("shared-2500", "broadcasts", "v2", 2500),
    ],
)
def test_profiles(profile: str, endpoint: str, scope: str, limit: int) -> None:
    """A profile says in which scope an endpoint is counted and how much the scope takes in an hour."""
    rates = rate_profile(profile)
    assert rates.scope_of(endpoint) == scope
    assert rates.rates[scope] == Rate(limit, timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("15000/hour", Rate(15_000, timedelta(hours=1))),
        ("10/s", Rate(10, timedelta(seconds=1))),
        ("60/min", Rate(60, timedelta(minutes=1))),
        ("5/d", Rate(5, timedelta(days=1))),
    ],
)
def test_parse(text: str, rate: Rate) -> None:
    """Of the period of a rate only the first letter counts."""
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "2500", "many/hour", "10/week", "-1/hour"])
def test_no_rate(text: str) -> None:
    """What is no rate is refused."""
    with pytest.raises(ValueError, match="2500/hour"):
        Rate.parse(text)


def test_merged() -> None:
    """A workspace's own rates stand over the profile's."""
    rates = merged(RATE_PROFILES["community"], {"v2.messages": "20000/hour", "v2.extra": Rate(1)})
    assert (rates["v2.messages"].limit, rates["v2"].limit, rates["v2.extra"].limit) == (20_000, 2500, 1)


def test_unknown_profile() -> None:
    """A profile that there is not is refused with the names of those that there are."""
    with pytest.raises(ValueError, match="shared-2500"):
        rate_profile("generous")
