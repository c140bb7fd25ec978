"""Shortcodes: the short numbers by which people and places are named in messages (cht-sentinel 10.5)."""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.scalars import parse_int

if TYPE_CHECKING:
    from rapidpro_simulator.world.seed import Stream

    from .context import TransitionContext

LENGTH_DOCUMENT = "shortcode-id-length"
SHORTEST, LONGEST = 5, 13
CANDIDATES = 200  # that are tried in one request
VIEW = "medic/docs_by_shortcode"


async def new_shortcode(context: TransitionContext) -> str:
    """Return a shortcode that no document has; two who ask at the same time may get the same one.

    Where all candidates are taken, numbers get a digit longer, for everybody from now on. Raises `CouchClientError`.
    """
    length = await _read_length(context)
    while True:
        candidates = [random_shortcode(context.stream, length) for _ in range(CANDIDATES)]
        rows = await context.store.view(VIEW, keys=list(dict.fromkeys(candidates)))
        taken = {row["key"] for row in rows}
        free = next((each for each in candidates if each not in taken), None)
        if free is not None:
            return free
        length += 1
        await _save_length(context, length)


def random_shortcode(stream: Stream, length: int) -> str:
    """Return so many digits, the last of which checks the others."""
    digits = f"{stream.randrange(10 ** (length - 1)):0{length - 1}d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """Return the digit that follows `digits`: `1234` → `8`."""
    return str(sum(map(mul, map(int, digits), range(len(digits) + 1, 1, -1))) % 11 % 10)


async def _read_length(context: TransitionContext) -> int:
    document = await context.store.get(LENGTH_DOCUMENT)
    length = parse_int((document or {}).get("current_length")) or SHORTEST
    return min(max(length, SHORTEST), LONGEST)


async def _save_length(context: TransitionContext, length: int) -> None:
    if length > LONGEST:
        raise ValueError("Unable to generate a shortcode: all numbers are taken")
    document: dict[str, Any] = await context.store.get(LENGTH_DOCUMENT) or {"_id": LENGTH_DOCUMENT}
    await context.store.put({**document, "current_length": length})
