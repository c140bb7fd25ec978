"""A search whose worlds take no time, to be run in a process of its own.

While there is a file in the folder `DEATHS` that has the number of a world, that world deletes it and kills its worker
(`5`), or itself (`5-child`).
"""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rapidpro_simulator.laboratory.explore import searching
from rapidpro_simulator.laboratory.explore.causes import Cause, Task
from rapidpro_simulator.laboratory.explore.cluster import Cluster
from rapidpro_simulator.laboratory.explore.corpus import Corpus, Visit
from rapidpro_simulator.laboratory.explore.searching import Plan, Search
from rapidpro_simulator.laboratory.explore.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Sequence

WORLDS = 40
RULE = "no message is sent twice"


def rules_broken(deaths: Path, task: Task) -> list[str]:
    """Break a rule in every fourth world, and die where that is to happen."""
    time.sleep(0.02)
    for name, pid in ((f"{task.number}-child", os.getpid()), (f"{task.number}", os.getppid())):
        if (deaths / name).exists():
            (deaths / name).unlink()
            os.kill(pid, signal.SIGKILL)
            time.sleep(60)
    return [] if task.number % 4 else [RULE]


def explain(task: Task, rule: str, known: Sequence[Cause]) -> tuple[Cause, bool]:
    """Know two causes."""
    cause = Cause(rule, ("odd" if task.number % 8 else "even",), task.number, "it was sent twice", "Feature: It")
    same = next((each for each in known if each.disturbances == cause.disturbances), None)
    return (same, False) if same else (cause, True)


class Printed:
    """Prints what is visited."""

    def visited(self, visit: Visit) -> None:
        print(visit.number, flush=True)


def search(corpus: str, deaths: str, scheduler: str = "") -> None:
    """Search for what the worlds of this module have, on a cluster or with one worker here."""
    vars(searching).update(rules_broken=partial(rules_broken, Path(deaths)), explain=explain)
    executor = Cluster(scheduler) if scheduler else Workers(1)
    Search(Plan("cht:5.2", WORLDS, workers=3), Corpus(Path(corpus)), Printed(), executor).run()
