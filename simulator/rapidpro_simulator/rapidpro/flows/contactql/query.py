"""Contact queries: read, checked against a workspace, asked of contacts (flows 9)."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.texts.phones import parse_phone
from rapidpro_simulator.rapidpro.flows.texts.strings import trim, whole

from .errors import QueryError
from .evaluation import Predicate, Queryable, compile_node
from .inspection import QueryInspection, inspect_node
from .parser import parse_text
from .resolving import Resolver, validate
from .tree import Node, conditions

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

MOST_CHARACTERS = 10_000

_PHONE = re.compile(r"\+?[0-9 .()-]{5,}")


class ContactQuery:
    """A query that was read; its text is the canonical one. Compiled when it is first asked."""

    def __init__(self, root: Node, resolver: Resolver | None = None) -> None:
        self.root = root
        self.resolver = resolver

    def __str__(self) -> str:
        return str(self.root)

    def __repr__(self) -> str:
        return f"<Query {self}>"

    @cached_property
    def predicate(self) -> Predicate:
        """The function that says whether the query is true of a contact, given an environment."""
        return compile_node(self.root, self.resolver)


def parse(environment: Environment, text: str, resolver: Resolver | None = None) -> ContactQuery:
    """Return the query of a text; without a resolver neither its properties nor its values are checked.

    A text that is a phone number of the environment's country asks for the contacts that have it. Raises
    `QueryError`.
    """
    if len(text) > MOST_CHARACTERS:
        raise QueryError.of("too_complex")
    root = _tree(text, environment.country, environment.redact_urns)
    if resolver is not None:
        for condition in conditions(root):
            validate(environment, resolver, condition)
    return ContactQuery(root, resolver)


def evaluate(environment: Environment, query: ContactQuery, queryable: Queryable) -> bool:
    """Say whether a query is true of a contact; dates are read and compared as the environment has them."""
    return query.predicate(environment, queryable)


def inspect(query: ContactQuery) -> QueryInspection:
    """Return what a query depends on."""
    return inspect_node(query.root, query.resolver)


@lru_cache(maxsize=1_024)
def _tree(text: str, country: str | None, redact_urns: bool) -> Node:
    text = trim(whole(text))
    if not redact_urns and _PHONE.fullmatch(text) and (number := parse_phone(text, country)) is not None:
        text = f"tel = {number}"
    return parse_text(text, redact_urns=redact_urns)
