"""Tells how a search goes on: a line for each new cause, and below it how far it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

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
        self._began = time.monotonic()
        self._visited = 0

    def visited(self, visit: Visit) -> None:
        """Tell what is new in a world, and draw how far the search is."""
        self._visited += 1
        for cause in visit.new:
            self._terminal.say(f"world {cause.world}: {cause.title}")
        done = len(self._corpus.visits)
        speed = self._visited / max(1e-9, time.monotonic() - self._began)
        self._terminal.draw(f"{done}/{self._plan.worlds} worlds, {speed:.1f} a second")
