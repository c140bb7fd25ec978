"""Numbers with their nouns, as sentences need them."""

from __future__ import annotations


def counted(amount: int | str, noun: str) -> str:
    """Return `amount` with `noun`, a singular whose plural ends in s: `1 message`, `2 messages`, `no messages`."""
    return f"{amount} {noun}" if str(amount) == "1" else f"{amount} {noun}s"
