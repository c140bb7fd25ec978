"""What CHT's own gateway is known to do wrong is found by random worlds, as the how-to says."""

from __future__ import annotations

from pathlib import Path

import pytest

from .defects import DEFECTS, Defect

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to-search-for-bugs.md"
AT_ONCE = 3  # of them; a long run tries all

RULES = [
    pytest.param(defect, id=f"{defect.rule} {defect.causes[0]}", marks=pytest.mark.long if number >= AT_ONCE else ())
    for number, defect in enumerate(DEFECTS)
]


@pytest.mark.parametrize("defect", RULES)
def test_a_random_world_shows_it(defect: Defect) -> None:
    """The rule is broken in that world, and by nothing else than what the how-to names."""
    assert defect.is_shown_by(defect.world)


def test_the_how_to_has_all_of_them() -> None:
    """Its table says what is tried here."""
    text = HOW_TO.read_text(encoding="utf-8")

    assert [defect.row() for defect in DEFECTS if defect.row() not in text] == []
