"""The ground under every unit test: frozen time, a journal, an event loop that lives by the clock, a network.

Hypothesis draws the same examples each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from simulator.clock import FrozenClock
from simulator.faults import Faults
from simulator.journal import Journal
from simulator.loop import SimulationLoop
from simulator.network import Network
from simulator.seed import Seed

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("rapidsim", derandomize=True, deadline=None)
settings.load_profile("rapidsim")


@pytest.fixture
def seed() -> Seed:
    return Seed(7)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def journal(clock: FrozenClock) -> Journal:
    return Journal(clock)


@pytest.fixture
def faults(clock: FrozenClock, seed: Seed) -> Faults:
    return Faults(clock, seed.stream("faults"))


@pytest.fixture
def loop(clock: FrozenClock) -> Iterator[SimulationLoop]:
    loop = SimulationLoop(clock)
    yield loop
    loop.finish()


@pytest.fixture
def network(
    clock: FrozenClock, journal: Journal, faults: Faults, seed: Seed, loop: SimulationLoop
) -> Iterator[Network]:
    network = Network(clock, journal, faults, seed.stream("network"))
    yield network
    loop.run(network.close())
    assert network.errors == []
