"""One sentinel process: how it starts, what it keeps in memory, how it ends (cht-sentinel 1.1, 1.5)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp

from rapidpro_simulator.cht.couch.client import CouchClientError

from .life import Life

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import Timer

    from .context import SentinelContext

API_PAUSE = 10.0  # seconds between two questions whether the api is there
RESTART = 1.0  # seconds until the container of a process that has ended is started again


class Sentinel:
    """The sentinel of an instance.

    `stop` is what a crash or a kill is to it: what was in memory is gone, and nobody starts it again.
    """

    def __init__(self, context: SentinelContext) -> None:
        self._context = context
        self._beginning: Timer | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def party(self) -> str:
        """Return the name under which it calls others."""
        return self._context.party

    @property
    def is_running(self) -> bool:
        return self._beginning is not None

    def start(self) -> None:
        """Start the process, unless it is there already."""
        if self._beginning is None:
            self._beginning = self._context.clock.call_later(0, self._begin)

    def stop(self) -> None:
        """Stop the process at once, whatever is under way."""
        beginning, self._beginning = self._beginning, None
        task, self._task = self._task, None
        if beginning is not None:
            beginning.cancel()
        if task is not None:
            task.cancel()

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name=self.party)
        self._task.add_done_callback(self._ended)

    async def _run(self) -> None:
        while True:
            await self._wait_for_api()
            life = Life(self._context)
            try:
                await life.live()
            except CouchClientError as error:
                self._context.journal.event("sentinel.exit", reason=str(error), sentinel=self.party)
            await asyncio.sleep(RESTART)

    async def _wait_for_api(self) -> None:
        """Ask the api until anything comes back, whatever it is."""
        while self._context.api_url is not None:
            with suppress(aiohttp.ClientError):
                async with self._context.couch.http.get(f"{self._context.api_url}/setup/poll") as answer:
                    await answer.read()
                    return
            await asyncio.sleep(API_PAUSE)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            context = {"message": f"defect of the simulator in {task.get_name()}", "exception": error, "task": task}
            task.get_loop().call_exception_handler(context)
