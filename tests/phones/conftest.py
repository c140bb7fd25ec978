"""A simulation with one workspace, whose phones are scripted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.workspace import Workspace

GRACE = "+254711000001"


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation(seed=3) as simulation:
        yield simulation


@pytest.fixture
def workspace(simulation: Simulation) -> Workspace:
    """A workspace with the channel of a model."""
    return simulation.rapidpro("textit.com").workspace("Main")


@pytest.fixture
def wired(simulation: Simulation, workspace: Workspace) -> Workspace:
    """The workspace, with an external channel to the aggregator on the network."""
    simulation.phones.connect(workspace)
    return workspace
