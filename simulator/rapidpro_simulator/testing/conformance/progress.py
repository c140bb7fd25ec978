"""A line for every verdict as soon as there is one; on a terminal, what is under way and how far the run is below."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rapidpro_simulator.testing.terminal import EMPTY, FULL

from .matrix import FAILURES
from .terminal import MARKS, VERDICT_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.testing.terminal import Terminal

    from .matrix import Cell
    from .plan import ConformancePlan
    from .rules import GatewayRule
    from .trial import Trial

BAR = 20
REDRAWN_EVERY = 1.0  # real seconds


class Progress:
    """Tells how a run of `plan` goes on; a `Listener` of `run`."""

    def __init__(self, terminal: Terminal, plan: ConformancePlan) -> None:
        self._terminal = terminal
        self._total = len(plan.gateways) * len(plan.rules())
        self._width = max(map(len, plan.gateways), default=0)
        self._done = 0
        self._drawn = 0.0

    def ended(self, gateway: str, rule: GatewayRule, cell: Cell, *, was_saved: bool) -> None:
        """Tell one verdict, such as `[ 3/50] cht:5.2  R7   known`, and what a failure has found."""
        self._done += 1
        mark, color = MARKS[cell.verdict]
        verdict = self._terminal.paint(mark, color) + " " * (VERDICT_WIDTH - len(mark))
        count = f"[{self._done:{len(str(self._total))}}/{self._total}]"
        saved = "(as before) " if was_saved else ""
        self._terminal.say(f"{count} {gateway:{self._width}}  {rule.id:<4} {verdict}  {saved}{rule.title}")
        for result in cell.of(*FAILURES):
            first_line = next(iter(result.found.splitlines()), "")
            self._terminal.say(f"{'':{len(count)}} in {result.scenario}: {first_line}")
        self._drawn = 0.0

    def waits(self, trials: Sequence[Trial]) -> None:
        """Draw the line of what is under way, now and then."""
        now = time.monotonic()
        if now - self._drawn < REDRAWN_EVERY:
            return
        self._drawn = now
        bar = FULL * (BAR * self._done // self._total)
        under_way = ", ".join(f"{trial.gateway} {trial.rule.id} {now - trial.began:.0f} s" for trial in trials)
        self._terminal.draw(f"{bar:{EMPTY}<{BAR}} {self._done}/{self._total}  {under_way}")
