"""RapidPro as a gateway's queue knows it: it admits a request or refuses it, and says what became of a message."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus

from .throttle import Throttle

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.incident import Account

    from .carrier import CarrierModel
    from .messages import ModelMessage

HOUR = 3600.0
ANSWERED, REFUSED = "answered", "refused"


class RapidProModel:
    """One workspace: its throttle, and its carrier.

    `requests` counts what was answered and refused, by hour, who asked, and for what.
    """

    def __init__(self, account: Account, carrier: CarrierModel) -> None:
        self.profile = account.profile
        self.throttle = Throttle(account.all_rates)
        self.posted_word = account.its_generation.words.broadcast[BroadcastStatus.PENDING]
        self.requests: Counter[tuple[int, str, str]] = Counter()
        self._carrier = carrier

    def admits(self, who: str, endpoint: str, now: float) -> bool:
        """Count a request of `who`, and say whether it is answered."""
        admitted = self.throttle.log(self.profile.scope_of(endpoint)).admit(now)
        self.requests[int(now // HOUR), who, ANSWERED if admitted else REFUSED] += 1
        return admitted

    def wait(self, endpoint: str, now: float) -> float:
        """Return the seconds that a refusal says."""
        return self.throttle.log(self.profile.scope_of(endpoint)).wait(now)

    def take(self, message: ModelMessage, now: float) -> None:
        """Take a broadcast of one message: it is known from now on, and on its way."""
        message.timeline = self._carrier.timeline(now)
        message.copies += 1
        if message.first_sent is None:
            message.first_sent = now
