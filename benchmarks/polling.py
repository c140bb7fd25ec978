"""Status polls inside a simulation, one after the other, by a client on the simulated network."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yarl import URL

from rapidpro_simulator.world.network import lean_client

from . import servers
from .workspace import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp

    from rapidpro_simulator.simulation import Simulation

PAUSE = 3600 / 2500  # virtual seconds: the quota of 2500 requests an hour, used up and not exceeded


@dataclass(frozen=True)
class Cost:
    """What something took: seconds of the wall's clock, and seconds of this process's processor time."""

    real: float
    processor: float


def poll(simulation: Simulation, count: int, broadcast: Callable[[int], int] = lambda _: 1) -> Cost:
    """Make `count` status requests, `PAUSE` apart, for the broadcasts that are named, and return what they cost."""
    real, processor = time.perf_counter(), time.process_time()
    simulation.run(_poll(simulation, count, broadcast))
    return Cost(time.perf_counter() - real, time.process_time() - processor)


async def _poll(simulation: Simulation, count: int, broadcast: Callable[[int], int]) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    async with simulation.network.client("gateway") as session:
        for number in range(count):
            await asyncio.sleep(start + number * PAUSE - loop.time())
            await ask_leanly(session, broadcast(number))


async def ask(session: aiohttp.ClientSession, broadcast: int) -> str:
    """Make one status request with aiohttp's client, as gateways that are no part of the simulator do."""
    async with session.get(_url(broadcast), headers=servers.HEADERS) as response:
        return _checked(response.status, await response.text())


async def ask_leanly(session: aiohttp.ClientSession, broadcast: int) -> str:
    """Make one status request with the lean client, as CHT's own gateway does."""
    answer = await lean_client.ask(session, "GET", URL(_url(broadcast)), body=None, headers=servers.HEADERS)
    return _checked(answer.status, answer.text)


def _url(broadcast: int) -> str:
    return f"https://{HOST}{servers.STATUS}?broadcast={broadcast}"


def _checked(status: int, text: str) -> str:
    if status != 200 or text.count('"direction"') != 1:
        raise RuntimeError(f"a status request was answered {status}: {text}")
    return text
