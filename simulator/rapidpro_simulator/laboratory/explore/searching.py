"""The search: worlds are lived through by workers in any order, and noted in the order of their numbers.

So a search finds the same with any number of workers. A worker that dies loses nothing: its world is given out again.
A world that no worker survives is noted as an error, and the search goes on.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from rapidpro_simulator.gateways import parse_gateway

from .causes import Task, WorldError, explain, rules_broken
from .corpus import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .causes import Cause
    from .corpus import Corpus

AHEAD = 4  # worlds that a worker is given before it has ended its last one
MOST_DEATHS = 3  # of workers that are given the same world
MOST_FATAL = 3  # worlds in a row that no worker survives: then it is not the worlds


@dataclass(frozen=True)
class Plan:
    """What is searched: `worlds` random worlds of a seed, with the gateway as `--gateway` names it."""

    gateway: str
    worlds: int
    seed: int = 0
    minutes: float | None = None
    workers: int = 1

    def task(self, number: int) -> Task:
        return Task(self.gateway, parse_gateway(self.gateway).kind, self.seed, number)


class Listener(Protocol):
    """Is told how a search goes on."""

    def visited(self, visit: Visit) -> None: ...


@dataclass
class Search:
    """Visits the worlds of a plan that the corpus does not have yet, with an executor that it shuts down."""

    plan: Plan
    corpus: Corpus
    listener: Listener
    executor: Executor
    _waiting: deque[tuple[int, Future[Any]]] = field(default_factory=deque, init=False)
    _deaths: int = field(default=0, init=False)
    _fatal: int = field(default=0, init=False)

    def run(self) -> None:
        """Search until every world was visited, or the time is over. Raises `BrokenExecutor` if workers die on.

        What was given out and is not noted when the time is over is for the next search.
        """
        end = time.monotonic() + 60 * self.plan.minutes if self.plan.minutes is not None else None
        numbers = (number for number in range(self.plan.worlds) if self.corpus.lacks(number))
        try:
            while end is None or time.monotonic() < end:
                self._give_out(numbers)
                if not self._waiting:
                    return
                self._note_next()
        finally:
            self.executor.shutdown(wait=False, cancel_futures=True)

    def _give_out(self, numbers: Iterator[int]) -> None:
        while len(self._waiting) < AHEAD * self.plan.workers:
            number = next(numbers, None)
            if number is None:
                return
            self._waiting.append((number, self._begin(number)))

    def _note_next(self) -> None:
        number, future = self._waiting[0]
        try:
            visit = self._visit(number, future)
        except BrokenExecutor as error:
            self._deaths += 1
            if self._deaths <= MOST_DEATHS:
                self._waiting[0] = (number, self._begin(number))  # nothing of it was noted yet
                return
            visit = self._fatal_world(number, error)
        else:
            self._fatal = 0
        self._deaths = 0
        self._waiting.popleft()
        self.corpus.add(visit)
        self.listener.visited(visit)

    def _fatal_world(self, number: int, death: BrokenExecutor) -> Visit:
        self._fatal += 1
        if self._fatal > MOST_FATAL:
            raise BrokenExecutor(
                f"the workers die, whatever they are given, such as world {number}: {death}"
            ) from death
        return Visit(number, error=f"its worker dies (seed {self.plan.seed})")

    def _visit(self, number: int, future: Future[Any]) -> Visit:
        try:
            return self._explained(number, future.result())
        except WorldError as error:
            return Visit(number, error=str(error), sentences=self._sentences(number))

    def _explained(self, number: int, rules: list[str]) -> Visit:
        if not rules:
            return Visit(number)
        task = self.plan.task(number)
        causes: list[str] = []
        new: list[Cause] = []
        for rule in rules:
            cause, is_new = self.executor.submit(explain, task, rule, [*self.corpus.causes, *new]).result()
            causes.append(cause.title)
            new += [cause] if is_new else []
        return Visit(number, tuple(causes), sentences=self._sentences(number), new=tuple(new))

    def _sentences(self, number: int) -> str:
        world = self.plan.task(number).world()
        return "\n".join(map(str, (*world.background(), *world.steps(), *world.repairs())))

    def _begin(self, number: int) -> Future[Any]:
        return self.executor.submit(rules_broken, self.plan.task(number))
