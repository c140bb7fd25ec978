"""The figures of one run, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf
from typing import NamedTuple

HOUR = 3600.0
DAY = 24  # hours
LATE_SHARE = 0.05  # of a day's new messages, that may be late while the day counts as on time
JUST_NOW = 300.0  # seconds before the end; what is made then, and still waits, is neither late nor on time


class Hour(NamedTuple):
    """What there is at the end of an hour: messages of the backlog without a final state, messages to be sent."""

    open: int
    waiting: int


@dataclass(frozen=True)
class Figures:
    """What was seen in one run, in seconds from the start.

    `requests` are counted by hour, who asked, and `answered` or `refused`; `new` are the new messages: when they were
    due, and when they were first sent (None: not at all). `again`: how often RapidPro got a message that it had
    already. `new_open`: how many of the new messages have no final state at the end.
    """

    hours: list[Hour]
    requests: dict[tuple[int, str, str], int]
    new: list[tuple[float, float | None]]
    again: int
    backlog_gone: float | None
    new_open: int = 0

    def requests_of(self, who: str, what: str) -> list[int]:
        """Return one consumer's requests, hour by hour."""
        return [self.requests.get((hour, who, what), 0) for hour in range(len(self.hours))]

    @property
    def consumers(self) -> list[str]:
        return sorted({who for _, who, _ in self.requests})

    @property
    def settled(self) -> float:
        """Return the end of the last hour, in seconds, in which old messages ended."""
        left = self.hours[-1].open
        return HOUR * (1 + max((hour for hour, each in enumerate(self.hours, 1) if each.open != left), default=0))

    @property
    def share_of_new_open(self) -> float:
        """Return which part of the new messages has no final state at the end; 0 where there are none."""
        return self.new_open / max(1, len(self.new))

    def delays(self, first: int, end: int) -> list[float]:
        """Return the seconds that the new messages of some hours waited, sorted; infinity for those still waiting."""
        return sorted(
            inf if sent is None else sent - due
            for due, sent in self._judged(JUST_NOW)
            if first * HOUR <= due < end * HOUR
        )

    def _judged(self, seconds: float) -> list[tuple[float, float | None]]:
        """Return the new messages less those that wait at the end, and have not done so for that long."""
        end = len(self.hours) * HOUR
        return [(due, sent) for due, sent in self.new if sent is not None or due <= end - seconds]

    def on_time_since(self, seconds: float) -> float | None:
        """Return the hour from which on new messages went out within so many seconds; None: the last day's did not.

        A few late ones do not make a day a bad one; after the last bad day's last late message it is good. Where no
        day follows to prove that, most messages of that day have to come after it.
        """
        made: dict[int, list[float]] = {}
        late: dict[int, list[float]] = {}
        for due, sent in self._judged(seconds):
            day = int(due // (DAY * HOUR))
            made.setdefault(day, []).append(due)
            if sent is None or sent - due > seconds:
                late.setdefault(day, []).append(due)
        bad = [day for day, each in late.items() if len(each) > LATE_SHARE * len(made[day])]
        if not bad:
            return 0.0
        last = max(late[max(bad)])
        since = [due > last for due in made[max(bad)]]
        if max(bad) == max(made) and sum(since) <= len(since) / 2:
            return None
        return ceil(last / HOUR) * HOUR


def quantile(ordered: list[float], share: float) -> float | None:
    """Return the value that a share of `ordered` does not exceed; None where there are none."""
    return ordered[max(0, ceil(share * len(ordered) - 1e-9) - 1)] if ordered else None
