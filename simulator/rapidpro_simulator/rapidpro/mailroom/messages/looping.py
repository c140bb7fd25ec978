"""The looping guard: too many identical messages to one contact are taken for a loop (rapidpro 6.3)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from datetime import datetime

BUCKET = 300  # seconds
COMPARED = 128  # characters


class LoopingGuard:
    """Counts messages by contact and text, in buckets of five minutes around the nearest multiple of five minutes."""

    def __init__(self) -> None:
        self._bucket = 0
        self._counts: Counter[int] = Counter()

    def count(self, contact_id: int, text: str, now: datetime) -> int:
        """Count one more message `now`, and return the how-manieth of its kind in this bucket it is."""
        bucket = int(now.timestamp() + BUCKET / 2) // BUCKET
        if bucket != self._bucket:
            self._bucket = bucket
            self._counts.clear()
        key = crc32(f"{contact_id}|{text.lower()[:COMPARED]}".encode())
        self._counts[key] += 1
        return self._counts[key]
