"""The ground under every unit test: frozen time, a journal, an event loop that lives by the clock, a network.

Hypothesis draws the same examples each time.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.faults import Faults
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.loop import SimulationLoop
from rapidpro_simulator.world.network import Network
from rapidpro_simulator.world.seed import Seed

if TYPE_CHECKING:
    from collections.abc import Iterator

# A shell ignores Ctrl-C for what it starts in the background, and every child inherits that; tests press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    with suppress(ValueError):  # only the main thread may say so
        signal.signal(signal.SIGINT, signal.default_int_handler)

# How long it takes is the machine's affair.
settings.register_profile(
    "rapidpro-simulator", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rapidpro-simulator")


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
