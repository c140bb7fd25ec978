"""What must be true after every scenario, without a sentence that says so.

`gateway` holds what the gateway under test owes its users, `simulator` what our own services owe everybody. A breach by
the simulator fails the run; a breach by the gateway is listed at its end, and fails it with `--strict`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import gateway, simulator
from .breach import Breach

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation

__all__ = ["Breach", "find_breaches"]


def find_breaches(simulation: Simulation) -> list[Breach]:
    """Return every breach in what has happened in `simulation` so far: those of the simulator first."""
    return [*simulator.breaches(simulation), *gateway.breaches(simulation)]
