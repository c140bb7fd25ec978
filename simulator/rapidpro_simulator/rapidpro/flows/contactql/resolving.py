"""What a query names in a workspace, and whether its conditions make sense there (flows 9.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rapidpro_simulator.rapidpro.flows.excellent.conversions import parse_number
from rapidpro_simulator.rapidpro.flows.locales.dates_in_text import find_datetime
from rapidpro_simulator.rapidpro.flows.locales.languages import language_problem

from .errors import QueryError
from .names import LEAST_BYTES, name_tokens
from .properties import ATTRIBUTES, NEVER_UNSET, STATUSES
from .tree import Condition, Operator, PropertyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

LEAST_URN_BYTES = 3
_COMPARABLE = frozenset({"number", "datetime"})


class QueryField(Protocol):
    """A field of contacts."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str:
        """`text`, `number`, `datetime`, `state`, `district` or `ward`."""


class GroupOrFlow(Protocol):
    """A group or a flow."""

    @property
    def uuid(self) -> str: ...
    @property
    def name(self) -> str: ...


class Resolver(Protocol):
    """What queries may name in a workspace; None for what it does not have. Names are found in any case."""

    def resolve_field(self, key: str) -> QueryField | None: ...
    def resolve_group(self, name: str) -> GroupOrFlow | None: ...
    def resolve_flow(self, name: str) -> GroupOrFlow | None: ...


def validate(environment: Environment, resolver: Resolver, condition: Condition) -> None:
    """Raise `QueryError` where a workspace has no such property, or the operator or the value does not fit it."""
    value_type = _value_type(resolver, condition)
    check = _OPERATOR_CHECKS.get(condition.operator)
    if check is not None:
        check(condition, value_type)
    if condition.is_set_check:
        if condition.kind is PropertyKind.ATTRIBUTE and condition.key in NEVER_UNSET:
            raise QueryError.of("unsupported_setcheck", property=condition.key, operator=condition.operator)
    else:
        _check_value(environment, resolver, condition, value_type)


def _check_value(environment: Environment, resolver: Resolver, condition: Condition, value_type: str) -> None:
    value = condition.value
    if value_type == "number":
        valid, code = parse_number(value) is not None, "invalid_number"
    elif value_type == "datetime":
        valid, code = find_datetime(environment, value) is not None, "invalid_date"
    elif condition.kind is PropertyKind.ATTRIBUTE and condition.key in _VALUE_CHECKS:
        code, check = _VALUE_CHECKS[condition.key]
        valid = check(resolver, value)
    else:
        return
    if not valid:
        raise QueryError.of(code, value=value)


def _value_type(resolver: Resolver, condition: Condition) -> str:
    if condition.kind is PropertyKind.SCHEME:
        return "text"
    if condition.kind is PropertyKind.ATTRIBUTE:
        return ATTRIBUTES[condition.key]
    field = resolver.resolve_field(condition.key)
    if field is None:
        raise QueryError.of("unknown_property", property=condition.key)
    return field.type


def _check_contains(condition: Condition, _value_type: str) -> None:
    if condition.is_about_urns:
        if len(condition.value.encode("utf-8", "replace")) < LEAST_URN_BYTES:
            raise QueryError.of("invalid_partial_urn", min_value_length=str(LEAST_URN_BYTES))
    elif not condition.is_about_name:
        raise QueryError.of("unsupported_contains", property=condition.key)
    elif not name_tokens(condition.value):
        raise QueryError.of("invalid_partial_name", min_token_length=str(LEAST_BYTES))


def _check_comparison(condition: Condition, value_type: str) -> None:
    if value_type not in _COMPARABLE:
        raise QueryError.of("unsupported_comparison", property=condition.key, operator=condition.operator)


_ORDERS = (Operator.GREATER, Operator.GREATER_OR_EQUAL, Operator.LESS, Operator.LESS_OR_EQUAL)
_OPERATOR_CHECKS: Mapping[Operator, Callable[[Condition, str], None]] = {
    Operator.CONTAINS: _check_contains,
    **dict.fromkeys(_ORDERS, _check_comparison),
}
_VALUE_CHECKS: Mapping[str, tuple[str, Callable[[Resolver, str], bool]]] = {
    "group": ("invalid_group", lambda resolver, name: resolver.resolve_group(name) is not None),
    "flow": ("invalid_flow", lambda resolver, name: resolver.resolve_flow(name) is not None),
    "history": ("invalid_flow", lambda resolver, name: resolver.resolve_flow(name) is not None),
    "status": ("invalid_status", lambda _, status: status.lower() in STATUSES),
    "language": ("invalid_language", lambda _, code: language_problem(code) is None),
}
