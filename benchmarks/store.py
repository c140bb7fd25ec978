"""What stored messages cost: the processor time of a poll among few and among many, and the memory of many."""

from __future__ import annotations

import json
import resource
import sys
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.clock import FrozenClock

from .polling import poll
from .processes import fresh
from .report import Figure, at_most
from .workspace import open_workspace, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .scale import Scale

FLAT = 1.25  # what a poll among many may cost, as a multiple of one among few
MEGABYTES = 800
KEEP = 1000  # entries of the journal: it is not what is measured
BATCH = 5000
STEP = 7919  # a prime: the polls visit the broadcasts all over the store


def measure_polls(scale: Scale) -> Iterator[Figure]:
    """Yield the ratio of a poll among many messages to one among few, and both in microseconds."""
    few, many = _filled(scale.few, scale), _filled(scale.many, scale)
    ratios = [slow / fast for slow, fast in zip(many["polls"], few["polls"], strict=True)]
    yield Figure("poll", f"among {scale.many:,} messages, to one among {scale.few:,}", "ratio", ratios, at_most(FLAT))
    for count, result in ((scale.few, few), (scale.many, many)):
        yield Figure("poll", f"among {count:,} messages", "µs", [1e6 * each for each in result["polls"]])


def measure_memory(scale: Scale) -> Iterator[Figure]:
    """Yield by how much the peak of a fresh process's memory grows with its messages."""
    grown = _filled(scale.many, scale)["megabytes"]
    aim = at_most(MEGABYTES * scale.many / 1_000_000)
    yield Figure("memory", f"{scale.many:,} messages, each of a broadcast", "MB", [grown], aim)


@cache  # both benchmarks of many messages use the same ones
def _filled(count: int, scale: Scale) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(fresh("benchmarks.store", *map(str, (count, scale.polls, scale.rounds))))
    return result


def main(count: int, polls: int, rounds: int) -> None:
    clock = FrozenClock()
    with Simulation(clock=clock, keep=KEEP) as simulation:
        workspace = open_workspace(simulation)
        before = _peak()
        fill(workspace, clock, count)
        grown = _peak() - before
        _, *seconds = [_poll_all_over(simulation, count, polls) for _ in range(1 + rounds)]  # the first one warms up
        print(json.dumps({"megabytes": grown, "polls": seconds}))


def _poll_all_over(simulation: Simulation, count: int, polls: int) -> float:
    return poll(simulation, polls, lambda number: 1 + number * STEP % count).processor / polls


def fill(workspace: Workspace, clock: FrozenClock, count: int) -> None:
    """Send until there are `count` messages, and wait until each is delivered."""
    for number in range(1, count):
        send(workspace, number)
        if number % BATCH == 0:
            clock.advance(timedelta(minutes=1))
    clock.advance(timedelta(hours=1))
    if len(workspace.messages) != count:
        raise RuntimeError(f"{len(workspace.messages)} messages, not {count}")


def _peak() -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
