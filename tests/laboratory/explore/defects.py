"""The known defects of CHT's own gateway, each with a world of a search that shows it.

`python -m tests.laboratory.explore.defects` looks for such worlds anew, which takes a while.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidpro_simulator.laboratory.explore.drawing import draw
from rapidpro_simulator.laboratory.explore.judging import (
    ASKS_LESS,
    ENDED,
    INCOMING,
    SENT_ONCE,
    TOLD,
    TWICE,
    live_through,
)
from rapidpro_simulator.laboratory.explore.writing import HAMMERS, title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rapidpro_simulator.laboratory.explore.random_worlds import RandomWorld

GATEWAY, KIND, SEED = "cht:5.2", "cht", 5
WORLDS = 2000
MOST_CAUSES = 4  # of a world that is looked at: where more goes wrong, one breach hides another
TOO_EARLY = "no request comes before Retry-After is over"
ANOTHERS = "no workspace is asked about messages of another"


@dataclass(frozen=True)
class Defect:
    """A rule of docs/rules.md that is broken, how a search tells that, what it takes, and a world in which it is so."""

    rule: str
    told: str
    causes: tuple[str, ...]
    world: int

    def row(self) -> str:
        """Return its row in the table of the how-to."""
        return f"| {self.rule} | {title_of(self.told)}: {', and '.join(self.causes)} | {self.world} |"

    def is_shown_by(self, number: int) -> bool:
        """Say whether the rule is broken in a world, and is so yet when all but its causes is taken out."""
        world = draw(KIND, SEED, number)
        reduced = world
        for other in world.causes.difference(self.causes):
            reduced = reduced.without(other)
        return all(self._is_broken_in(each) for each in (reduced, world))

    def _is_broken_in(self, world: RandomWorld) -> bool:
        return any(self.told in {found.rule, title_of(found.rule)} for found in live_through(world, GATEWAY))


DEFECTS: tuple[Defect, ...] = (
    Defect("R2", SENT_ONCE, ("a text looks like an expression",), 1),
    Defect("R6", TWICE, ("somebody sets a message to pending",), 583),
    Defect("R7", ENDED, ("a message is read",), 2),
    Defect("R9", TOO_EARLY, ("RapidPro tells who sends to come back later",), 33),
    Defect("R10", TOO_EARLY, ("RapidPro tells who asks to come back later",), 59),
    Defect("R12", ASKS_LESS, ("a carrier reports nothing",), 6),
    Defect("R13", TWICE, ("the answer to a message is lost",), 181),
    Defect("R14", ENDED, ("an answer is none",), 256),
    Defect("R14", ENDED, ("an answer names no broadcast",), 100),
    Defect("R14", ENDED, ("RapidPro redirects",), 168),
    Defect("R16", ENDED, ("RapidPro never answers a question",), 38),
    Defect("R16", TWICE, ("RapidPro never answers a message",), 239),
    Defect("R17", TWICE, ("RapidPro takes messages slowly",), 49),
    Defect("R18", TWICE, ("the gateway crashes before it has an answer",), 96),
    Defect("R19", TWICE, ("CHT cannot save",), 478),
    Defect("R19", TWICE, ("the gateway cannot save",), 17),
    Defect("R20", HAMMERS, ("the key is revoked",), 193),
    Defect("R21", HAMMERS, ("questions fail",), 243),
    Defect("R22", ANOTHERS, ("the account is changed",), 52),
    Defect("R23", ENDED, ("the account is changed",), 52),
    Defect("R24", SENT_ONCE, ("the workspace is suspended",), 104),
    Defect("R25", TOLD, ("a flow hands over a text twice",), 5),
    Defect("R25", INCOMING, ("a text has the id of a broadcast",), 44),
    Defect("R25", INCOMING, ("a flow hands over copies at the same time",), 29),
    Defect("R25", INCOMING, ("CHT cannot store what comes in",), 70),
)


def find(defect: Defect, worlds: Mapping[int, RandomWorld]) -> int | None:
    """Return the first of these worlds that shows a defect; those in which much goes wrong are passed over."""
    for number, world in worlds.items():
        if len(world.causes) <= MOST_CAUSES and world.causes.issuperset(defect.causes) and defect.is_shown_by(number):
            return number
    return None


def table(defects: Iterable[Defect]) -> str:
    """Return the rows of the how-to."""
    return "\n".join(defect.row() for defect in defects)


if __name__ == "__main__":
    drawn = {number: draw(KIND, SEED, number) for number in range(WORLDS)}
    for each in DEFECTS:
        sys.stdout.write(f"{replace(each, world=find(each, drawn) or 0).row()}\n")
        sys.stdout.flush()
