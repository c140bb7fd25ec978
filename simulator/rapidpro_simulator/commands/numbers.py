"""Numbers that options take: whoever gives another one is told what is possible."""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import suppress


def at_least_one(text: str) -> int:
    """Return how many of something there are to be. Raises `ArgumentTypeError`."""
    with suppress(ValueError):
        if (number := int(text)) >= 1:
            return number
    raise ArgumentTypeError(f"{text!r} is no whole number from 1 on")


def more_than_none(text: str) -> float:
    """Return how much of something there is to be. Raises `ArgumentTypeError`."""
    with suppress(ValueError):
        if (amount := float(text)) > 0:  # which nan is not, either
            return amount
    raise ArgumentTypeError(f"{text!r} is no number above 0")
