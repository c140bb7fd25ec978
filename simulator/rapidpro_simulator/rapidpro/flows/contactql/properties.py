"""Which properties of contacts a query may name, and what type their values have (flows 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.texts.strings import lower
from rapidpro_simulator.rapidpro.flows.texts.urns import SCHEMES

from .errors import QueryError
from .tree import PropertyKind

if TYPE_CHECKING:
    from collections.abc import Mapping

ATTRIBUTES: Mapping[str, str] = {
    **dict.fromkeys(("uuid", "id", "ref", "name", "status", "language", "urn", "group", "flow", "history"), "text"),
    "tickets": "number",
    "created_on": "datetime",
    "last_seen_on": "datetime",
}
NEVER_UNSET = frozenset({"uuid", "id", "ref", "status", "created_on", "tickets"})
NOT_FOR_GROUPS = frozenset({"id", "ref", "status", "group", "flow", "history"})
STATUSES = frozenset({"active", "blocked", "stopped", "archived"})
LOCATION_TYPES = frozenset({"state", "district", "ward"})
_PREFIXES = {"fields": PropertyKind.FIELD, "urns": PropertyKind.SCHEME}


def resolve_name(name: str) -> tuple[PropertyKind, str]:
    """Return kind and key of a property as a query names it: `age`, `fields.age`, `tel` or `urns.tel`.

    Raises `QueryError` for any other prefix, and for a `urns.` that is no scheme.
    """
    prefix, dot, key = lower(name).rpartition(".")
    if not dot:
        if key in ATTRIBUTES:
            return PropertyKind.ATTRIBUTE, key
        return (PropertyKind.SCHEME if key in SCHEMES else PropertyKind.FIELD), key
    kind = _PREFIXES.get(prefix)
    if kind is None:
        raise QueryError.of("unknown_property_type", type=prefix)
    if kind is PropertyKind.SCHEME and key not in SCHEMES:
        raise QueryError.of("unknown_property", property=key)
    return kind, key
