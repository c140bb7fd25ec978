"""The fake RapidPro over TCP, in real time, with every request in the journal, as `rapidpro-simulator serve` has it."""

from __future__ import annotations

import asyncio
import gc
import sys

from benchmarks.workspace import HOST, open_workspace
from rapidpro_simulator.rapidpro.model.messages import Status
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import LiveClock

KEEP = 100_000


async def serve(simulation: Simulation, port: int) -> None:
    workspace = open_workspace(simulation)
    while not (workspace.messages and workspace.messages[0].status is Status.DELIVERED):  # noqa: ASYNC110
        await asyncio.sleep(0.001)
    gc.freeze()  # as `serve` does
    await simulation.network.listen(simulation.rapidpro(HOST).network_host, port=port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    with Simulation(clock=LiveClock(), keep=KEEP) as simulation:
        simulation.run(serve(simulation, int(sys.argv[1])))
