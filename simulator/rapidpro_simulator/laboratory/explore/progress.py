"""Tells how a search goes on: a line for each new cause, and below it how far it is and for how long it goes on."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.world.plurals import counted

if TYPE_CHECKING:
    from rapidpro_simulator.testing.terminal import Terminal

    from .corpus import Corpus, Visit
    from .searching import Plan


class Progress:
    """Tells how the search of `plan` goes on; a `Listener`."""

    def __init__(self, terminal: Terminal, plan: Plan, corpus: Corpus) -> None:
        self._terminal = terminal
        self._plan = plan
        self._corpus = corpus
        self._lacking = sum(map(corpus.lacks, range(plan.worlds)))
        self._began = time.monotonic()
        self._visited = 0

    def visited(self, visit: Visit) -> None:
        """Tell what is new in a world, and draw how far the search is."""
        self._visited += 1
        for cause in visit.new:
            self._terminal.say(f"world {cause.world}: {cause.title}")
        left = self._lacking - self._visited
        seconds = round(left * (time.monotonic() - self._began) / self._visited)
        found = counted(len(self._corpus.causes), "cause")
        self._terminal.draw(
            f"{self._plan.worlds - left}/{self._plan.worlds} worlds, {found}, {timedelta(seconds=seconds)} left"
        )
