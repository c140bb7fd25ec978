"""CHT's RapidPro gateway, request by request, as its own code worked through ticks, restarts, switches and faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cht.vectors.data import vectors
from tests.cht.vectors.gateway_world import GatewayWorld

if TYPE_CHECKING:
    from rapidpro_simulator.world.clock import FrozenClock
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network
    from rapidpro_simulator.world.seed import Seed


@pytest.mark.parametrize("vector", vectors("gateway_traces.jsonl"))
def test_requests_and_documents_are_those_of_the_real_gateway(
    clock: FrozenClock, seed: Seed, journal: Journal, loop: SimulationLoop, network: Network, vector: dict[str, Any]
) -> None:
    """RapidPro is asked what the real gateway asked in each tick, and the documents end as the real ones did."""
    world = GatewayWorld(clock, seed, journal, loop, network, vector)
    requests = [world.act(action) for action in vector["input"]["actions"]]
    assert {"requests": requests, **world.result()} == vector["output"]
