"""Worlds by their number: Hypothesis draws the world of a seed, and shrinks it to the least that breaks a rule."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from .random_worlds import RandomWorld, random_worlds

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = 2  # the first one that Hypothesis draws is the simplest there is, whatever the seed


class _BrokenError(Exception):
    """The rule is broken in this world: Hypothesis looks for a simpler one."""


def draw(kind: str, seed: int, number: int) -> RandomWorld:
    """Return the world of a number for gateways of a kind; number 0 is the simplest, in which nothing goes wrong."""
    drawn: list[RandomWorld] = []
    _drive(kind, seed, number, drawn.append, (Phase.generate,))
    return drawn[0] if number == 0 else drawn[-1]


def shrink(
    kind: str, seed: int, number: int, is_broken: Callable[[RandomWorld], bool], *, most: int
) -> RandomWorld | None:
    """Return the simplest world found that `is_broken`, beginning with that of a number; at most `most` are tried.

    None where neither that world nor the simplest of all is broken.
    """
    broken: list[RandomWorld] = []
    known: dict[RandomWorld, bool] = {}

    def judge(world: RandomWorld) -> None:
        if world not in known:
            known[world] = len(known) < most and is_broken(world)
        if known[world]:
            broken.append(world)
            raise _BrokenError

    try:
        _drive(kind, seed, number, judge, (Phase.generate, Phase.shrink))
    except _BrokenError:
        return broken[-1]  # Hypothesis ends with the simplest one
    return None


def _drive(kind: str, seed: int, number: int, judge: Callable[[RandomWorld], Any], phases: tuple[Phase, ...]) -> None:
    @settings(
        max_examples=EXAMPLES,
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,
        report_multiple_bugs=False,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(world=random_worlds(kind))
    def try_one(world: RandomWorld) -> None:
        judge(world)

    seeded(int(sha256(f"{seed}/{number}".encode()).hexdigest()[:16], 16))(try_one)()
