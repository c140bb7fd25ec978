"""What a flow's author wrote: the templates that are evaluated and the texts that can be translated, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rapidpro_simulator.rapidpro.flows.definition.parts import declared
from rapidpro_simulator.rapidpro.flows.definition.routers import SwitchRouter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition, Node
    from rapidpro_simulator.rapidpro.flows.definition.localization import Localization


class Written(NamedTuple):
    """A text of a definition: where it is, and the language if it is a translation. Routers have no action."""

    text: str
    node_uuid: str
    action_uuid: str = ""
    language: str = ""


def templates(flow: FlowDefinition) -> Iterator[Written]:
    """Yield every template of a flow; translations follow what they translate."""
    for node in flow.nodes:
        yield from templates_of_node(node, flow.localization)


def templates_of_node(node: Node, localization: Localization) -> Iterator[Written]:
    """Yield the templates of a node: of its actions, then of its router."""
    for part, action_uuid in _parts(node):
        for text, language in _templates_of(part, localization):
            yield Written(text, node.uuid, action_uuid, language)


def localizable(flow: FlowDefinition) -> Iterator[Written]:
    """Yield every text of a flow that can be translated, in the flow's own language."""
    for node in flow.nodes:
        for part, action_uuid in (*_parts(node), *_categories(node)):
            for name, kind, _ in declared(type(part)):
                if kind.localized:
                    for text in _texts(getattr(part, name)):
                        yield Written(text, node.uuid, action_uuid)


def _parts(node: Node) -> Iterator[tuple[Any, str]]:
    for action in node.actions:
        yield action, action.uuid
    if node.router is not None:
        yield node.router, ""
        if node.router.wait is not None:
            yield node.router.wait, ""
        if isinstance(node.router, SwitchRouter):
            yield from ((case, "") for case in node.router.cases)


def _categories(node: Node) -> Iterator[tuple[Any, str]]:
    if node.router is not None:
        yield from ((category, "") for category in node.router.categories)


def _templates_of(part: Any, localization: Localization) -> Iterator[tuple[str, str]]:
    for name, kind, _ in declared(type(part)):
        if name == "cases":
            continue  # they have translations under their own UUIDs, and are parts of the node like their router
        for template in kind.templates(getattr(part, name)):
            yield template, ""
        if kind.localized and kind.evaluated:
            for language in localization.languages:
                for text in localization.get(language, part.uuid, name) or ():
                    yield text, language


def _texts(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if text]
