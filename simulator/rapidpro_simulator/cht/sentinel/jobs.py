"""Work that comes back every five minutes: all jobs begin in the same instant, and none waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.world.clock import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.world.clock import Clock

Job = Callable[[], Awaitable[None]]

INTERVAL = 300.0  # seconds


class Jobs:
    """Runs `jobs` at once and then every five minutes; each is skipped while its last run is not over.

    An error ends a run and is logged (cht-sentinel 1.6).
    """

    def __init__(self, clock: Clock, jobs: Mapping[str, Job], log: Callable[[str], object]) -> None:
        self._clock = clock
        self._jobs = jobs
        self._log = log
        self._running: dict[str, asyncio.Task[None]] = {}
        self._timer: Interval | None = None

    def start(self) -> None:
        self._timer = Interval(self._clock, INTERVAL, self._tick)
        self._tick()

    def stop(self) -> None:
        """Stop at once, whatever is under way."""
        if self._timer is not None:
            self._timer.cancel()
        for task in list(self._running.values()):
            task.cancel()

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        for name, job in self._jobs.items():
            if name not in self._running:
                task = self._running[name] = loop.create_task(self._run(name, job), name=f"sentinel: {name}")
                task.add_done_callback(partial(self._ended, name))

    async def _run(self, name: str, job: Job) -> None:
        try:
            await job()
        except CouchClientError as error:
            self._log(f"{name}: {error}")

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        self._running.pop(name, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            context = {"message": f"defect of the simulator in {task.get_name()}", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)
