"""The login rate limit: who fails too often is not even asked who they are (cht 11.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidpro_simulator.world.authorization import basic_credentials

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rapidpro_simulator.world.clock import Clock

POINTS = 10
WINDOW = 10.0  # seconds
COUNTED = frozenset({401, 429})


@dataclass
class Bucket:
    """How many points somebody has consumed, and until when (seconds of the clock) they count."""

    consumed: int
    expires: float


class LoginLimiter:
    """Ten points in ten seconds for every address, user name and password."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def is_exhausted(self, keys: Iterable[str]) -> bool:
        """Say whether one of `keys` has no points left."""
        return any(self._consumed(key) >= POINTS for key in keys)

    def consume(self, keys: Iterable[str]) -> None:
        """Take a point from each of `keys`."""
        now = self._clock.seconds()
        for key in keys:
            consumed = self._consumed(key)
            # Who goes on after the last point is locked out for another whole window: hammering extends the lockout.
            expires = now + WINDOW if consumed == 0 or consumed >= POINTS else self._buckets[key].expires
            self._buckets[key] = Bucket(consumed + 1, expires)

    def _consumed(self, key: str) -> int:
        bucket = self._buckets.get(key)
        if bucket is None:
            return 0
        if bucket.expires <= self._clock.seconds():
            del self._buckets[key]
            return 0
        return bucket.consumed


def claimed_credentials(authorization: str) -> tuple[str, str] | None:
    """Return name and password in a Basic header, empty ones where it cannot be read; None for any other scheme."""
    try:
        return basic_credentials(authorization)
    except ValueError:
        return "", ""


def keys_of(address: str, claimed: tuple[str, str] | None) -> list[str]:
    """Return what the points of a caller are counted by: the address and the name and password that are claimed."""
    named = [] if claimed is None else [f"user {claimed[0]}", f"password {claimed[1]}"]
    return [f"address {address}", *named]
