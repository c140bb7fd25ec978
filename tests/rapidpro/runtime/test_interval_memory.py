"""What is remembered for one to two intervals of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from rapidpro_simulator.rapidpro.runtime.interval_memory import IntervalMemory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def memory() -> IntervalMemory[str, str]:
    return IntervalMemory(timedelta(seconds=2))


@pytest.mark.parametrize(
    ("put", "asked", "known"),
    [(0, 0, True), (0, 3.9, True), (0, 4, False), (1.9, 3.9, True), (1.9, 4, False)],
)
def test_known(memory: IntervalMemory[str, str], put: float, asked: float, known: bool) -> None:
    """A value is known to the end of the interval after its own."""
    memory.put("a", "A", NOON + timedelta(seconds=put))
    assert (memory.get("a", NOON + timedelta(seconds=asked)) == "A") is known


def test_the_newest_counts(memory: IntervalMemory[str, str]) -> None:
    """A key has the value that it was given last."""
    memory.put("a", "A", NOON)
    memory.put("a", "B", NOON + timedelta(seconds=2))
    assert memory.get("a", NOON + timedelta(seconds=3)) == "B"


def test_others_stay(memory: IntervalMemory[str, str]) -> None:
    """What is put into the next interval leaves that of the one before it."""
    memory.put("a", "A", NOON)
    memory.put("b", "B", NOON + timedelta(seconds=2))
    assert memory.get("a", NOON + timedelta(seconds=3)) == "A"


def test_forgotten(memory: IntervalMemory[str, str]) -> None:
    """A key can be forgotten, known or not."""
    memory.put("a", "A", NOON)
    memory.forget("a")
    memory.forget("b")
    assert memory.get("a", NOON) is None


def test_bounded(memory: IntervalMemory[str, str]) -> None:
    """No more than two intervals are kept, however long it goes on."""
    for second in range(100):
        memory.put(str(second), "A", NOON + timedelta(seconds=second))
    last = NOON + timedelta(seconds=99)
    assert sum(memory.get(str(second), last) == "A" for second in range(100)) == 4
    assert memory.get("0", NOON) is None
