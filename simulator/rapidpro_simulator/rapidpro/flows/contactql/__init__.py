"""Contact queries: the language of searches and of groups that fill themselves (flows 9).

`parse` reads a query, `evaluate` asks it of a contact, `inspect` says what it depends on; `quote` makes any text one
literal of a query, for templates that write queries.
"""

from __future__ import annotations

from rapidpro_simulator.rapidpro.flows.excellent.quoting import quote

from .errors import QueryError
from .evaluation import Queryable, QueryValue
from .inspection import FieldReference, GroupReference, QueryInspection
from .query import ContactQuery, evaluate, inspect, parse
from .resolving import Resolver
from .tree import Combination, Condition, Junction, Operator, PropertyKind

__all__ = [
    "Combination",
    "Condition",
    "ContactQuery",
    "FieldReference",
    "GroupReference",
    "Junction",
    "Operator",
    "PropertyKind",
    "QueryError",
    "QueryInspection",
    "QueryValue",
    "Queryable",
    "Resolver",
    "evaluate",
    "inspect",
    "parse",
    "quote",
]
