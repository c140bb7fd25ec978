"""`serve` while it runs: the first world, the control API beside it, until the process is asked to end."""

from __future__ import annotations

import asyncio
import gc
import os
import secrets
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.console.server import Console
from rapidpro_simulator.served.live import why_not
from rapidpro_simulator.served.plan import PlanError

from . import address_file
from .welcome import welcome

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from rapidpro_simulator.console.worlds import Worlds
    from rapidpro_simulator.served.world import ServedWorld

SIGNALS = (signal.SIGINT, signal.SIGTERM)
TIDY_SECONDS = 30.0
TOKEN_BYTES = 18


class Serving:
    """Serves `worlds`, of which `world` is the first; `say` prints."""

    def __init__(
        self, worlds: Worlds, world: ServedWorld, options: argparse.Namespace, say: Callable[[str], object]
    ) -> None:
        self._worlds = worlds
        self._world = world
        self._address, self._port = options.console_address, options.console_port
        self._token = _token(options.console_token)
        self._console = Console(worlds, self._token, [*options.console_host, options.console_address])
        self._say = say

    def run(self) -> None:
        """Serve until Ctrl-C or SIGTERM. Raises `PlanError` where the port of the control API is taken."""
        asyncio.run(self._run())

    async def _run(self) -> None:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, ended.set)
        try:
            port = await self._console.start(self._address, self._port)
        except OSError as error:
            raise PlanError(why_not(error, "the control API", self._address, self._port)) from None
        self._publish()
        gc.freeze()  # what there is by now stays: nobody has to look again and again whether it is garbage
        gc.enable()
        tidying = asyncio.create_task(self._tidy())
        try:
            url = f"http://{self._address}:{port}"
            self._say(self._world.read(lambda live: welcome(live, url, self._token)).result())
            await ended.wait()
        finally:
            address_file.remove(Path.cwd())
            tidying.cancel()
            await self._console.stop()

    def _publish(self) -> None:
        """Say where phones text in, for commands in other terminals."""
        hosts = self._world.read(lambda live: address_file.addresses(live.simulation.hosts.values())).result()
        journal = self._world.plan.journal
        if journal is not None:
            address_file.write(Path.cwd(), address_file.Served(os.getpid(), journal.resolve(), hosts))

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(TIDY_SECONDS)
            await asyncio.to_thread(self._worlds.end_idle)


def _token(wanted: str | None) -> str | None:
    # Not the seed's: who knows the seed would know it.
    return None if wanted == "none" else wanted or secrets.token_urlsafe(TOKEN_BYTES)
