from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.rapidpro.throttle import HOUR, Refusal, SlidingLog, Throttle

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def admit(log: SlidingLog, seconds: float, limit: int) -> Refusal | None:
    return log.admit(START + timedelta(seconds=seconds), limit)


def test_limit() -> None:
    """As many requests as the limit pass; the next one waits for the oldest to leave the window."""
    log = SlidingLog()
    answers = [admit(log, second, 2) for second in (0, 10, 13)]
    assert answers == [None, None, Refusal(3587)]


def test_refused_requests_are_free() -> None:
    """Hammering neither costs quota nor prolongs the wait."""
    log = SlidingLog()
    admit(log, 0, 1)
    assert [admit(log, second, 1) for second in (1, 2, 3599)] == [Refusal(3599), Refusal(3598), Refusal(1)]


def test_capacity_returns_exactly_after_the_window() -> None:
    """A slot is free again one hour after it was taken, and not a microsecond before."""
    log = SlidingLog()
    admit(log, 0, 1)
    assert log.admit(START + HOUR - timedelta(microseconds=1), 1) == Refusal(1)
    assert log.admit(START + HOUR, 1) is None


def test_a_lowered_limit_has_no_wait() -> None:
    """Where more was accepted than is allowed by now, nobody knows how long to wait."""
    log = SlidingLog()
    for second in range(3):
        admit(log, second, 3)
    assert admit(log, 4, 2) == Refusal(None)


def test_nothing_is_allowed() -> None:
    """A limit of zero refuses the first request, for a whole window."""
    assert SlidingLog().admit(START, 0) == Refusal(3600)


def test_buckets_are_apart() -> None:
    """Every workspace and every scope has a log of its own."""
    throttle = Throttle()
    throttle.log(1, "v2").admit(START, 1)
    assert [throttle.log(*key).used(START) for key in ((1, "v2"), (1, "v2.messages"), (2, "v2"))] == [1, 0, 0]


@settings(derandomize=True, deadline=None)
@given(
    steps=st.lists(st.integers(0, 2_000_000), max_size=60),
    limit=st.integers(0, 6),
    window=st.integers(1, 5),
)
def test_against_a_naive_model(steps: list[int], limit: int, window: int) -> None:
    """Whatever the arrivals, the log decides as if all accepted requests were counted afresh each time."""
    log = SlidingLog()
    accepted: list[datetime] = []
    now = START
    for step in steps:
        now += timedelta(microseconds=step)
        recent = [moment for moment in accepted if moment > now - window * SECOND]
        refusal = log.admit(now, limit, window * SECOND)
        if len(recent) < limit:
            accepted.append(now)
            assert refusal is None
        else:
            oldest = recent[0] if recent else now
            assert refusal == Refusal(math.ceil((oldest + window * SECOND - now) / SECOND))
