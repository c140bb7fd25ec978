"""What a flow needs of its workspace: referred to by its actions and cases, or read by its templates."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidpro_simulator.rapidpro.flows.definition.parts import declared
from rapidpro_simulator.rapidpro.flows.definition.references import Reference
from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter
from rapidpro_simulator.rapidpro.flows.definition.variables import TOP_LEVELS
from rapidpro_simulator.rapidpro.flows.excellent.templates import find_expressions
from rapidpro_simulator.rapidpro.flows.excellent.tree import context_paths
from rapidpro_simulator.rapidpro.flows.texts.strings import lower

from .templates import templates, templates_of_node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition, Node
    from rapidpro_simulator.rapidpro.flows.definition.localization import Localization

# Which variables hold assets, by key.
_PATHS: Final = {
    ("globals",): "global",
    ("fields",): "field",
    ("contact", "fields"): "field",
    ("parent", "fields"): "field",
    ("parent", "contact", "fields"): "field",
    ("child", "fields"): "field",
    ("child", "contact", "fields"): "field",
}
# References of removed features: there is nothing left that they could refer to.
_NO_ASSETS: Final = frozenset({"optin", "classifier"})
_PARENT_RESULTS: Final = ("parent", "results")


class Dependency(NamedTuple):
    """A reference, and where in the flow it is."""

    reference: Reference
    node_uuid: str
    action_uuid: str = ""
    language: str = ""


def dependencies(flow: FlowDefinition) -> Iterator[Dependency]:
    """Yield what the flow refers to by identity, as often as it does."""
    for node in flow.nodes:
        yield from _referred_to(node, flow.localization)
        for written in templates_of_node(node, flow.localization):
            for path in read_paths(written.text):
                type_ = _PATHS.get(path[:-1])
                if type_ is not None:
                    yield Dependency(Reference(type_, path[-1]), *written[1:])


def parent_results(flow: FlowDefinition) -> list[str]:
    """Return the keys of the results that the flow expects of the one that enters it."""
    paths = (path for written in templates(flow) for path in read_paths(written.text))
    return list(dict.fromkeys(path[2] for path in paths if path[:2] == _PARENT_RESULTS and len(path) > 2))


@lru_cache(maxsize=4_096)
def read_paths(template: str) -> Sequence[tuple[str, ...]]:
    """Return the variables that a template reads, in lower case: every path and each of its beginnings."""
    if "@" not in template:
        return ()
    trees = [found.tree for found in find_expressions(template, TOP_LEVELS) if found.tree is not None]
    paths = [tuple(map(lower, path)) for tree in trees for path in context_paths(tree)]
    return [path[:length] for path in paths for length in range(1, len(path) + 1)]


def _referred_to(node: Node, localization: Localization) -> Iterator[Dependency]:
    for action in node.actions:
        for name, kind, _ in declared(type(action)):
            for reference in kind.references(getattr(action, name)):
                if reference.type not in _NO_ASSETS:
                    yield Dependency(reference, node.uuid, action.uuid)
    if isinstance(node.router, SwitchRouter):
        for case in node.router.cases:
            # The only test that names an asset: by UUID, and by name for those who read the definition.
            if case.type == "has_group" and case.arguments:
                uuid, name = (*case.arguments, "")[:2]
                yield Dependency(Reference("group", uuid, name), node.uuid)
                for language in localization.languages:
                    for other in (localization.get(language, case.uuid, "arguments") or ())[:1]:
                        yield Dependency(Reference("group", other), node.uuid, language=language)
