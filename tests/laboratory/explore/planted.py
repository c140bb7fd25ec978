"""Which random world shows which planted bug: `python -m tests.laboratory.explore.planted docs/planted-bugs.md`.

Tried are the world that the document has, and those that have the disturbances which a bug needs, the ones with the
fewest others first.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.laboratory.explore.drawing import draw
from rapidpro_simulator.laboratory.explore.judging import live_through
from rapidpro_simulator.laboratory.explore.writing import title_of

from .mutants import MUTANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.laboratory.explore.random_worlds import RandomWorld

    from .mutants import Mutant

DOCUMENT = Path(__file__).parents[3] / "docs" / "planted-bugs.md"
KIND = "standalone"
SEED = 1
WORLDS = 600  # among which those are that are tried
MOST_TRIED = 30  # for one bug
ROW = re.compile(r"^\| (?P<bug>[^|]+) \| (?P<world>\d+) \| (?P<rules>[^|]+) \|$", re.MULTILINE)
REASON = re.compile(r"^\| (?P<bug>[^|]+) \| (?P<why>\D[^|]*) \|$", re.MULTILINE)
PAGE = """# Bugs that a search finds

Bugs that are planted in the standalone gateway, each with a world of `explore --gateway standalone` (seed {seed}) that
shows it. The gateway itself survives all of these worlds. Written by `make planted-bugs`; the bugs stand in
`tests/laboratory/explore/mutants.py`.

| bug: the gateway … | world | what is told |
|---|--:|---|
{rows}

These no random world shows; tests of the gateway notice each of them.

| bug: the gateway … | why |
|---|---|
{reasons}
"""


@dataclass(frozen=True)
class Sight:
    """The world that shows a bug, and the titles of the rules that are broken there."""

    world: int
    rules: tuple[str, ...]


def sight(mutant: Mutant) -> Sight | None:
    """Return the first of the worlds that are tried in which a bug breaks a rule."""
    known = documented().get(mutant.name)
    for number in islice(chain([known.world] if known else [], numbers(mutant.disturbances)), MOST_TRIED):
        if (rules := broken(mutant, number)) and not live_through(world(number), KIND):
            return Sight(number, rules)
    return None


def broken(mutant: Mutant, number: int) -> tuple[str, ...]:
    """Return the titles of the rules that a bug breaks in a world, in their order."""
    with pytest.MonkeyPatch.context() as patch:
        mutant.plant(patch.setattr)
        return tuple(dict.fromkeys(title_of(found.rule) for found in live_through(world(number), KIND)))


def numbers(disturbances: tuple[str, ...]) -> Iterator[int]:
    """Yield the numbers of the worlds that have some disturbances, those with the fewest others first."""
    wanted = frozenset(disturbances)
    yield from sorted(
        (number for number in range(WORLDS) if wanted <= world(number).causes), key=lambda each: len(world(each).causes)
    )


@cache
def world(number: int) -> RandomWorld:
    return draw(KIND, SEED, number)


def documented() -> dict[str, Sight]:
    """Return what shows each bug, as the document has it, by the names of the bugs."""
    text = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    return {row["bug"]: Sight(int(row["world"]), tuple(row["rules"].split("; "))) for row in ROW.finditer(text)}


def documented_reasons() -> dict[str, str]:
    """Return why no random world shows a bug, as the document has it, by the names of the bugs."""
    rows = REASON.finditer(DOCUMENT.read_text(encoding="utf-8"))
    return {row["bug"]: row["why"] for row in rows if row["bug"] not in {"bug: the gateway …", "---"}}


def page(sights: dict[str, Sight]) -> str:
    """Return the document: what shows each bug that was found, and why others cannot be."""
    rows = [f"| {name} | {found.world} | {'; '.join(found.rules)} |" for name, found in sights.items()]
    reasons = [f"| {mutant.name} | {mutant.unseen} |" for mutant in MUTANTS if mutant.unseen]
    return PAGE.format(seed=SEED, rows="\n".join(rows), reasons="\n".join(reasons))


def main(path: str) -> int:
    """Look for all bugs, write the document, and return how many were not found."""
    sights: dict[str, Sight] = {}
    sought = [mutant for mutant in MUTANTS if not mutant.unseen]
    for mutant in sought:
        found = sight(mutant)
        sys.stderr.write(f"{mutant.name}: {found or 'NOT FOUND'}\n")
        sights |= {mutant.name: found} if found else {}
    Path(path).write_text(page(sights), encoding="utf-8")
    return len(sought) - len(sights)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
