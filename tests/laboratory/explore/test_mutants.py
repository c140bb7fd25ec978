"""Bugs planted in the standalone gateway are found, each in a world that the gateway itself survives."""

from __future__ import annotations

import pytest

from rapidpro_simulator.laboratory.explore.drawing import draw
from rapidpro_simulator.laboratory.explore.judging import live_through

from .mutants import MUTANTS, SEED, Mutant

pytestmark = pytest.mark.long
KIND = "standalone"


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_found(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    """A world of the search breaks a rule as soon as the bug is in the gateway."""
    mutant.plant(monkeypatch.setattr)

    assert live_through(draw(KIND, SEED, mutant.world), KIND)


@pytest.mark.parametrize("number", sorted({mutant.world for mutant in MUTANTS}))
def test_without_the_bug_the_world_is_survived(number: int) -> None:
    """It is the bug that breaks the rule, and not the world."""
    assert live_through(draw(KIND, SEED, number), KIND) == []
