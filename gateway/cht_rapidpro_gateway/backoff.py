"""Waiting longer and longer, and never in step with others."""

from __future__ import annotations

from asyncio import get_running_loop
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


class Backoff:
    """The pauses after failures, in seconds: doubled from `first` to `most`, each shortened by up to a half.

    They are measured by the clock of the running event loop, by which it sleeps too; setting the time does not move it.
    """

    def __init__(self, random: Random, first: float, most: float) -> None:
        self._random = random
        self._first = first
        self._most = most
        self._failures = 0
        self._until = 0.0

    def reset(self) -> None:
        """Forget the failures: it works again."""
        self._failures = 0
        self._until = 0.0

    def pause(self) -> float:
        """Return the pause after one more failure; it begins now."""
        self._failures += 1
        pause = self.after(self._failures)
        self._until = get_running_loop().time() + pause
        return pause

    def remaining(self) -> float:
        """Return what is left of the pause: a task that is woken before its end sleeps on."""
        return max(0.0, self._until - get_running_loop().time())

    def after(self, failures: int) -> float:
        """Return a pause after so many failures, 1 or more."""
        longest: float = min(self._most, self._first * 2.0 ** min(failures - 1, 32))
        return longest * self._random.uniform(0.5, 1)
