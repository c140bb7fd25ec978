"""A caller is killed at every turn of its first request: nothing is left open when the network closes."""

from __future__ import annotations

import asyncio
import gc
import warnings
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.faults import Faults
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.loop import SimulationLoop
from rapidpro_simulator.world.network import HandlerService, Network
from rapidpro_simulator.world.seed import Seed

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://host.example.org/"
TURNS = 14  # of the event loop; a request has had its answer by then, but for the time that it takes


async def _answer(_: web.BaseRequest) -> web.Response:
    return web.Response(text="here")


async def _kill(network: Network, turns: int) -> None:
    task = asyncio.ensure_future(network.client("caller").get(URL))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


def _play(turns: int) -> None:
    seed, clock = Seed(7), FrozenClock()
    network = Network(clock, Journal(clock), Faults(clock, seed.stream("faults")), seed.stream("network"))
    network.attach("host.example.org", HandlerService(_answer))
    loop = SimulationLoop(clock)
    loop.run(_kill(network, turns))
    loop.run(network.close())
    loop.finish()


@pytest.fixture
def unclosed() -> Iterator[list[warnings.WarningMessage]]:
    gc.collect()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        yield caught


def test_it_leaves_no_socket(unclosed: list[warnings.WarningMessage]) -> None:
    """The wire that is laid for its first request is the network's, even if the caller never gets to use it."""
    for turns in range(TURNS):
        _play(turns)
    gc.collect()

    assert [str(each.message) for each in unclosed] == []
