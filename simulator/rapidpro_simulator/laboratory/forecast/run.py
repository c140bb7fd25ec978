"""Plays every remedy on every seed, on several processors, and puts the runs of a remedy together."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING

from .model.play import play

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .figures import Figures
    from .incident import Incident, Remedy


@dataclass(frozen=True)
class Forecast:
    """What becomes of an incident: for each remedy the figures of each seed; and the real seconds that it took."""

    incident: Incident
    runs: dict[str, list[Figures]]
    seconds: float

    @property
    def consumers(self) -> list[str]:
        """Return who asks, in all runs."""
        return sorted({who for runs in self.runs.values() for figures in runs for who in figures.consumers})


def forecast(
    incident: Incident, processes: int | None = None, progress: Callable[[int, int], object] | None = None
) -> Forecast:
    """Play all; `processes` at a time (default: as many as there are processors). `progress` hears of each end."""
    began = time.perf_counter()
    wanted = [(remedy, seed) for remedy in incident.remedy for seed in range(1, incident.seeds + 1)]
    processes = min(processes or os.cpu_count() or 1, len(wanted))
    found: dict[tuple[str, int], Figures] = {}
    for remedy, seed, figures in _played(incident, wanted, processes):
        found[remedy.name, seed] = figures
        if progress is not None:
            progress(len(found), len(wanted))
    runs = {each.name: [found[each.name, seed] for seed in range(1, incident.seeds + 1)] for each in incident.remedy}
    return Forecast(incident, runs, time.perf_counter() - began)


def _played(
    incident: Incident, wanted: list[tuple[Remedy, int]], processes: int
) -> Iterator[tuple[Remedy, int, Figures]]:
    if processes == 1:
        for remedy, seed in wanted:
            yield remedy, seed, play(incident, remedy, seed)
        return
    # Spawned, as a fork of a process with threads may hang; a start costs a second.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        under_way = {pool.submit(play, incident, *each): each for each in wanted}
        for done in as_completed(under_way):
            yield *under_way[done], done.result()
