"""What a condition means as it is written: whose property it is, what a bare value asks for (flows 9.1, 9.2)."""

from __future__ import annotations

import re

from rapidpro_simulator.rapidpro.flows.texts import urns

from .errors import QueryError
from .names import name_tokens
from .properties import resolve_name
from .tree import Condition, Operator, PropertyKind

_ALIASES = {"has": Operator.CONTAINS, "is": Operator.EQUAL}

# The letters of contacts' references leave out those that look like digits (flows 5).
_REFERENCE = re.compile(r"[A-HJ-NP-Z2-9]{6,7}")
_PART_OF_NUMBER = re.compile(r"\+?[-0-9]{4,}")


def read_condition(name: str, comparator: str, value: str, *, redact_urns: bool) -> Condition:
    """Return the condition of a property's name, a comparator and a value; a bare value has no name.

    Raises `QueryError` with the code `unknown_property_type`, `unknown_property` or `redacted_urns`.
    """
    if not name:
        return _of_redacted_value(value) if redact_urns else _of_value(value)
    kind, key = resolve_name(name)
    comparator = comparator.lower()
    condition = Condition(kind, key, _ALIASES.get(comparator) or Operator(comparator), value)
    if redact_urns and value and condition.is_about_urns:
        raise QueryError.of("redacted_urns")
    return condition


def _of_redacted_value(value: str) -> Condition:
    if _REFERENCE.fullmatch(value):
        return Condition(PropertyKind.ATTRIBUTE, "ref", Operator.EQUAL, value)
    return _of_name(value)


def _of_value(value: str) -> Condition:
    if urns.is_valid(value):
        urn = urns.parse(value)
        return Condition(PropertyKind.SCHEME, urn.scheme, Operator.EQUAL, urn.path)
    if _PART_OF_NUMBER.fullmatch(value):
        return Condition(PropertyKind.SCHEME, "tel", Operator.CONTAINS, value.replace("-", ""))
    return _of_name(value)


def _of_name(value: str) -> Condition:
    operator = Operator.CONTAINS if name_tokens(value) else Operator.EQUAL
    return Condition(PropertyKind.ATTRIBUTE, "name", operator, value)
