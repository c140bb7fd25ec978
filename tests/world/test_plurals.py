"""Numbers with their nouns."""

from __future__ import annotations

import pytest

from rapidpro_simulator.world.plurals import counted


@pytest.mark.parametrize(
    ("amount", "said"),
    [(0, "0 messages"), (1, "1 message"), (2, "2 messages"), ("1", "1 message"), ("no", "no messages")],
)
def test_a_noun_goes_with_its_number(amount: int | str, said: str) -> None:
    """One is one message, all else is messages."""
    assert counted(amount, "message") == said


def test_a_plural_may_have_a_form_of_its_own() -> None:
    """It is given beside the singular."""
    assert [counted(amount, "entry", "entries") for amount in (1, 2)] == ["1 entry", "2 entries"]
