"""The standalone gateway as a queue: what it takes from CHT, sends within its budget, and takes over from another."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakSet

from cht_rapidpro_gateway.budget import Budget, Purpose
from cht_rapidpro_gateway.configuration import ChtSettings, Policy, Quota
from cht_rapidpro_gateway.heritage import PAGE
from rapidpro_simulator.cht.messages.states import POLLED_STATES

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
SENDS = "gateway sends"


@dataclass
class KernelClock:
    """The kernel's time, as the gateway's own parts ask for it."""

    kernel: Kernel

    def now(self) -> float:
        return self.kernel.now


class StandaloneModel:
    """The gateway with its usual settings; `inherited` is what it does with messages that another left without an end.

    Its budget is the gateway's own code, so what it allows is not modelled but so.
    """

    def __init__(
        self,
        kernel: Kernel,
        latency: LatencyModel,
        mailbag: Mailbag,
        rapidpro: RapidProModel,
        inherited: Inherited,
    ) -> None:
        self._kernel = kernel
        self._latency = latency
        self._mailbag = mailbag
        self._rapidpro = rapidpro
        self._inherited = inherited
        self._budget = Budget(Quota(), lambda _purpose, _until: None, clock=KernelClock(kernel))  # type: ignore[arg-type]
        self._tracker = TrackerModel(kernel, latency, mailbag, rapidpro, self._budget)
        self._waiting: deque[tuple[float, ModelMessage]] = deque()
        self._known = False  # whose token it is
        self._sending = False
        self._held: dict[str, list[ModelMessage]] = {}
        self.actors: WeakSet[Actor] = WeakSet()

    def start(self, phase: float = 0.0) -> None:
        """Begin to visit CHT; `phase` seconds of the first pause are over."""
        now = self._kernel.now
        self._held = {state: list(self._mailbag.in_states((state,))) for state in POLLED_STATES}
        self._start(self._work(), now)
        self._start(self._visits(), now + VISIT_SECONDS - phase % VISIT_SECONDS)

    def stop(self) -> None:
        """End at once, whatever is under way."""
        self._kernel.stop(self.actors)

    def _start(self, actor: Actor, at: float) -> None:
        self.actors.add(actor)
        self._kernel.start(actor, at)

    def _work(self) -> Actor:
        """Find out whose token it is, then ask, and take over what is inherited."""
        while True:
            yield self._kernel.now + self._latency.web()
            if self._rapidpro.admits(SENDS, "workspace", self._kernel.now):
                break
            yield self._kernel.now + self._rapidpro.wait("workspace", self._kernel.now)
        now = self._kernel.now
        self._known = True
        self._start(self._tracker.work(), now)
        self._start(self._take_over(), now)
        self._wake()

    # Taking

    def _visits(self) -> Actor:
        while True:
            offered = self._mailbag.oldest_pending(OFFERED)
            for message in offered:
                self._mailbag.set_state(message, "received-by-gateway")
                self._waiting.append((self._kernel.now, message))
            self._wake()
            # What is new is reported at once, and CHT goes on to the next.
            yield self._kernel.now + (self._latency.web() if offered else VISIT_SECONDS)

    def _take_over(self) -> Actor:
        actions = {"received-by-gateway": self._inherited.unsent, "forwarded-by-gateway": self._inherited.unsent}
        for state, held in self._held.items():
            action = actions.get(state, self._inherited.sent)
            for first in range(0, len(held) if action != "leave" else 0, PAGE):
                page = [each for each in held[first : first + PAGE] if each.state == state]
                for message in page:
                    self._take(message, action)
                self._wake()
                yield self._kernel.now + (0.0 if action == "fail" else len(page) * HOUR / self._inherited.per_hour)

    def _take(self, message: ModelMessage, action: str) -> None:
        if action == "fail":
            self._mailbag.set_state(message, "failed")
        elif action == "send":
            self._waiting.append((message.due, message))
        else:
            self._tracker.inherit(message)

    # Sending

    def _wake(self) -> None:
        if self._known and self._waiting and not self._sending:
            self._sending = True
            self._start(self._send(), self._kernel.now)

    def _send(self) -> Actor:
        while self._waiting:
            if (wait := self._budget.wait(Purpose.SENDING)) > 0:
                yield self._kernel.now + wait
                continue
            taken, message = self._waiting[0]
            if self._kernel.now - taken > Policy.too_old_hours * HOUR:
                self._waiting.popleft()
                self._mailbag.set_state(message, "failed")
                continue
            self._budget.spend(Purpose.SENDING)
            yield self._kernel.now + self._latency.web()
            now = self._kernel.now
            if self._rapidpro.admits(SENDS, "broadcasts", now):
                self._waiting.popleft()
                self._rapidpro.take(message, now)
                self._tracker.follow(message)
            else:
                self._budget.refused(Purpose.SENDING, self._rapidpro.wait("broadcasts", now))
        self._sending = False
