"""The standalone gateway as a queue: what it takes from CHT, sends within its budget, and takes over from another."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cht_rapidpro_gateway.budget import Budget, Purpose
from cht_rapidpro_gateway.configuration import ChtSettings, Policy, Quota
from cht_rapidpro_gateway.heritage import PAGE

from .kernel import Process
from .outbox import OutboxModel
from .tracking import TrackerModel

if TYPE_CHECKING:
    from rapidpro_simulator.laboratory.forecast.incident import Inherited

    from .kernel import Actor, Kernel
    from .latency import LatencyModel
    from .messages import Mailbag, ModelMessage
    from .rapidpro import RapidProModel

OFFERED = 25  # messages that CHT offers at a time (cht 2)
VISIT_SECONDS: float = ChtSettings.poll_seconds
HOUR = 3600.0
TOO_OLD_SECONDS = Policy.too_old_hours * HOUR
SENDS = "gateway sends"


@dataclass
class KernelClock:
    """The kernel's time, as the gateway's own parts ask for it."""

    kernel: Kernel

    def now(self) -> float:
        return self.kernel.now


class StandaloneModel(Process):
    """The gateway with its usual settings; `inherited` is what it does with messages that another left without an end.

    None: it has been there all along, so there is nothing that it could inherit or would have to catch up with. Its
    budget is the gateway's own code, so what it allows is not modelled but so.
    """

    def __init__(
        self,
        kernel: Kernel,
        latency: LatencyModel,
        mailbag: Mailbag,
        rapidpro: RapidProModel,
        inherited: Inherited | None,
    ) -> None:
        super().__init__(kernel)
        self._latency = latency
        self._mailbag = mailbag
        self._rapidpro = rapidpro
        self._inherited = inherited
        self._outbox = OutboxModel(kernel, mailbag)
        self._budget = Budget(Quota(), lambda _purpose, _until: None, clock=KernelClock(kernel))  # type: ignore[arg-type]
        self._tracker = TrackerModel(kernel, latency, self._outbox, rapidpro, self._budget)
        self._waiting: deque[tuple[float, ModelMessage]] = deque()  # behind the time since when they have waited
        self._known = False  # whose token it is
        self._sending = False
        self._catching_up = inherited is not None  # with what came before it was started

    def start(self, phase: float = 0.0) -> None:
        """Begin; the next visit to CHT is due as if the last had been `phase` seconds ago, and at once for 0."""
        now = self._kernel.now
        self._start(self._work(), now)
        self._start(self._visits(), now + (VISIT_SECONDS - phase) % VISIT_SECONDS)

    disable = Process.stop  # who leaves it for another ends its process

    def _work(self) -> Actor:
        """Find out whose token it is, then ask, and take over what is inherited."""
        door = self._rapidpro.door(SENDS, "workspace")
        while True:
            yield self._kernel.now + self._latency.web()
            if door.admits(self._kernel.now):
                break
            yield self._kernel.now + door.seconds_refused(self._kernel.now)
        now = self._kernel.now
        self._known = True
        self._start(self._tracker.work(), now)
        self._start(self._take_over(), now)
        self._wake()

    # Taking

    def _visits(self) -> Actor:
        while True:
            offered = self._mailbag.oldest_pending(OFFERED)
            now = self._kernel.now
            # What came before the gateway is as old as CHT says, what comes now is new.
            for message in [each for each in offered if self._outbox.take(each)]:
                self._waiting.append((message.pending_since if self._catching_up else now, message))
            self._catching_up = self._catching_up and bool(offered)
            self._wake()
            # What is new is reported at once, and CHT goes on to the next.
            yield now + (self._latency.web() if offered else VISIT_SECONDS)

    def _take_over(self) -> Actor:
        if (inherited := self._inherited) is None:
            return
        unsent, sent = inherited.unsent, inherited.sent
        wanted = {"received-by-gateway": unsent, "forwarded-by-gateway": unsent, "sent": sent}
        for state, action in wanted.items():
            held = self._mailbag.in_states({state}) if action != "leave" else []
            for first in range(0, len(held), PAGE):
                # Those that have got another state meanwhile, or that it has taken itself, are no longer held.
                page = [each for each in held[first : first + PAGE] if each.state == state]
                taken = sum([self._inherit(message, action) for message in page])
                self._wake()
                yield self._kernel.now + (0.0 if action == "fail" else taken * HOUR / inherited.per_hour)

    def _inherit(self, message: ModelMessage, action: str) -> bool:
        """Take a message over, and say so; nobody can be asked about one without a reference."""
        if self._outbox.knows(message) or (action == "ask" and not message.referenced):
            return False
        self._outbox.inherit(message)
        if action == "fail":
            self._outbox.fail(message)
        elif action == "send":
            self._waiting.append((message.pending_since, message))
        else:
            self._tracker.inherit(message)
        return True

    # Sending

    def _wake(self) -> None:
        if self._known and self._waiting and not self._sending:
            self._sending = True
            self._start(self._send(), self._kernel.now)

    def _send(self) -> Actor:
        door = self._rapidpro.door(SENDS, "broadcasts")
        while self._waiting:
            if (wait := self._budget.wait(Purpose.SENDING)) > 0:
                yield self._kernel.now + wait
                continue
            since, message = self._waiting[0]
            if self._kernel.now - since > TOO_OLD_SECONDS:
                self._waiting.popleft()
                self._outbox.fail(message)
                continue
            self._budget.spend(Purpose.SENDING)
            yield self._kernel.now + self._latency.web()
            now = self._kernel.now
            if door.admits(now):
                self._waiting.popleft()
                self._rapidpro.take(message, now)
                self._tracker.follow(message)
            else:
                self._budget.refused(Purpose.SENDING, door.seconds_refused(now))
        self._sending = False
