"""RapidPro as a gateway's queue knows it: it admits a request or refuses it, and says what became of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cht_rapidpro_gateway.rapidpro import DEFAULT_THROTTLE_SECONDS
from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus

from .throttle import Throttle

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.incident import Account

    from .carrier import CarrierModel
    from .messages import ModelMessage
    from .throttle import Log

HOUR = 3600.0
ANSWERED, REFUSED = "answered", "refused"


class Door:
    """Where one consumer's requests for one endpoint come in; it counts them by hour: refused and answered."""

    __slots__ = ("_counts", "log")

    def __init__(self, log: Log, hours: int) -> None:
        self.log = log
        self._counts = ([0] * hours, [0] * hours)

    def admits(self, now: float) -> bool:
        """Count a request, and say whether it is answered."""
        admitted = self.log.admit(now)
        self._counts[admitted][int(now // HOUR)] += 1
        return admitted

    def seconds_refused(self, now: float) -> float:
        """Return for how long the standalone gateway takes a refusal: as RapidPro says, or as is usual."""
        said = self.log.wait(now)
        return DEFAULT_THROTTLE_SECONDS if said is None else max(1.0, said)

    def counts(self, what: str) -> list[int]:
        """Return the requests, hour by hour, that were `answered` or `refused`."""
        return self._counts[what == ANSWERED]


class RapidProModel:
    """One workspace: its throttle, and its carrier. `hours`: how long it is looked at."""

    def __init__(self, account: Account, carrier: CarrierModel, hours: int) -> None:
        self.throttle = Throttle(account.all_rates)
        self.posted_word = account.its_generation.words.broadcast[BroadcastStatus.PENDING]
        self._profile = account.profile
        self._carrier = carrier
        self._hours = hours + 2  # what is under way at the end comes after it
        self._doors: dict[tuple[str, str], Door] = {}

    def door(self, who: str, endpoint: str) -> Door:
        """Return where `who` asks for an endpoint."""
        key = who, endpoint
        if key not in self._doors:
            self._doors[key] = Door(self.throttle.log(self._profile.scope_of(endpoint)), self._hours)
        return self._doors[key]

    def requests(self) -> dict[tuple[int, str, str], int]:
        """Return how many requests there were, by hour, who asked, and whether they were answered or refused."""
        found: dict[tuple[int, str, str], int] = {}
        for (who, _), door in self._doors.items():
            for what in (ANSWERED, REFUSED):
                for hour, count in enumerate(door.counts(what)):
                    if count:
                        found[hour, who, what] = found.get((hour, who, what), 0) + count
        return found

    def take(self, message: ModelMessage, now: float) -> None:
        """Take a broadcast of one message: it is known from now on, and on its way."""
        message.timeline = self._carrier.timeline(now)
        message.copies += 1
        if message.first_sent is None:
            message.first_sent = now
