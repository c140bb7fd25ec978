"""In which state a new message to a phone begins: denied, duplicate or pending (cht 6.4). Knows nothing of HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_number, as_text, compile_pattern, is_truthy, trim

from .phones import is_same

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rapidpro_simulator.world.clock import Clock

DUPLICATE_LIMIT = 5
HIGHEST_DUPLICATE_LIMIT = 20
FORGOTTEN_AFTER = timedelta(minutes=30)

_LETTER = compile_pattern(r"[a-z]", "i")
_LEADING_DIGITS = compile_pattern(r"\s*\+?[0-9]+")


def is_denied(sender: Any, settings: Mapping[str, Any]) -> bool:
    """Say whether `settings` forbid messages because of who sent the record; whom they go to does not matter.

    Raises `TypeError` where there is a deny list and the sender is no text, as CHT does.
    """
    if not is_truthy(sender):
        return False
    return (
        is_same(settings.get("gateway_number"), sender)
        or (isinstance(sender, (str, list)) and len(sender) < as_number(settings.get("outgoing_deny_shorter_than")))
        or (settings.get("outgoing_deny_with_alphas") is True and _LETTER.search(as_text(sender)) is not None)
        or _is_listed(sender, settings.get("outgoing_deny_list"))
    )


def _is_listed(sender: Any, entries: Any) -> bool:
    if not is_truthy(entries):
        return False
    if not (isinstance(sender, str) and isinstance(entries, str)):
        raise TypeError("outgoing_deny_list and the sender have to be texts")
    starts = [trim(entry).lower() for entry in entries.split(",")]
    return any(sender.lower().startswith(start) for start in starts if start)


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
    digits = _LEADING_DIGITS.match(as_text(sms.get("duplicate_limit")) if isinstance(sms, dict) else "")
    limit = int(digits[0]) if digits else 0
    return min(limit, HIGHEST_DUPLICATE_LIMIT) if limit > 0 else DUPLICATE_LIMIT
