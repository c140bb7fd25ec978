"""Which of the templates of the data need a session."""

from __future__ import annotations

from rapidpro_simulator.rapidpro.flows.excellent import tree
from rapidpro_simulator.rapidpro.flows.excellent.templates import find_expressions

SESSION_VARIABLES = ("contact", "fields", "input", "results", "run", "urns", "webhook", "parent", "child")


def needs_session(template: str) -> bool:
    """Say whether a template speaks of what only a session has."""
    return any(
        path[0] in SESSION_VARIABLES
        for found in find_expressions(template, frozenset(SESSION_VARIABLES))
        if found.tree is not None
        for path in tree.context_paths(found.tree)
    )
