"""What goes wrong on the wire: where, how often, and before or after the side effect.

A fault is data. The plan decides which fault an exchange meets; the network carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from .clock import Clock
    from .seed import Stream


class FaultKind(StrEnum):
    """How an exchange fails; the values are the words of the journal."""

    LATENCY = "latency"  # answered, but `seconds` later
    NO_ANSWER = "no answer"  # accepted, and never answered
    REFUSED = "refused"  # nobody listens; the service never sees the request
    RESET = "reset"  # the connection is torn down instead of an answer
    EMPTY = "empty"  # the connection is closed instead of an answer
    TRUNCATED = "truncated"  # half a body, then the connection closes
    MALFORMED = "malformed"  # a complete answer whose JSON breaks off
    WRONG_TYPE = "wrong content type"  # the right body, called `content_type`
    HTML = "html"  # a web page with status 200, as from a captive portal
    EMPTY_BODY = "empty body"  # the right status without a body
    REDIRECT = "redirect"  # `status` with `location`
    STATUS = "status"  # `status` with the service's own error body
    BODY = "body"  # `status` with `body`, as `content_type`
    CRASH = "crash"  # the caller dies: at this request, or with its answer on the way


WITH_STATUS = frozenset({FaultKind.STATUS, FaultKind.REDIRECT, FaultKind.BODY})


class FaultMoment(StrEnum):
    """When the fault strikes: instead of the service's work, or after the service has done it."""

    BEFORE = "before"
    AFTER = "after"


@dataclass
class Fault:
    """One thing that goes wrong on the wire; `Simulation.fault` adds it.

    - `kind` and `moment`: what happens, and whether the service has done its work before.
    - Where: `by` (who calls, such as `gateway`), `to` (the hostname), `method` and `path`. All are globs.
    - How often: from the `first` matching call on (counted from 1), `count` times (None: always), each with the
      probability `share` (0 to 1); from the instant `since` until before the instant `until`.
    - What the kind needs: `status` (of the answer), `seconds` (of virtual time, for `LATENCY`), `retry_after` (a header
      of the answer, in seconds), `location` (a URL, for `REDIRECT`), `body` and `content_type`.
    - `optional`: whether it need not strike; a scenario with another one that never did fails.
    - What happened: `seen` matching calls, of which it `struck` so many.

    Raises `ValueError` where `share` or `first` is out of range. Sources: what clients of RapidPro and CHT have met in
    production, and RFC 9110 for statuses and headers.
    """

    kind: FaultKind
    moment: FaultMoment = FaultMoment.BEFORE
    by: str = "*"
    to: str = "*"
    method: str = "*"
    path: str = "*"
    first: int = 1
    count: int | None = None
    share: float = 1.0
    since: datetime | None = None
    until: datetime | None = None
    status: int = 500
    seconds: float = 0.0
    retry_after: int | None = None
    location: str = ""
    body: str = ""
    content_type: str = "text/html; charset=utf-8"
    optional: bool = False
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"the share of a fault lies between 0 and 1, not at {self.share}")
        if self.first < 1:
            raise ValueError(f"calls are counted from 1, not from {self.first}")

    def place(self) -> str:
        """Return where it strikes, in one line: `gateway → textit.com POST /api/v2/broadcasts*`."""
        return f"{self.by} → {self.to} {self.method} {self.path}"

    def describe(self) -> str:
        """Return the kind in words, as the journal has it: `status 500 after the side effect`."""
        what = f"{self.kind} {self.status}" if self.kind in WITH_STATUS else str(self.kind)
        return f"{what} {self.moment} the side effect" if self.moment is FaultMoment.AFTER else what


class Faults:
    """The faults of a simulation, in the order in which they were added: the first that matches strikes."""

    def __init__(self, clock: Clock, stream: Stream) -> None:
        self._clock = clock
        self._stream = stream
        self._plan: list[Fault] = []
        self.added: list[Fault] = []  # all that ever were, those that are over too

    def __len__(self) -> int:
        return len(self._plan)

    def add(self, fault: Fault) -> Fault:
        self._plan.append(fault)
        self.added.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        self._plan.remove(fault)

    def clear(self) -> None:
        self._plan.clear()

    def may_strike(self, by: str, to: str) -> bool:
        """Say whether any fault, over or yet to come, is about requests of `by` to `to`."""
        return any(fnmatchcase(to, fault.to) and fnmatchcase(by, fault.by) for fault in self._plan)

    def strike(
        self, *, by: str, to: str, method: str, path: str, kinds: Container[FaultKind] = frozenset(FaultKind)
    ) -> Fault | None:
        """Return the fault, one of `kinds`, that this exchange meets, and count the call."""
        if not self._plan:
            return None
        now = self._clock.now()
        struck = None
        for fault in self._plan:
            if fault.kind not in kinds or not _concerns(fault, now, by, to, method, path):
                continue
            fault.seen += 1  # every rule counts every call that it is about, struck or not
            if struck is None and self._strikes(fault):
                fault.struck += 1
                struck = fault
        return struck

    def _strikes(self, fault: Fault) -> bool:
        if fault.seen < fault.first or (fault.count is not None and fault.struck >= fault.count):
            return False
        return fault.share >= 1 or self._stream.random() < fault.share


def _concerns(fault: Fault, now: datetime, by: str, to: str, method: str, path: str) -> bool:
    return (
        (fault.since is None or now >= fault.since)
        and (fault.until is None or now < fault.until)
        and fnmatchcase(method, fault.method)
        and fnmatchcase(to, fault.to)
        and fnmatchcase(by, fault.by)
        and fnmatchcase(path, fault.path)
    )
