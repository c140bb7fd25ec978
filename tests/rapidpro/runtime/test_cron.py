from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.runtime.cron import Cron
from rapidpro_simulator.world.clock import FrozenClock

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("when", "due"),
    [
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, tzinfo=UTC)),
        (datetime(2026, 3, 2, 8, 0, 1, tzinfo=UTC), datetime(2026, 3, 2, 8, 1, tzinfo=UTC)),
        (datetime(2026, 3, 1, 0, 0, tzinfo=UTC), datetime(2026, 3, 2, 8, 0, tzinfo=UTC)),
    ],
)
def test_cron(clock: FrozenClock, when: datetime, due: datetime) -> None:
    """A cron runs at the first of its fixed times that is not before the asked-for instant, nor before now."""
    runs: list[datetime] = []
    Cron(clock, lambda: runs.append(clock.now()), timedelta(minutes=1)).arm(when)
    clock.advance(DAY)
    assert runs == [due]


@given(st.lists(st.integers(0, 7200), min_size=1, max_size=8))
@settings(derandomize=True, deadline=None)
def test_cron_keeps_the_earliest(seconds: list[int]) -> None:
    """However often it is armed, a cron has one timer: the earliest."""
    clock = FrozenClock()
    runs: list[float] = []
    cron = Cron(clock, lambda: runs.append(clock.seconds()), timedelta(minutes=1))
    for each in seconds:
        cron.arm(clock.start + timedelta(seconds=each))
    clock.advance(DAY)
    assert runs == [-(-min(seconds) // 60) * 60]
