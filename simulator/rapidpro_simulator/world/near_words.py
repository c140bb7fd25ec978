"""What somebody may have meant who wrote a word that there is not."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def near(word: str, known: Iterable[str], cutoff: float) -> list[str]:
    """Return up to three of `known` that `word` may be a misspelling of, the best first; capitals do not matter.

    `cutoff` is how alike they must be, from 0 to 1.
    """
    by_lower = {each.lower(): each for each in known}
    return [by_lower[each] for each in get_close_matches(word.lower(), by_lower, n=3, cutoff=cutoff)]


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return `; did you mean 'sent'?`, for the end of an error, with the nearest of `known`; nothing where none is."""
    near = get_close_matches(str(word), list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
