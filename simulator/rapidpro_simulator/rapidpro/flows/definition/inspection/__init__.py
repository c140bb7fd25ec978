"""Says what a flow depends on, what it saves, and what is wrong with it (rapidpro 4.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .dependencies import Dependency, dependencies, parent_results
from .issues import Issue, issues
from .results import SavedResult, local_names, results
from .templates import localizable, templates

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference

__all__ = ["Dependency", "FlowInspection", "Issue", "SavedResult", "inspect", "localizable", "templates"]


@dataclass(frozen=True, slots=True)
class FlowInspection:
    """What is known of a flow without running it.

    ``missing`` are those of its ``dependencies`` that the workspace does not have.
    """

    languages: int
    nodes: int
    dependencies: list[Reference]
    missing: frozenset[Reference]
    results: list[SavedResult]
    locals: list[str]
    parent_refs: list[str]
    issues: list[Issue]

    def to_json(self) -> dict[str, Any]:
        """Return it as RapidPro keeps it with the flow."""
        return {
            "counts": {"languages": self.languages, "nodes": self.nodes},
            "dependencies": [self._dependency(reference) for reference in self.dependencies],
            "locals": self.locals,
            "results": [result.to_json() for result in self.results],
            "parent_refs": self.parent_refs,
            "issues": self.issues,
        }

    def _dependency(self, reference: Reference) -> dict[str, Any]:
        missing = {"missing": True} if reference in self.missing else {}
        return {**reference.to_json(), "type": reference.type, **missing}


def inspect(flow: FlowDefinition, exists: Callable[[Reference], bool] = lambda _: True) -> FlowInspection:
    """Return what a flow depends on and saves; ``exists`` tells which references the workspace can resolve."""
    found = list(dependencies(flow))
    # The first reference to an asset is the one that is shown: others may know its name or not.
    unique = {(each.reference.type, each.reference.identity): each.reference for each in reversed(found)}
    shown = list(dict.fromkeys(unique[each.reference.type, each.reference.identity] for each in found))
    missing = frozenset(reference for reference in shown if not exists(reference))
    identities = {(reference.type, reference.identity) for reference in missing}
    lost = [each for each in found if (each.reference.type, each.reference.identity) in identities]
    return FlowInspection(
        languages=len(flow.localization.languages),
        nodes=len(flow.nodes),
        dependencies=shown,
        missing=missing,
        results=results(flow),
        locals=local_names(flow),
        parent_refs=parent_results(flow),
        issues=list(issues(flow, lost)),
    )
