"""The page of the generations is the data's own."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from pathlib import Path
from sys import maxsize
from typing import Any

import pytest

from rapidpro_simulator.rapidpro.flows.definition.versions import Version
from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.testing.generation_tables import COLUMNS, SUBJECTS, differences, shown, tables

PAGE = Path(__file__).parents[2] / "docs" / "generations.md"


class Colour(Enum):
    DARK_RED = "r"
    BLUE = "b"


def test_current() -> None:
    """docs/generations.md says what the modules say; `make generations` writes it."""
    assert PAGE.read_text(encoding="utf-8") == tables()


def test_every_generation() -> None:
    """Each generation has its column."""
    assert set(COLUMNS) == set(GENERATIONS)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_differences(subject: str) -> None:
    """What is alike in all generations is no difference, and each difference has words for every one."""
    found = differences(subject)
    assert found
    assert all(len(values) == len(COLUMNS) and len(set(values)) > 1 for values in found.values())


def test_sentences() -> None:
    """A habit is told in the words that stand behind it in the code."""
    found = differences("courier")
    assert found["`rejection`: what a provider's rejection becomes (rapidpro 6.3)"][2:4] == ("errored", "failed")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "none"),
        ((), "none"),
        (10_000, "10,000"),
        (maxsize, "unlimited"),
        (timedelta(days=1), "1 day"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=30), "30 seconds"),
        (timedelta(0), "none"),
        (Colour.DARK_RED, "dark_red"),
        (frozenset(Colour), "blue, dark_red"),
        ((5.0, 10.0), "5.0, 10.0"),
        (Version(13, 2), "13.2.0"),
        ("whole", "whole"),
        (r"\d+", r"`\d+`"),
    ],
)
def test_shown(value: Any, words: str) -> None:
    """Values are told in words."""
    assert shown(value) == words
