"""Somebody else who uses a workspace: asks RapidPro for the same things again and again, and so uses up its quota."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import aiohttp

from rapidpro_simulator.world.clock import Interval

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation


class Poller:
    """The party `party` asks for each of `urls`, one after another, every so many `seconds`; first after so many."""

    def __init__(
        self, simulation: Simulation, party: str, workspace: Workspace, urls: Sequence[str], seconds: float
    ) -> None:
        self._urls = urls
        self._headers = {"Authorization": f"Token {workspace.token.key}"}

        async def client() -> aiohttp.ClientSession:
            return simulation.network.client(party)

        self._session = simulation.run(client())
        loop = simulation.loop
        self._interval = Interval(simulation.clock, seconds, lambda: loop.create_task(self._ask(), name=party))

    def stop(self) -> None:
        """Ask no more; what is under way goes on."""
        self._interval.cancel()

    async def _ask(self) -> None:
        for url in self._urls:
            with suppress(aiohttp.ClientError):
                async with self._session.get(url, headers=self._headers) as answer:
                    await answer.read()
