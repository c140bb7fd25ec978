"""The results and locals that a flow may save (rapidpro 4.7)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.texts.strings import snakify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition, Node


@dataclass(slots=True)
class SavedResult:
    """A result: the name that the first node gives it, every category it may have, and the nodes that save it."""

    key: str
    name: str
    categories: list[str] = field(default_factory=list)
    node_uuids: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return it as RapidPro writes it."""
        return {"key": self.key, "name": self.name, "categories": self.categories, "node_uuids": self.node_uuids}


def results(flow: FlowDefinition) -> list[SavedResult]:
    """Return the results that a flow may save, in the order of its nodes."""
    found: dict[str, SavedResult] = {}
    for node in flow.nodes:
        for name, categories in _saved_by(node):
            key = snakify(name)
            result = found.setdefault(key, SavedResult(key, name))
            result.categories = list(dict.fromkeys((*result.categories, *categories)))
            result.node_uuids = list(dict.fromkeys((*result.node_uuids, node.uuid)))
    return list(found.values())


def _saved_by(node: Node) -> Iterator[tuple[str, Iterable[str]]]:
    for action in node.actions:
        yield from action.results()
    if node.router is not None and node.router.result_name:
        yield node.router.result_name, [category.name for category in node.router.categories]


def local_names(flow: FlowDefinition) -> list[str]:
    """Return the names of the locals that a flow may set."""
    return list(dict.fromkeys(name for node in flow.nodes for action in node.actions for name in action.locals()))
