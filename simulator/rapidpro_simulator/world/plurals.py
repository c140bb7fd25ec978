"""Numbers with their nouns, as sentences need them."""

from __future__ import annotations


def counted(amount: int | str, noun: str, plural: str | None = None) -> str:
    """Return `amount` with `noun` or its plural (default: with an s): `1 message`, `2 messages`, `no messages`."""
    return f"{amount} {noun}" if str(amount) == "1" else f"{amount} {plural or f'{noun}s'}"
