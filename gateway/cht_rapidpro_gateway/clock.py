"""What time it is. Everything that is kept is in POSIX seconds, so that it means the same after a restart."""

from __future__ import annotations

from datetime import UTC, datetime

DAY = 86_400.0  # seconds


def now() -> float:
    """Return the time, in POSIX seconds."""
    return datetime.now(UTC).timestamp()
