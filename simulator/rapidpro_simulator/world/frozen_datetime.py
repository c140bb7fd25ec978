"""freezegun around a simulation in frozen time: what it freezes, and what stays real."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from freezegun import freeze_time
from freezegun.api import real_monotonic, real_monotonic_ns, real_perf_counter, real_perf_counter_ns

if TYPE_CHECKING:
    from datetime import timedelta

    from freezegun.api import _freeze_time

    from .clock import BaseClock

SPANS = (real_monotonic, real_monotonic_ns, real_perf_counter, real_perf_counter_ns)
# Modules of the test runner that note when a test ran. freezegun also looks for these names on the call stack, so no
# module that calls tests may be among them: `time.time()` of a step would be real.
TEST_RUNNER = ["_pytest.timing", "_pytest.junitxml", "xdist."]


def freeze_datetime(clock: BaseClock) -> _freeze_time:
    """Let `datetime.now()` and `time.time()` of all code in this process be the clock's, until `stop()`.

    `time.monotonic()` and `time.perf_counter()` stay real: they measure how long something takes, and in frozen time
    they would stand still.
    """
    freezer = freeze_time(clock.start, ignore=TEST_RUNNER)
    frozen = freezer.start()
    for real in SPANS:
        setattr(time, real.__name__, real)
    for module, name, value in freezer.undo_changes:
        if value in SPANS:
            setattr(module, name, value)
    clock.on_jump = frozen.tick
    return freezer


def step_clock(clock: BaseClock, by: timedelta) -> None:
    """Set the system's clock, as code under test reads it, ahead by so much, or back: the simulation's is not moved.

    Raises `RuntimeError` where the datetime of `clock` is not frozen.
    """
    if clock.on_jump is None:
        raise RuntimeError("the system's clock can be set where it is frozen only: Simulation(freeze_datetime=True)")
    clock.on_jump(by)
