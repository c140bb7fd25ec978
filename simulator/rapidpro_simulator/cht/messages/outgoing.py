"""In which state a new message to a phone begins: denied, duplicate or pending (cht 6.4). Knows nothing of HTTP."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .phones import is_same

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rapidpro_simulator.world.clock import Clock

DUPLICATE_LIMIT = 5
HIGHEST_DUPLICATE_LIMIT = 20
FORGOTTEN_AFTER = timedelta(minutes=30)

_LETTER = re.compile(r"[a-z]", re.IGNORECASE)


def is_denied(sender: Any, settings: Mapping[str, Any]) -> bool:
    """Say whether `settings` forbid messages because of who sent the record; whom they go to does not matter."""
    if not sender:
        return False
    number = str(sender)
    entries = [entry.strip().lower() for entry in str(settings.get("outgoing_deny_list") or "").split(",")]
    return (
        is_same(sender, settings.get("gateway_number"), settings)
        or len(number) < _whole_number(settings.get("outgoing_deny_shorter_than"), 0)
        or (settings.get("outgoing_deny_with_alphas") is True and _LETTER.search(number) is not None)
        or any(number.lower().startswith(entry) for entry in entries if entry)
    )


class Outgoing:
    """New messages of one process, which remembers what it has just sent to whom until it ends."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._copies: dict[tuple[str, str], tuple[int, datetime]] = {}

    def state(self, sender: Any, to: Any, text: str, settings: Mapping[str, Any]) -> str:
        """Return the state of a message `text` to the number `to`, because of a record from `sender`."""
        if is_denied(sender, settings):
            return "denied"
        return "duplicate" if self._count(str(to), text) > duplicate_limit(settings) else "pending"

    def _count(self, to: str, text: str) -> int:
        now = self._clock.now()
        count, last = self._copies.get((to, text), (0, now))
        count = 1 if now - last >= FORGOTTEN_AFTER else count + 1
        self._copies[to, text] = (count, now)
        return count


def duplicate_limit(settings: Mapping[str, Any]) -> int:
    """Return how many times the same text may go to the same number."""
    sms = settings.get("sms")
    limit = _whole_number(sms.get("duplicate_limit") if isinstance(sms, dict) else None, DUPLICATE_LIMIT)
    return min(limit, HIGHEST_DUPLICATE_LIMIT) if limit > 0 else DUPLICATE_LIMIT


def _whole_number(value: Any, otherwise: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return otherwise
