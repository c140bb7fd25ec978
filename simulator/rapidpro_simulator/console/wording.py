"""Texts as sentences have them."""

from __future__ import annotations

from .problems import ProblemError


def in_quotes(text: str) -> str:
    """Return a text in quotes. Raises `ProblemError` where it has several lines, which no sentence has."""
    if "\n" in text or "\r" in text:
        raise ProblemError(422, f"a sentence has one line, and {text!r} has several")
    return f'"{text}"'
