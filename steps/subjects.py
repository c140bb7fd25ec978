"""Which workspace, and which instance, a sentence speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.cht.administrator import Administrator

from .words import UnknownWordError, hint

if TYPE_CHECKING:
    from rapidpro_simulator.cht.instance import Instance
    from rapidpro_simulator.gateways.interface import Gateway
    from rapidpro_simulator.rapidpro.host import RapidProHost
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation


def workspace_called(simulation: Simulation, name: str) -> tuple[RapidProHost, Workspace]:
    """Return the workspace of this name, and the host it is on. Raises `LookupError` with the names there are."""
    names = []
    for host in simulation.hosts.values():
        for workspace in host.installation.workspaces.values():
            if workspace.name == name:
                return host, workspace
            names.append(workspace.name)
    raise UnknownWordError(f"no workspace is called {name!r}; {hint(name, names)}")


def the_workspace(simulation: Simulation, name: str | None = None) -> Workspace:
    """Return the workspace of this name, or else the only one. Raises `LookupError` with the names there are."""
    if name is not None:
        return workspace_called(simulation, name)[1]
    found = simulation.workspaces
    if len(found) != 1:
        names = ", ".join(each.name for each in found) or "none"
        raise LookupError(f"the sentence is about the only workspace of the scenario; there are: {names}")
    return found[0]


def flow_called(workspace: Workspace, name: str) -> Flow:
    """Return the flow of a name, in whatever case, or of a UUID. Raises `UnknownWordError`."""
    flow = workspace.flows.get(name) or workspace.flows.named(name)
    if flow is None:
        names = [each.name for each in workspace.flows if not each.system]
        raise UnknownWordError(f"no flow is called {name!r}; {hint(name, names)}; `the flows of` imports others")
    return flow


def flows_called(simulation: Simulation, name: str) -> list[Flow]:
    """Return the flows of a name in whatever workspace, one at least. Raises `UnknownWordError`."""
    workspaces = simulation.workspaces
    found = [flow for each in workspaces if (flow := each.flows.named(name)) is not None]
    if not found:
        names = dict.fromkeys(flow.name for each in workspaces for flow in each.flows if not flow.system)
        raise UnknownWordError(f"no flow is called {name!r}; {hint(name, names)}; `the flows of` imports others")
    return found


def group_called(workspace: Workspace, name: str) -> Group:
    """Return the group of a name, in whatever case, or of a UUID. Raises `UnknownWordError`."""
    group = workspace.groups.find(name)
    if group is None:
        names = [each.name for each in workspace.groups.values()]
        raise UnknownWordError(
            f"no group is called {name!r}; {hint(name, names)}; say first who is in it: `Given these contacts`"
        )
    return group


def the_instance(simulation: Simulation) -> Administrator:
    """Return the CHT instance of the scenario."""
    assert simulation.sites, "the scenario has no CHT instance: say `Given a CHT instance that sends through …`"
    return Administrator(simulation, next(iter(simulation.sites.values())))


def the_inside(simulation: Simulation) -> Instance:
    """Return the CHT of the scenario from inside, for what cannot be asked of it over HTTP."""
    return simulation.cht(the_instance(simulation).site.name)


def the_gateway(simulation: Simulation) -> Gateway:
    """Return the gateway under test: the one that serves the CHT instance of the scenario."""
    return simulation.gateways[the_instance(simulation).site.name]
