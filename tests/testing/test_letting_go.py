"""A run of many scenarios does not keep what each of them has built."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest

from rapidpro_simulator.testing import reporting

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation


@pytest.mark.parametrize("has_one", [True, False])
def test_the_simulation_is_let_go(simulation: Simulation, has_one: bool) -> None:
    """When a test is over, and told, its item holds no simulation any more; one that had none is left alone."""
    item = cast("pytest.Item", SimpleNamespace(stash=pytest.Stash()))
    if has_one:
        item.stash[reporting.SIMULATION] = simulation
    protocol = reporting.pytest_runtest_protocol(item)
    next(protocol)
    assert (reporting.SIMULATION in item.stash) is has_one
    with pytest.raises(StopIteration):
        protocol.send(None)
    assert reporting.SIMULATION not in item.stash
