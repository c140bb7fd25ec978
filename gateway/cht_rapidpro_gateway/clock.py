"""What time it is, by a clock that nobody can set: times that are kept go on by elapsed time, across restarts too.

The system's clock is believed once, when a database is new. From then on seconds are counted as they elapse, so a step
of the system's clock, of an hour or of ten days, makes no message older and ends no pause. A restart on the same boot
is bridged by the time since the boot. After another boot nobody here knows how long it took, so the first answer of CHT
is asked what time it is; before that, and where CHT tells no time, as little as possible has elapsed.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

DAY = 86_400.0  # seconds
FRESH_SECONDS = 900.0  # for which CHT's word of the time counts: it is visited every five minutes at least
_BOOT = Path("/proc/sys/kernel/random/boot_id")  # Linux's; elsewhere every restart counts as a boot


def now() -> float:
    """Return the system's time, in POSIX seconds."""
    return datetime.now(UTC).timestamp()


def uptime() -> float:
    """Return the seconds since the boot, and since any moment at all where the system does not tell."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def boot_id() -> str:
    """Return a name of this boot of the machine, which a container shares; empty where there is none."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def http_date(header: str | None) -> float | None:
    """Return what a `Date` header says, in POSIX seconds; None where it says nothing."""
    try:
        return parsedate_to_datetime(header or "").timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


class Clock(Protocol):
    """What the parts of the gateway may ask of time. All is in seconds."""

    def now(self) -> float:
        """Return the time by elapsed seconds; it may be off from the system's, and from everybody's."""

    def by_cht(self) -> float | None:
        """Return the time that CHT told last; None where it tells none."""

    def is_fresh(self) -> bool:
        """Say whether CHT told the time a short while ago."""


class SystemClock:
    """The system's clock, for who keeps nothing."""

    def now(self) -> float:
        return now()

    def by_cht(self) -> float | None:
        return None

    def is_fresh(self) -> bool:
        return True


class SteadyClock:
    """The clock of a database. `elapsed` counts seconds on the boot that `boot` names; `wall` is the system's time."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        elapsed: Callable[[], float] = uptime,
        boot: Callable[[], str] = boot_id,
        wall: Callable[[], float] = now,
    ) -> None:
        self._connection = connection
        self._elapsed = elapsed
        self._boot = boot()
        self._by_cht: float | None = None
        self._heard_at = 0.0
        self._missing: float | None = None  # when CHT told the time last, before a gap of a length that nobody knows
        start = elapsed()
        row = connection.execute("SELECT * FROM clock").fetchone()
        if row is None:
            self._ahead = wall() - start
        elif row["boot"] == self._boot != "" and start >= row["elapsed"]:
            self._ahead = row["time"] - row["elapsed"]
        elif row["by_cht"] is None:
            self._ahead = max(row["time"], row["time"] + wall() - row["wall"]) - start
        else:
            self._ahead, self._missing = row["time"] - start, row["by_cht"]
        self._wall = wall
        self.save()

    def now(self) -> float:
        return self._elapsed() + self._ahead

    def by_cht(self) -> float | None:
        return self._by_cht

    def is_fresh(self) -> bool:
        return self.now() - self._heard_at <= FRESH_SECONDS

    def heard(self, header: str | None) -> None:
        """Note the time that CHT tells with an answer, in its `Date` header, and keep what time it is."""
        told = http_date(header)
        if told is not None:
            if self._missing is not None:
                self._ahead += max(0.0, told - self._missing)
                self._missing = None
            self._by_cht = told
        self._heard_at = self.now()
        self.save()

    def save(self) -> None:
        """Keep what time it is, for whoever starts next."""
        self._connection.execute(
            "INSERT OR REPLACE INTO clock (id, time, elapsed, boot, wall, by_cht) VALUES (1,?,?,?,?,?)",
            (self.now(), self._elapsed(), self._boot, self._wall(), self._by_cht or self._missing),
        )
