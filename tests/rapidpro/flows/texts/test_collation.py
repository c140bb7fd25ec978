"""What counts as the same word."""

from __future__ import annotations

import pytest

from rapidpro_simulator.rapidpro.flows.texts import collation


@pytest.mark.parametrize(
    ("name", "first", "second", "is_same"),
    [
        ("default", "Yes", "yES", True),
        ("default", "بلي", "بلی", False),
        ("unknown", "Yes", "yES", True),
        ("arabic_variants", "بلي", "بلی", True),
        ("arabic_variants", "آب", "اب", True),
        ("arabic_variants", "٣٤", "۳۴", True),
        ("arabic_variants", "YES", "yes", True),
        ("arabic_variants", "ب", "پ", False),
        ("confusables", "расе", "pace", True),
        ("confusables", "0NE", "ONE", True),
        ("confusables", "ｙｅｓ", "yes", True),
        ("confusables", "yes", "no", False),
    ],
)
def test_sameness(name: str, first: str, second: str, is_same: bool) -> None:
    """A collation says which texts are the same."""
    assert collation.are_equal(name, first, second) is is_same
