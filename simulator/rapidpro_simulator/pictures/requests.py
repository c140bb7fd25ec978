"""How many requests of a workspace were answered and refused in each minute of the last hour, by throttle scope."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapidpro_simulator.world.journal import Journal

MINUTES = 60
ROOT = "/api/v2/"
TOO_MANY = 429


class RequestsAMinute:
    """Counts by workspace, scope and minute, the oldest first."""

    def __init__(self) -> None:
        self._answered: Counter[tuple[str, str, int]] = Counter()
        self._refused: Counter[tuple[str, str, int]] = Counter()

    def count(self, workspace: str, scope: str, minute: int, *, refused: bool) -> None:
        """Count one request."""
        (self._refused if refused else self._answered)[workspace, scope, minute] += 1

    def of(self, workspace: str, scope: str) -> tuple[list[int], list[int]]:
        """Return how many were answered, and how many refused, in each minute."""
        return (
            [self._answered[workspace, scope, minute] for minute in range(MINUTES)],
            [self._refused[workspace, scope, minute] for minute in range(MINUTES)],
        )


def requests_a_minute(journal: Journal, host: str, now: datetime, scope_of: Callable[[str], str]) -> RequestsAMinute:
    """Return the requests to RapidPro at `host` in the hour before `now`; `scope_of` names the scope of an endpoint."""
    since = now - timedelta(minutes=MINUTES)
    counts = RequestsAMinute()
    for exchange in journal.exchanges(since=since, to=host, path=f"{ROOT}*", workspace="*"):
        endpoint = exchange.data["path"].removeprefix(ROOT).partition(".")[0]
        minute = min(int((exchange.time - since) / timedelta(minutes=1)), MINUTES - 1)
        counts.count(exchange.data["workspace"], scope_of(endpoint), minute, refused=exchange.status == TOO_MANY)
    return counts
