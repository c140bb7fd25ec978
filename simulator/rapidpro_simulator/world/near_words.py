"""What somebody may have meant who wrote a word that there is not."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return `; did you mean 'sent'?`, for the end of an error, with the nearest of `known`; nothing where none is."""
    near = get_close_matches(str(word), list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
