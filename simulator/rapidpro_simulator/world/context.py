"""What every part of a simulation is built with: its clock, its seed, and the journal that it writes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .clock import WrongClock

if TYPE_CHECKING:
    from datetime import timedelta

    from .clock import Clock
    from .journal import Journal
    from .seed import Seed


@dataclass(frozen=True, slots=True)
class Context:
    """The clock, the seed and the journal of a simulation, or of a part of it.

    >>> context = Context(clock, Seed(7), Journal(clock))
    >>> rapidpro = RapidPro("textit.com", context.part("textit.com"))
    """

    clock: Clock
    seed: Seed
    journal: Journal

    def ahead(self, by: timedelta) -> Context:
        """Return the context of a machine whose clock is ahead by so much, or behind where that is negative."""
        return replace(self, clock=WrongClock(self.clock, by)) if by else self

    def part(self, name: str) -> Context:
        """Return the context of a part: its random streams are its own, clock and journal are those of all."""
        return replace(self, seed=self.seed.part(name))
