"""A virtual day at the full quota: 60,000 status requests through a simulation in frozen time."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from simulator.simulation import Simulation

from .polling import poll
from .processes import fresh
from .report import Figure, at_least, at_most
from .workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .scale import Scale

LIMIT = 15.0  # seconds for a day of 60,000


def measure(scale: Scale) -> Iterator[Figure]:
    """Yield how many real seconds the day takes, and how many exchanges a second that is."""
    seconds = [float(fresh("benchmarks.day", str(scale.day))) for _ in range(scale.rounds)]
    aim = LIMIT * scale.day / 60_000
    yield Figure("day", f"{scale.day:,} exchanges in frozen time", "s", seconds, at_most(aim))
    yield Figure(
        "day", "exchanges a real second", "1/s", [scale.day / each for each in seconds], at_least(60_000 / LIMIT)
    )


def main(count: int) -> None:
    with Simulation() as simulation:
        open_workspace(simulation)
        simulation.advance(minutes=1)
        print(json.dumps(poll(simulation, count)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
