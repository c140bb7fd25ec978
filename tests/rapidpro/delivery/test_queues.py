"""One channel's queue: in which order, how fast, and what a pause or an end does to it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.rapidpro.delivery.queues import ChannelQueue

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock


class Bench:
    """A queue of a channel that takes two segments a second, and what it handed over, with the seconds."""

    def __init__(self, clock: FrozenClock) -> None:
        self.handed_over: list[tuple[str, float]] = []
        self.open = True
        self._clock = clock
        channel: Any = SimpleNamespace(segments_per_second=2)
        self.queue = ChannelQueue(channel, clock, self._take, lambda: self.open)

    def _take(self, message: Any) -> None:
        self.handed_over.append((message.text, self._clock.seconds()))

    def push(self, *texts: str, high: bool = False, attachments: int | None = None) -> None:
        files = None if attachments is None else ["image/jpeg:x"] * attachments
        for text in texts:
            message: Any = SimpleNamespace(text=text, high_priority=high, attachments=files)
            self.queue.push(message)

    def passes(self, seconds: float) -> None:
        self._clock.advance(timedelta(seconds=seconds))


@pytest.fixture
def bench(clock: FrozenClock) -> Bench:
    return Bench(clock)


def test_in_order(bench: Bench) -> None:
    """What is urgent first, each kind in the order in which it came, as fast as the channel is."""
    bench.push("a", "b")
    bench.push("c", high=True)
    assert (len(bench.queue), bench.handed_over) == (3, [])
    bench.passes(10)
    assert bench.handed_over == [("c", 0), ("a", 0.5), ("b", 1.0)]
    assert len(bench.queue) == 0


def test_idle(bench: Bench) -> None:
    """A channel that has rested takes the next message at once, one that has just taken one does not."""
    bench.push("a")
    bench.passes(5)
    bench.push("b", "c")
    bench.passes(5)
    assert bench.handed_over == [("a", 0), ("b", 5.0), ("c", 5.5)]


def test_costs(bench: Bench) -> None:
    """Each segment and each attachment takes its time."""
    bench.push("a" * 161, attachments=2)
    bench.push("b", attachments=0)
    bench.push("c")
    bench.passes(10)
    assert [seconds for _, seconds in bench.handed_over] == [0, 2.0, 2.5]


def test_closed_meanwhile(bench: Bench) -> None:
    """A queue that may not go on does not, although its time has come; woken, it does."""
    bench.push("a", "b")
    bench.passes(0.25)
    bench.open = False
    bench.passes(5)
    assert bench.handed_over == [("a", 0)]
    bench.queue.wake()
    bench.passes(1)
    assert len(bench.queue) == 1
    bench.open = True
    bench.queue.wake()
    bench.queue.wake()
    bench.passes(1)
    assert bench.handed_over == [("a", 0), ("b", 6.25)]


def test_cleared_meanwhile(bench: Bench) -> None:
    """A queue that is cleared hands nothing over, and goes on with what comes after."""
    bench.push("a", "b")
    bench.push("c", high=True)
    bench.passes(0.25)
    bench.queue.clear()
    bench.passes(5)
    bench.push("d")
    bench.passes(5)
    assert bench.handed_over == [("c", 0), ("d", 5.25)]
