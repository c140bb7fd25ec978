"""The migrations of expressions: what a template says is kept, what it looks up changes (flows 1.3)."""

from __future__ import annotations

from functools import partial
from typing import Final

from rapidpro_simulator.rapidpro.flows.definition.variables import TOP_LEVELS
from rapidpro_simulator.rapidpro.flows.excellent.templates import rewrite
from rapidpro_simulator.rapidpro.flows.excellent.tree import NameNode, Node, PropertyNode, transformed

RESULT_KEY: Final = 64


def look_into_webhook_json(template: str) -> str:
    """Return a template of 13.2, where ``@webhook`` was the parsed body, as one of 13.3: ``@webhook.json``."""
    return rewrite(template, TOP_LEVELS, partial(transformed, change=_look_into_json))


def shorten_result_lookups(template: str) -> str:
    """Return a template with the names after ``results.`` cut to the 64 characters that results keep since 13.6."""
    return rewrite(template, TOP_LEVELS, partial(transformed, change=_shorten))


def _look_into_json(node: Node) -> Node:
    return PropertyNode(node, "json") if _is(node, "webhook") else node


def _shorten(node: Node) -> Node:
    if isinstance(node, PropertyNode) and _is(node.container, "results"):
        return PropertyNode(node.container, node.name[:RESULT_KEY])
    return node


def _is(node: Node, variable: str) -> bool:
    return isinstance(node, NameNode) and node.name.lower() == variable
