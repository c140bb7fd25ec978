"""Which workspace, and which instance, a sentence speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.administrator import Administrator

if TYPE_CHECKING:
    from simulator.gateways.interface import Gateway
    from simulator.rapidpro.host import RapidProHost
    from simulator.rapidpro.model.workspace import Workspace
    from simulator.simulation import Simulation


def workspace_called(simulation: Simulation, name: str) -> tuple[RapidProHost, Workspace]:
    """Return the workspace of this name, and the host it is on. Raises `LookupError` with the names there are."""
    names = []
    for host in simulation.hosts.values():
        for workspace in host.installation.workspaces.values():
            if workspace.name == name:
                return host, workspace
            names.append(workspace.name)
    raise LookupError(f"no workspace is called {name!r}; there are: {', '.join(names) or 'none'}")


def the_instance(simulation: Simulation) -> Administrator:
    """Return the CHT instance of the scenario."""
    assert simulation.instances, "the scenario has no CHT instance: say `Given a CHT instance that sends through …`"
    return Administrator(simulation, next(iter(simulation.instances.values())))


def the_gateway(simulation: Simulation) -> Gateway:
    """Return the gateway under test: the one that serves the CHT instance of the scenario."""
    return simulation.gateways[the_instance(simulation).instance.name]
