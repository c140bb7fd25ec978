"""Waiting longer and longer, and never in step with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


class Backoff:
    """The pauses after failures, in seconds: doubled from `first` to `most`, each shortened by up to a half."""

    def __init__(self, random: Random, first: float, most: float) -> None:
        self._random = random
        self._first = first
        self._most = most
        self.failures = 0

    def reset(self) -> None:
        self.failures = 0

    def pause(self) -> float:
        """Return the pause after one more failure."""
        self.failures += 1
        return self.after(self.failures)

    def after(self, failures: int) -> float:
        """Return a pause after so many failures, 1 or more."""
        longest: float = min(self._most, self._first * 2.0 ** min(failures - 1, 32))
        return longest * self._random.uniform(0.5, 1)
