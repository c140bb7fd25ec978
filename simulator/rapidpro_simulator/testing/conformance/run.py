"""Tries the rules of a plan with its gateways, tells each verdict at once, and leaves nothing behind when it ends."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from rapidpro_simulator.world.errors import UsageError

from .matrix import Cell, Matrix
from .trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .matrix import ScenarioResult
    from .plan import ConformancePlan
    from .rules import GatewayRule
    from .saved_results import SavedResults

LOOK = 0.05  # real seconds between two looks at what is under way


class Listener(Protocol):
    """Hears how a run goes on."""

    def ended(self, gateway: str, rule: GatewayRule, cell: Cell, *, was_saved: bool) -> None:
        """Hear a verdict; `was_saved`: an earlier run has found it."""

    def waits(self, trials: Sequence[Trial]) -> None:
        """Hear what is under way; called many times a second."""


def run(plan: ConformancePlan, listener: Listener | None = None, saved: SavedResults | None = None) -> Matrix:
    """Try every gateway of `plan` and return the matrix; what `saved` knows is not tried again.

    Whatever ends it early, such as Ctrl-C, ends what is under way. Raises `UsageError` for rules that there are not,
    and where pytest cannot do what it should.
    """
    conformance = _Run(plan, listener, saved)
    try:
        conformance.go()
    finally:
        conformance.end()
    return conformance.matrix()


class _Run:
    def __init__(self, plan: ConformancePlan, listener: Listener | None, saved: SavedResults | None) -> None:
        self._plan = plan
        self._listener = listener
        self._saved = saved
        self._rules = plan.rules()
        self._left = [(gateway, rule) for gateway in plan.gateways for rule in self._rules]
        self._trials: list[Trial] = []
        self._found: dict[tuple[str, str], Sequence[ScenarioResult]] = {}

    def go(self) -> None:
        self._recall()
        while self._left or self._trials:
            self._begin()
            if self._listener is not None:
                self._listener.waits(self._trials)
            time.sleep(LOOK)
            for trial in list(self._trials):
                self._look_at(trial)

    def end(self) -> None:
        for trial in self._trials:
            trial.interrupt()
        for trial in self._trials:
            trial.close()

    def matrix(self) -> Matrix:
        matrix = Matrix(self._rules)
        for gateway in self._plan.gateways:
            results = [result for rule in self._rules for result in self._found[gateway, rule.id]]
            if not results:
                raise UsageError(f"nothing was tried with {gateway}: {' '.join(self._plan.arguments)} selects nothing")
            matrix.add(gateway, results)
        return matrix

    def _recall(self) -> None:
        if self._saved is None:
            return
        for gateway, rule in list(self._left):
            results = self._saved.of(gateway, rule.id)
            if results is not None:
                self._left.remove((gateway, rule))
                self._conclude(gateway, rule, results, was_saved=True)

    def _begin(self) -> None:
        """Begin what there is room for; a gateway is never tried twice at the same time."""
        for gateway, rule in list(self._left):
            if len(self._trials) >= self._plan.jobs:
                return
            if gateway not in [trial.gateway for trial in self._trials]:
                self._left.remove((gateway, rule))
                self._trials.append(Trial(gateway, rule, self._plan))

    def _look_at(self, trial: Trial) -> None:
        results = trial.results()
        if results is None:
            return
        trial.close()
        self._trials.remove(trial)
        if self._saved is not None:
            self._saved.add(trial.gateway, trial.rule.id, results)
        self._conclude(trial.gateway, trial.rule, results)

    def _conclude(
        self, gateway: str, rule: GatewayRule, results: Sequence[ScenarioResult], *, was_saved: bool = False
    ) -> None:
        self._found[gateway, rule.id] = results
        if self._listener is not None:
            self._listener.ended(gateway, rule, Cell(results), was_saved=was_saved)
