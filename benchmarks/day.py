"""A virtual day at the full quota: 60,000 status requests through a simulation in frozen time."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from rapidpro_simulator.simulation import Simulation

from .polling import Cost, poll
from .processes import fresh
from .report import Figure, at_least, at_most
from .workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .scale import Scale

DAY = 60_000  # exchanges
LIMIT = 15.0  # seconds for them


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield how many real seconds the day takes, how many of the processor, and how many exchanges a second that is."""
    costs = [Cost(**json.loads(fresh("benchmarks.day", str(scale.day)))) for _ in range(scale.rounds)]
    seconds = [cost.real for cost in costs]
    what = f"{scale.day:,} exchanges in frozen time"
    yield Figure("day", what, "s", seconds, at_most(LIMIT * scale.day / DAY))
    yield Figure("day", "exchanges a real second", "1/s", [scale.day / each for each in seconds], at_least(DAY / LIMIT))
    yield Figure("day", f"{what}: processor time", "s", [cost.processor for cost in costs])


def main(count: int) -> None:
    with Simulation() as simulation:
        open_workspace(simulation)
        simulation.advance(minutes=1)
        print(json.dumps(asdict(poll(simulation, count))))


if __name__ == "__main__":
    main(int(sys.argv[1]))
