"""Which causes a broken rule has in a world: those that are known already, or a new one with its shortest scenario."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING

from .drawing import draw, shrink
from .judging import first_breach, live_through
from .writing import feature_text, title_of, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from .judging import Found
    from .random_worlds import RandomWorld

MOST_TRIED = 150  # worlds, until the simplest one found counts as the simplest
LONGEST_ERROR = 300  # characters


class WorldError(Exception):
    """A world could not be lived through: a defect of the simulator, or of the sentences. The text says which."""


@dataclass(frozen=True)
class Cause:
    """Why a rule was broken: the disturbances without which it is not, and the scenario that shows it.

    `world` is the number of the world that showed it first; `feature` is empty where no scenario of it fails.
    """

    rule: str
    disturbances: tuple[str, ...]
    world: int
    what: str
    feature: str
    by_simulator: bool = False

    @property
    def title(self) -> str:
        """What a table calls it."""
        return f"{title_of(self.rule)}: {', and '.join(self.disturbances) or 'nothing goes wrong'}"


@dataclass(frozen=True)
class Task:
    """What a worker is to do: the gateway under test, its kind, the seed of the search, and the number of a world."""

    gateway: str
    kind: str
    seed: int
    number: int

    def world(self) -> RandomWorld:
        return draw(self.kind, self.seed, self.number)


def rules_broken(task: Task) -> list[str]:
    """Return the rules that are broken in a world. Raises `WorldError`."""
    with _defects_of(task):
        return list(dict.fromkeys(found.rule for found in live_through(task.world(), task.gateway)))


def explain(task: Task, rule: str, known: Sequence[Cause]) -> tuple[Cause, bool]:
    """Return the cause of a broken rule, and whether it is new.

    What is known is taken out of the world first. If the rule is kept then, that was the cause; if it is broken all the
    same, what is left is shrunk. Raises `WorldError`.
    """
    with _defects_of(task):
        return _explain(task, rule, known)


@contextmanager
def _defects_of(task: Task) -> Iterator[None]:
    """Raise `WorldError` for whatever else is raised: errors with parts of a world cannot travel between processes."""
    try:
        yield
    except Exception as error:
        raise WorldError(f"{_described(error)} (seed {task.seed})") from None


def _described(error: Exception) -> str:
    said = (str(error) or "without a word").splitlines()[0][:LONGEST_ERROR]
    frames = extract_tb((error.__cause__ or error).__traceback__) or extract_tb(error.__traceback__)
    return f"{type(error).__name__}: {said}, in {Path(frames[-1].filename).name} line {frames[-1].lineno}"


def _explain(task: Task, rule: str, known: Sequence[Cause]) -> tuple[Cause, bool]:
    mine = [cause for cause in known if cause.rule == rule]
    blamed = _blamed(task.world(), mine)
    if blamed is not None and (not blamed.disturbances or _found(_reduced(task.world(), mine), rule, task) is None):
        return blamed, False
    smallest = shrink(
        task.kind,
        task.seed,
        task.number,
        lambda world: _found(_reduced(world, mine), rule, task) is not None,
        most=MOST_TRIED,
    )
    breach = _found(_reduced(smallest or task.world(), mine), rule, task)
    if breach is None:
        raise AssertionError(f"world {task.number} broke “{rule}” once, and does not any more")
    world, found = breach
    scenario, what = write(world, found, task.gateway) or (None, found.what)
    feature = feature_text(scenario, rule) if scenario else ""
    cause = Cause(rule, tuple(sorted(world.causes)), task.number, what, feature, found.by_simulator)
    same = next((each for each in mine if each.disturbances == cause.disturbances), None)
    return (same, False) if same else (cause, True)


def _reduced(world: RandomWorld, known: Iterable[Cause]) -> RandomWorld:
    """Return the world without what is known to break the rule; of disturbances that need each other, one goes."""
    for cause in known:
        if cause.disturbances and world.causes.issuperset(cause.disturbances):
            world = world.without(cause.disturbances[-1])
    return world


def _blamed(world: RandomWorld, known: Iterable[Cause]) -> Cause | None:
    return next((cause for cause in known if world.causes.issuperset(cause.disturbances)), None)


def _found(world: RandomWorld, rule: str, task: Task) -> tuple[RandomWorld, Found] | None:
    try:
        return first_breach(world, task.gateway, rule)
    except Exception:  # another world than the one that is to be explained: its defects are not what is looked for
        return None
