"""CHT's own RapidPro gateway, as each release has it: two timers, one that sends and one that polls (cht 5).

It is modelled with its defects, because they are what happens in production; each names its hazard (cht 14).
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.couch.credentials import Credentials
from rapidpro_simulator.world.clock import Interval

from .context import GatewayContext
from .polling import Poller
from .sending import Sender
from .state_writer import SaveError, StateWriter
from .upstream import Upstream, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from rapidpro_simulator.cht.releases import Release

    Work = Callable[[], Coroutine[None, None, None]]

__all__ = ["INTERVAL", "INTERVALS", "BuiltInGateway", "GatewayContext"]

INTERVAL = 60.0  # seconds
INTERVALS = {"medic-test": 1.0}  # by the name of the main database (cht 0.1)

EXPECTED_ERRORS = (CouchClientError, UpstreamError, SaveError)


class BuiltInGateway:
    """The gateway inside CHT's api process.

    Start it inside a running event loop. `stop` is what a crash or a shutdown is to it: what was in memory is gone.
    `interval` are the seconds between two ticks; it counts from the next start.
    """

    def __init__(self, context: GatewayContext, release: Release, interval: float = INTERVAL) -> None:
        self._context = context
        self._release = release
        self.interval = interval
        self._timers: list[Interval] = []
        self._running: dict[asyncio.Task[None], None] = {}  # a set that keeps its order
        self._sender: Sender | None = None

    @property
    def is_running(self) -> bool:
        return self._sender is not None

    def start(self) -> None:
        """Boot: both timers begin, and fire for the first time after one interval."""
        context, release = self._context, self._release
        upstream = Upstream(context, Credentials(context.couch, release), release)
        writer = StateWriter(context.couch, context.clock, release)
        self._sender = Sender(context, upstream, writer, release)
        poller = Poller(context, upstream, writer, release)
        # setInterval asks nobody whether the last tick has ended: the poller guards itself, the sender does not (H1).
        self._timers = [self._every("send", self._sender.tick), self._every("poll", poller.tick)]

    def stop(self) -> None:
        """Stop at once, whatever is under way."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()
        for task in list(self._running):
            task.cancel()
        self._sender = None

    def send_document(self, document_id: str) -> None:
        """Send one document's messages now, beside whatever the timer is doing, as the records API asks (cht 9.1)."""
        if self._sender is not None:
            self._spawn("send", partial(self._sender.send_document, document_id))

    def _every(self, name: str, work: Work) -> Interval:
        return Interval(self._context.clock, self.interval, lambda: self._spawn(name, work))

    def _spawn(self, name: str, work: Work) -> None:
        task = asyncio.get_running_loop().create_task(self._guarded(name, work), name=f"gateway: {name}")
        self._running[task] = None
        task.add_done_callback(self._ended)

    async def _guarded(self, name: str, work: Work) -> None:
        # An error in a timer's work is logged, and the process lives on.
        try:
            await work()  # which has not begun before: the gateway may be stopped in the same instant
        except EXPECTED_ERRORS as error:
            self._context.log(f"{name}: {error}")

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            context = {"message": f"defect of the simulator in {task.get_name()}", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)
