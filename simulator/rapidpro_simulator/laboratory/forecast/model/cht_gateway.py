"""CHT's own gateway as a queue: two timers, 25 messages at a time, and what a 429 does to each (cht 5.1 to 5.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.gateway import INTERVAL
from rapidpro_simulator.cht.gateway.polling import BATCH
from rapidpro_simulator.cht.gateway.sending import map_status
from rapidpro_simulator.cht.releases import CredentialStore

from .kernel import Process

if TYPE_CHECKING:
    from rapidpro_simulator.cht.messages.states import Mapped
    from rapidpro_simulator.cht.releases import Release

    from .kernel import Actor, Kernel
    from .latency import LatencyModel
    from .messages import Mailbag, ModelMessage
    from .rapidpro import RapidProModel

SENDS, ASKS = "CHT sends", "CHT asks"


class ChtGatewayModel(Process):
    """The gateway of a `release` whose timers fire every `interval` seconds. `stop` and `disable` are its two ends."""

    def __init__(
        self,
        kernel: Kernel,
        latency: LatencyModel,
        mailbag: Mailbag,
        rapidpro: RapidProModel,
        release: Release,
        interval: float = INTERVAL,
    ) -> None:
        super().__init__(kernel)
        self._latency = latency
        self._mailbag = mailbag
        self._rapidpro = rapidpro
        self._sends = rapidpro.door(SENDS, "broadcasts")
        self._asks = rapidpro.door(ASKS, "messages")
        self._release = release
        self._enabled = True
        self._interval = interval
        self._skip = 0
        # Where to send and with which key is read anew each time: the vault's document and the secret, or one setting.
        self._account_requests = 1 if release.credentials is CredentialStore.CONFIG else 2

    def start(self, phase: float = 0.0) -> None:
        """Boot, `phase` seconds ago: both timers fire for the first time after one interval."""
        for actor in (self._send_timer(), self._poll_timer()):
            self._start(actor, self._kernel.now + self._interval - phase)

    def disable(self) -> None:
        """Begin nothing any more, as another outgoing service is configured; what is under way goes on (cht 5.1)."""
        self._enabled = False

    # Sending

    def _send_timer(self) -> Actor:
        tick = self._kernel.now
        while True:
            # Nothing keeps a batch from beginning while the last is under way (H1).
            if self._enabled:
                self._start(self._send_batch(tick), tick)
            tick += self._interval
            yield tick

    def _send_batch(self, now: float) -> Actor:
        couch, web = self._latency.couch, self._latency.web
        yield (now := now + couch())
        batch = self._mailbag.oldest_pending(BATCH)
        if not batch:
            return
        yield (now := now + couch(self._account_requests))
        accepted = []
        for message in batch:
            yield (now := now + web())
            # A 429 does not stop the batch (H18).
            if self._sends.admits(now):
                self._rapidpro.take(message, now)
                accepted.append(message)
        mapped = map_status(self._rapidpro.posted_word, self._release)
        if mapped is None or not accepted:  # before 4.14 an unknown word counts as an error: it is sent again
            return
        yield now + couch(3)
        for message in accepted:
            self._mailbag.set_state(message, mapped.state, mapped.details, referenced=True)

    # Asking

    def _poll_timer(self) -> Actor:
        tick = self._kernel.now
        web, admits = self._latency.web, self._asks.admits
        while True:
            now = tick
            goes_on = self._enabled
            while goes_on:
                yield (now := now + self._latency.couch(self._account_requests + 1))
                window = self._mailbag.polled(self._skip, BATCH)
                if not window:
                    self._skip = 0
                    break
                asked = 0
                changes: list[tuple[ModelMessage, Mapped]] = []
                for message in window:
                    yield (now := now + web())
                    if not admits(now):
                        goes_on = False
                        break
                    asked += message.timeline is None or self._hear(message, now, changes)
                if changes:
                    yield (now := now + self._latency.couch(2))
                    saved = sum([self._mailbag.set_state(each, to.state, to.details) for each, to in changes])
                    if saved:
                        yield (now := now + self._latency.couch())
                    asked -= saved
                self._skip += asked
            # A tick that comes while the last is still walking does nothing.
            tick += self._interval * max(1, -((tick - now) // self._interval))
            yield tick

    def _hear(self, message: ModelMessage, now: float, changes: list[tuple[ModelMessage, Mapped]]) -> bool:
        """Take the answer about a message, and say whether it counts as one."""
        status = message.status_at(now)
        if status is None:
            return True
        mapped = map_status(status, self._release)
        if mapped is None:
            return False
        changes.append((message, mapped))
        return True
