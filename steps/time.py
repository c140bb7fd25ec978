"""Time passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import parsers, when

if TYPE_CHECKING:
    from simulator.simulation import Simulation

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def seconds_of(text: str) -> float:
    """Read a duration such as `90 minutes`, `1 day` or `hour`."""
    amount, _, unit = text.rpartition(" ")
    return float(amount or 1) * SECONDS[unit.rstrip("s")]


DURATION = r"(?P<duration>[\d.]+ (?:second|minute|hour|day)s?)"


@when(parsers.re(rf"{DURATION} pass(es)?"))
def time_passes(simulation: Simulation, duration: str) -> None:
    """Everything that is due happens, in order, and what is under way comes to rest.

    Example: When 1 hour passes
    """
    simulation.advance(seconds=seconds_of(duration))
