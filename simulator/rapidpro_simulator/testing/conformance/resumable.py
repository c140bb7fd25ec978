"""A run that tells how it goes, ends in order when it is asked to, and goes on where it was broken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.world.plurals import counted

from .interruption import interrupted_by_signals
from .progress import Progress
from .run import run
from .saved_results import SavedResults

if TYPE_CHECKING:
    from rapidpro_simulator.testing.terminal import Terminal

    from .matrix import Matrix
    from .plan import ConformancePlan


def run_resumable(plan: ConformancePlan, terminal: Terminal, *, fresh: bool = False) -> Matrix:
    """Run `plan`, tell each verdict on `terminal`, and return the matrix; `fresh`: whatever an earlier run has found.

    Verdicts are kept in the folder `.rapidpro-simulator` until the run is complete. Raises `UsageError` as `run` does,
    and `KeyboardInterrupt` for Ctrl-C, SIGTERM and SIGHUP, when all that was under way has ended.
    """
    saved = SavedResults(plan)
    if fresh:
        saved.forget()
    elif saved:
        terminal.say(f"goes on: {counted(len(saved), 'verdict')} in {saved.path}; --fresh begins anew")
    try:
        with interrupted_by_signals():
            matrix = run(plan, Progress(terminal, plan), saved)
    except BaseException:
        if saved:
            terminal.say(
                f"broken off: {counted(len(saved), 'verdict')} in {saved.path}; the same command goes on there"
            )
        raise
    saved.forget()
    return matrix
