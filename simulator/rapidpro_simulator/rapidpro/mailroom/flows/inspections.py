"""The flows of a workspace as the engine reads them, and what is known of them without running them (flows 1, 2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.definition.flow import read_flow
from rapidpro_simulator.rapidpro.flows.definition.inspection import inspect
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition
    from rapidpro_simulator.rapidpro.flows.definition.inspection import FlowInspection
    from rapidpro_simulator.rapidpro.model.flows import Flow, FlowBook


class Inspections:
    """Reads and inspects the flows of a workspace, each of its definitions once."""

    def __init__(self, flows: FlowBook) -> None:
        self._flows = flows
        self._read: dict[str, tuple[object, FlowDefinition | None]] = {}
        self._inspected: dict[str, tuple[FlowDefinition, FlowInspection]] = {}

    def definition(self, uuid: str) -> FlowDefinition | None:
        """Return the flow of a UUID as the engine reads it; None where there is none that can be read."""
        flow = self._flows.get(uuid)
        if flow is None:
            return None
        kept = self._read.get(uuid)
        if kept is None or kept[0] is not flow.definition:
            kept = self._read[uuid] = flow.definition, _read(flow)
        return kept[1]

    def of(self, uuid: str) -> FlowInspection | None:
        """Return what is known of a flow without running it; None where there is none that can be read."""
        definition = self.definition(uuid)
        if definition is None:
            return None
        kept = self._inspected.get(uuid)
        if kept is None or kept[0] is not definition:
            kept = self._inspected[uuid] = definition, inspect(definition)
        return kept[1]

    def results_of(self, flow: Flow) -> list[dict[str, Any]]:
        """Return the results that a flow may save, as the API shows them (rapidpro 4.7)."""
        known = self.of(flow.uuid)
        return [] if known is None else [each.to_json() for each in known.results]

    def parent_refs_of(self, flow: Flow) -> list[str]:
        """Return the results of a parent's that a flow reads."""
        known = self.of(flow.uuid)
        return [] if known is None else known.parent_refs

    def count_using(self, kind: str, identity: str) -> int:
        """Return how many flows refer to something, such as the `field` of a key."""
        inspections = (self.of(flow.uuid) for flow in self._flows)
        needs = (each.dependencies for each in inspections if each is not None)
        return sum(any(ref.type == kind and ref.identity == identity for ref in each) for each in needs)


def _read(flow: Flow) -> FlowDefinition | None:
    try:
        return read_flow(flow.definition)
    except DefinitionError:
        return None
