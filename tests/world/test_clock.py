from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.world.clock import FrozenClock, Interval, LiveClock

DELAYS = st.lists(st.integers(1, 10_000_000), max_size=40)


def seconds(microseconds: int) -> timedelta:
    return timedelta(microseconds=microseconds)


@settings(derandomize=True, deadline=None)
@given(delays=DELAYS, steps=st.lists(st.integers(0, 5_000_000), max_size=10))
def test_in_order(delays: list[int], steps: list[int]) -> None:
    """Timers run at their instants, in order of time and then of arrival, however the clock is moved."""
    clock = FrozenClock()
    ran: list[tuple[int, int]] = []
    for number, delay in enumerate(delays):
        clock.call_later(delay / 1e6, lambda number=number: ran.append((clock.elapsed(), number)))  # type: ignore[misc]
    for step in steps:
        clock.advance(seconds(step))
    reached = sum(steps)
    assert ran == sorted((delay, number) for number, delay in enumerate(delays) if delay <= reached)


@settings(derandomize=True, deadline=None)
@given(delays=DELAYS, cancelled=st.sets(st.integers(0, 39)))
def test_cancel(delays: list[int], cancelled: set[int]) -> None:
    """A cancelled timer does not run; the others do."""
    clock = FrozenClock()
    ran: list[int] = []
    timers = [
        clock.call_later(delay / 1e6, lambda number=number: ran.append(number))  # type: ignore[misc]
        for number, delay in enumerate(delays)
    ]
    for number, timer in enumerate(timers):
        if number in cancelled:
            timer.cancel()
    clock.advance(seconds(10_000_000))
    assert sorted(ran) == [number for number in range(len(delays)) if number not in cancelled]


def test_chain() -> None:
    """A timer set by a timer runs in the same advance, at its own instant."""
    clock = FrozenClock()
    instants: list[float] = []
    clock.call_later(1, lambda: clock.call_later(1, lambda: instants.append(clock.seconds())))
    clock.advance(timedelta(seconds=3))
    assert (instants, clock.seconds()) == ([2.0], 3.0)


def test_interval() -> None:
    """An interval fires at its multiples until it is cancelled."""
    clock = FrozenClock()
    instants: list[float] = []
    interval = Interval(clock, 60, lambda: instants.append(clock.seconds()))
    clock.advance(timedelta(minutes=3))
    interval.cancel()
    clock.advance(timedelta(minutes=3))
    assert instants == [60, 120, 180]


def test_now() -> None:
    """The clock tells the instant in UTC."""
    clock = FrozenClock(datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(timedelta(days=31))
    assert clock.now() == datetime(2026, 2, 1, tzinfo=UTC)


def test_naive_start() -> None:
    """A start without a time zone is refused."""
    with pytest.raises(ValueError, match="time zone"):
        FrozenClock(datetime(2026, 1, 1))  # noqa: DTZ001


def test_tiny_delay() -> None:
    """However short its delay is, a timer is due later than now: one that sets itself anew lets time pass."""
    clock = FrozenClock()
    assert clock.call_later(1e-9, lambda: None).due == 1
    assert clock.call_later(0, lambda: None).due == 0


def test_knobs() -> None:
    """Frozen time has no speed and can be moved; time that passes by itself cannot."""
    frozen, live = FrozenClock(), LiveClock(speed=60)
    assert (frozen.frozen, frozen.speed, live.frozen, live.speed) == (True, 0, False, 60)
    with pytest.raises(TypeError, match="passes by itself"):
        live.jump_to(1)


def test_dilated() -> None:
    """A dilated clock runs ahead of the wall by its factor."""
    clock = LiveClock(speed=1000)
    before = time.monotonic()
    start = clock.seconds()
    time.sleep(0.01)
    passed = clock.seconds() - start
    assert 10 <= passed <= (time.monotonic() - before) * 1000


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_bad_speed(speed: float) -> None:
    """A clock that does not go is refused."""
    with pytest.raises(ValueError, match="speed"):
        LiveClock(speed=speed)


def test_what_is_due_is_counted() -> None:
    """Whoever runs the timers learns how many ran: none, or all that were due."""
    clock = FrozenClock()
    for _ in range(2):
        clock.call_later(0, lambda: None)

    assert (clock.run_due(), clock.run_due()) == (2, 0)


def test_live_time_begins_at_nothing() -> None:
    """The clock counts from its own beginning, not from the machine's; it may be slower than the wall's, too."""
    assert LiveClock().speed == 1
    assert LiveClock(speed=0.5).elapsed() < 60_000_000
