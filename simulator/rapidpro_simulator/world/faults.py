"""What goes wrong on the wire: where, how often, and before or after the side effect.

A fault is data. The plan decides which fault an exchange meets; the network carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from .fault_kinds import (
    DEFAULTS,
    WITH_STATUS,
    FaultKind,
    FaultMoment,
    moments_of,
    require_moment,
    require_parameters,
)

if TYPE_CHECKING:
    from collections.abc import Container
    from datetime import datetime

    from .clock import Clock
    from .seed import Stream

__all__ = ["Fault", "FaultKind", "FaultMoment", "Faults"]


PARAMETERS = frozenset({"status", "seconds", "retry_after", "location", "body", "content_type"})
UNSAID: Any = None  # what `Fault` puts its kind's own value in place of


@dataclass
class Fault:
    """One thing that goes wrong on the wire; `Simulation.fault` adds it.

    - `kind` and `moment`: what happens, and whether the service has done its work before. A request that is refused
      has reached nobody; what is made of the service's own answer (`TRUNCATED`, `MALFORMED`, `WRONG_TYPE`,
      `EMPTY_BODY`) strikes after its work; all others may strike before (what is meant unless it is said) or after.
    - Where: `by` (who calls, such as `gateway`), `to` (the hostname), `method` and `path`. All are globs.
    - How often: from the `first` matching call on (counted from 1), `count` times (None: always), each with the
      probability `share` (0 to 1); from the instant `since` until before the instant `until`.
    - How late: `seconds` of virtual time pass before it happens, after the service's work if it strikes after that;
      `LATENCY` is that alone. A refusal is never late, and `NO_ANSWER` is not either.
    - What the kind needs: `status` (of `STATUS`, `BODY` and `REDIRECT`), `retry_after` (a header of `STATUS`, in
      seconds), `location` (a URL, for `REDIRECT`), `body` (of `BODY`), `content_type` (of `BODY` and `WRONG_TYPE`).
    - `optional`: whether it need not strike; a scenario with another one that never did fails.
    - What happened: `seen` matching calls, of which it `struck` so many.

    Raises `ValueError` for a combination that has no meaning, and for what is out of range. Sources: what clients of
    RapidPro and CHT have met in production, and RFC 9110 for statuses and headers.
    """

    kind: FaultKind
    moment: FaultMoment = UNSAID
    by: str = "*"
    to: str = "*"
    method: str = "*"
    path: str = "*"
    first: int = 1
    count: int | None = None
    share: float = 1.0
    since: datetime | None = None
    until: datetime | None = None
    status: int = UNSAID
    seconds: float = 0.0
    retry_after: int | None = None
    location: str = ""
    body: str = ""
    content_type: str = ""
    optional: bool = False
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"the share of a fault lies between 0 and 1, not at {self.share}")
        if self.first < 1:
            raise ValueError(f"calls are counted from 1, not from {self.first}")
        if self.count is not None and self.count < 1:
            raise ValueError(f"a fault strikes once or more often, not {self.count} times")
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise ValueError(f"a fault that begins at {self.since} cannot end at {self.until}")
        self._require_meaning()

    def _require_meaning(self) -> None:
        said = {field.name: getattr(self, field.name) for field in fields(self) if field.name in PARAMETERS}
        given = {name: value for name, value in said.items() if value != getattr(Fault, name)}
        require_parameters(self.kind, given)
        for name, value in DEFAULTS.get(self.kind, {}).items():
            if name not in given:
                setattr(self, name, value)
        self.moment = self.moment or moments_of(self.kind)[0]
        require_moment(self.kind, self.moment)

    def place(self) -> str:
        """Return where it strikes, in one line: `gateway → textit.com POST /api/v2/broadcasts*`."""
        return f"{self.by} → {self.to} {self.method} {self.path}"

    def describe(self) -> str:
        """Return the kind in words, as the journal has it: `status 500, 20 s late after the side effect`."""
        what = f"{self.kind} {self.status}" if self.kind in WITH_STATUS else str(self.kind)
        if self.seconds and self.kind is not FaultKind.LATENCY:
            what += f", {self.seconds:g} s late"
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

    def is_planned(self, fault: Fault) -> bool:
        """Say whether `fault` may strike yet: it was added, and has not been removed."""
        return any(each is fault for each in self._plan)

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
