"""Numbers with their nouns, and words in a row, as sentences need them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def counted(amount: int | str, noun: str, plural: str | None = None) -> str:
    """Return `amount` with `noun` or its plural (default: with an s): `1 message`, `2 messages`, `no messages`."""
    return f"{amount} {noun}" if str(amount) == "1" else f"{amount} {plural or f'{noun}s'}"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words one after another, the last one after a word of its own: `a, b and c`."""
    *others, end = words
    return f"{', '.join(others)} {last} {end}" if others else end
