from __future__ import annotations

from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.context import Context
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.seed import Seed


def test_parts() -> None:
    """A part draws from streams of its own, and shares clock and journal with the whole."""
    clock = FrozenClock()
    whole = Context(clock, Seed(7), Journal(clock))
    part = whole.part("textit.com")
    assert part.seed.value == Seed(7).part("textit.com").value
    assert (part.clock, part.journal) == (whole.clock, whole.journal)
