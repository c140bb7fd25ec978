"""Ports for a party in another process: they serve what the host serves, to that party alone."""

from __future__ import annotations

import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import LiveClock
from rapidpro_simulator.world.loop import Limits
from rapidpro_simulator.world.network import HandlerService
from rapidpro_simulator.world.network.external_ports import ExternalPorts
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator


def saying(text: str) -> HandlerService:
    async def handle(_: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text=text)

    return HandlerService(handle)


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation(clock=LiveClock()) as simulation:
        yield simulation


@pytest.fixture
def ports(simulation: Simulation) -> Iterator[ExternalPorts]:
    ports = ExternalPorts(simulation.network, "somebody", simulation.seed.stream("ports"))
    yield ports
    simulation.run(ports.close())


def ask(simulation: Simulation, url: str) -> str:
    """Ask from outside, while the simulation lives."""
    with ThreadPoolExecutor(1) as executor:
        answer = executor.submit(lambda: urllib.request.urlopen(url, timeout=PATIENCE).read().decode())
        assert simulation.wait_until(answer.done, seconds=Limits().real_seconds)
        return str(answer.result())


def test_what_takes_the_place_of_a_service_is_served(simulation: Simulation, ports: ExternalPorts) -> None:
    """An upgraded CHT answers at the port that its gateway knows."""
    host = simulation.network.attach("cht.example.org", saying("old"))
    url = simulation.run(ports.url(host.url))
    before = ask(simulation, url)

    host.server.service = saying("new")

    assert (before, ask(simulation, url)) == ("old", "new")
    assert [each.get("by") for each in simulation.journal.exchanges(to="cht.example.org")] == ["somebody", "somebody"]


def test_other_urls_stay_as_they_are(simulation: Simulation, ports: ExternalPorts) -> None:
    """What is no host of the simulation has no port, and each host has one."""
    simulation.network.attach("cht.example.org", saying("hello"))

    told = [
        simulation.run(ports.url(url)) for url in ("https://cht.example.org/a", "https://cht.example.org", "https://x")
    ]

    assert told[0] == f"{told[1]}/a"
    assert (told[2], len(ports)) == ("https://x", 1)
