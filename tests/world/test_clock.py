from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.world.clock import FrozenClock, Interval, LiveClock, WrongClock

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
    complaint = r"^the clock starts at an instant with a time zone, not at 2026-01-01T00:00:00$"
    with pytest.raises(ValueError, match=complaint):
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
    with pytest.raises(TypeError, match=r"^time that passes by itself cannot be moved to 1$"):
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
    with pytest.raises(ValueError, match=rf"^the speed of a clock is a number above 0, not {speed}$"):
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


def test_elsewhere() -> None:
    """A start in another time zone is the same instant in UTC."""
    clock = FrozenClock(datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))))
    assert (clock.start, clock.start.tzinfo) == (datetime(2026, 1, 1, tzinfo=UTC), UTC)


def test_a_machine_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine stands makes no difference."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        assert FrozenClock(datetime(2026, 1, 1, tzinfo=UTC)).now().isoformat() == "2026-01-01T00:00:00+00:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_default_starts() -> None:
    """Frozen time begins on a Monday morning, live time now, unless it is told."""
    assert FrozenClock().now() == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert abs(LiveClock().start - datetime.now(UTC)) < timedelta(seconds=60)
    told = datetime(2026, 1, 1, tzinfo=UTC)
    assert LiveClock(told).start == told


def test_jumps() -> None:
    """Whoever watches is told how far each jump went; time never goes back, and standing still is no jump."""
    clock = FrozenClock()
    steps: list[timedelta] = []
    clock.on_jump = steps.append
    for elapsed in (5, 5, 3, 6):
        clock.jump_to(elapsed)
    assert (steps, clock.elapsed()) == ([seconds(5), seconds(1)], 6)


def test_the_past() -> None:
    """What is due in the past runs at once, but never inside the call; a microsecond is what counts."""
    clock = FrozenClock()
    clock.advance(timedelta(seconds=10))
    ran: list[str] = []
    late = clock.call_at(clock.start, lambda: ran.append("late"))
    assert (late.due, ran) == (10_000_000, [])
    assert clock.call_at(clock.now() + seconds(3), lambda: None).due == 10_000_003
    assert (clock.run_due(), ran) == (1, ["late"])
    assert {type(clock.call_at(clock.now() + seconds(1), int).due), type(clock.elapsed())} == {
        int
    }  # whole microseconds


def test_for_this_very_instant() -> None:
    """What a timer sets for its own instant waits for the next call, before what is due later."""
    clock = FrozenClock()
    ran: list[str] = []
    clock.call_later(0, lambda: clock.call_later(0, lambda: ran.append("second")))
    clock.call_later(0, lambda: ran.append("first"))
    assert (clock.run_due(), ran) == (2, ["first"])
    assert (clock.next_due(), clock.run_due(), ran) == (0, 1, ["first", "second"])
    assert clock.next_due() is None


def test_a_timer_is_over() -> None:
    """A timer runs once; one that has run, or was cancelled, is cancelled, and is not waited for."""
    clock = FrozenClock()
    ran: list[int] = []
    timer = clock.call_later(1, lambda: ran.append(1))
    taken_back = clock.call_later(0.5, lambda: ran.append(2))
    assert (timer.cancelled, taken_back.cancelled) == (False, False)
    taken_back.cancel()
    assert (taken_back.cancelled, clock.next_due()) == (True, 1_000_000)
    clock.advance(timedelta(seconds=1))
    timer.run()
    assert (timer.cancelled, ran) == (True, [1])


def test_an_interval_that_stops_itself() -> None:
    """The next time is set before the callback, so that the callback can take it back."""
    clock = FrozenClock()
    instants: list[float] = []

    def fire() -> None:
        instants.append(clock.seconds())
        interval.cancel()

    interval = Interval(clock, 1.5, fire)
    clock.advance(timedelta(seconds=10))
    assert instants == [1.5]


def test_live_speed() -> None:
    """A clock that runs ten thousand times as fast does so from its beginning on."""
    before = time.monotonic()
    clock = LiveClock(speed=10_000)
    time.sleep(0.01)
    assert 100 <= clock.seconds() <= (time.monotonic() - before) * 10_000
    earlier, passed, later = clock.seconds(), (clock.now() - clock.start).total_seconds(), clock.seconds()
    assert earlier <= passed <= later


def test_a_wrong_clock_says_another_time_and_is_as_fast() -> None:
    """Its timers run when their time has come by that clock; how long something takes is the same for all."""
    clock = FrozenClock()
    wrong = WrongClock(clock, timedelta(minutes=-5))
    ran: list[str] = []
    wrong.call_at(wrong.now() + timedelta(seconds=10), lambda: ran.append("at"))
    Interval(wrong, 20, lambda: ran.append("each"))

    clock.advance(timedelta(seconds=30))

    assert clock.now() - wrong.now() == timedelta(minutes=5)
    assert (wrong.seconds(), ran) == (30, ["at", "each"])
