"""Bugs planted in the standalone gateway are found, each in a world that the gateway itself survives."""

from __future__ import annotations

import pytest

from .mutants import MUTANTS, Mutant
from .planted import broken, documented, documented_reasons, sight

AGAIN = "the worlds are others now: `make planted-bugs` looks for the bugs again"
SEEN = [mutant for mutant in MUTANTS if not mutant.unseen]
SIMPLEST = [mutant for mutant in SEEN if not mutant.disturbances][:2]  # world 0 shows them, whatever the others are


def test_the_document_has_each_bug() -> None:
    """Two dozen of them have a world that shows them, the others a reason why there is none."""
    assert list(documented()) == [mutant.name for mutant in SEEN]
    assert documented_reasons() == {mutant.name: mutant.unseen for mutant in MUTANTS if mutant.unseen}
    assert len(SEEN) >= 24


@pytest.mark.parametrize("mutant", SIMPLEST, ids=lambda mutant: mutant.name)
def test_the_simplest_world_shows_the_worst(mutant: Mutant) -> None:
    """Who does not do the work at all is found where nothing goes wrong."""
    assert broken(mutant, 0)


@pytest.mark.long
@pytest.mark.parametrize("mutant", SEEN, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_found(mutant: Mutant) -> None:
    """A world breaks rules as soon as the bug is in the gateway, and it is the one that the document has."""
    found = sight(mutant)

    assert found is not None
    assert found == documented()[mutant.name], AGAIN
