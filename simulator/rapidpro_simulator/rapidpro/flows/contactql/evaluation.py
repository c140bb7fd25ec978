"""Whether a query is true of a contact: its tree becomes nested functions once, and those are called (flows 9.2)."""

from __future__ import annotations

import datetime as dt
import operator as operators
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from rapidpro_simulator.rapidpro.flows.excellent.conversions import parse_number
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.dates_in_text import find_datetime
from rapidpro_simulator.rapidpro.flows.texts.strings import lower, trim

from .names import name_prefixes, name_tokens
from .properties import LOCATION_TYPES
from .tree import Condition, Junction, Node, Operator, PropertyKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

    from .resolving import Resolver

QueryValue: TypeAlias = str | Decimal | int | DateTime


class Queryable(Protocol):
    """What queries are asked of: a contact."""

    def query_values(self, kind: PropertyKind, key: str) -> Sequence[QueryValue]:
        """Return the values of a property, none where it is not set.

        `key` is an attribute's name, a URN scheme or a field's key. URNs are their paths, those of all schemes for
        the attribute `urn`; numbers are numbers, dates datetimes, all else is text.
        """


Predicate: TypeAlias = "Callable[[Environment, Queryable], bool]"
Comparison: TypeAlias = "Callable[[Environment, Any], bool]"

_ORDERS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: operators.eq,
    Operator.NOT_EQUAL: operators.ne,
    Operator.GREATER: operators.gt,
    Operator.GREATER_OR_EQUAL: operators.ge,
    Operator.LESS: operators.lt,
    Operator.LESS_OR_EQUAL: operators.le,
}


def compile_node(node: Node, resolver: Resolver | None) -> Predicate:
    """Return a function that says whether a tree is true of a contact, given the environment for its dates."""
    if isinstance(node, Condition):
        return _compile_condition(node, resolver)
    parts = tuple(compile_node(part, resolver) for part in node.parts)
    if node.junction is Junction.AND:
        return lambda environment, queryable: all(part(environment, queryable) for part in parts)
    return lambda environment, queryable: any(part(environment, queryable) for part in parts)


def _compile_condition(condition: Condition, resolver: Resolver | None) -> Predicate:
    kind, key = condition.kind, condition.key
    if condition.is_set_check:
        wanted = condition.operator is Operator.NOT_EQUAL
        return lambda _, queryable: bool(queryable.query_values(kind, key)) is wanted

    comparisons = _comparisons(condition, resolver)
    # What is unlike a value is unlike all of them, also where there are none.
    decide = all if condition.operator is Operator.NOT_EQUAL else any

    def predicate(environment: Environment, queryable: Queryable) -> bool:
        values = queryable.query_values(kind, key)
        return decide([comparisons[type(value)](environment, value) for value in values])

    return predicate


def _comparisons(condition: Condition, resolver: Resolver | None) -> Mapping[type, Comparison]:
    """Return how each type of value is compared: the value decides, for a query may be read without a workspace."""
    number, date = _number_comparison(condition), _date_comparison(condition)
    return {str: _text_comparison(condition, resolver), Decimal: number, int: number, DateTime: date}


def _text_comparison(condition: Condition, resolver: Resolver | None) -> Comparison:
    if condition.operator is Operator.CONTAINS:
        return _name_comparison(condition) if condition.is_about_name else _part_comparison(condition)
    if condition.operator not in (Operator.EQUAL, Operator.NOT_EQUAL):
        return _never
    wanted, matches = _folded(condition.value), _ORDERS[condition.operator]
    if _is_location(condition, resolver):
        return lambda _, value: matches(_folded(value.rpartition(">")[2]), wanted)
    return lambda _, value: matches(_folded(value), wanted)


def _name_comparison(condition: Condition) -> Comparison:
    prefixes = name_prefixes(condition.value)
    return lambda _, value: any(word.startswith(prefixes) for word in name_tokens(value))


def _part_comparison(condition: Condition) -> Comparison:
    part = _folded(condition.value)
    return lambda _, value: part in _folded(value)


def _number_comparison(condition: Condition) -> Comparison:
    wanted, matches = parse_number(condition.value), _ORDERS.get(condition.operator)
    if wanted is None or matches is None:
        return _unlike(condition)
    return lambda _, value: matches(value, wanted)


def _date_comparison(condition: Condition) -> Comparison:
    """Return the comparison by whole days of the query's timezone: later means on a later day."""
    matches = _ORDERS.get(condition.operator)
    if matches is None:
        return _never
    unlike = _unlike(condition)
    find = _DateOperand(condition.value).find

    def compare(environment: Environment, value: DateTime) -> bool:
        wanted = find(environment)
        if wanted is None:
            return unlike(environment, value)
        timezone, day = wanted
        return matches(value.local.astimezone(timezone).date(), day)

    return compare


class _DateOperand:
    """The day of a condition and its timezone, read once for each date format and timezone."""

    __slots__ = ("_found", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[tuple[str, dt.tzinfo], tuple[dt.tzinfo, dt.date] | None] = {}

    def find(self, environment: Environment) -> tuple[dt.tzinfo, dt.date] | None:
        setting = (environment.date_format, environment.timezone)
        if setting in self._found:
            return self._found[setting]
        asked: list[DateTime] = []

        def now() -> DateTime:
            asked.append(environment.now())
            return asked[-1]

        found = find_datetime(replace(environment, now=now), self._text)
        day = None if found is None else (found.local.tzinfo or dt.UTC, found.local.date())
        if not asked:  # the century of a year with two digits depends on this year, so such a date is read every time
            self._found[setting] = day
        return day


def _is_location(condition: Condition, resolver: Resolver | None) -> bool:
    if condition.kind is not PropertyKind.FIELD or resolver is None:
        return False
    field = resolver.resolve_field(condition.key)
    return field is not None and field.type in LOCATION_TYPES


def _folded(text: str) -> str:
    return lower(trim(text))


def _unlike(condition: Condition) -> Comparison:
    """Return the comparison with what cannot be compared: it is only ever different."""
    return _always if condition.operator is Operator.NOT_EQUAL else _never


def _always(_environment: Environment, _value: QueryValue) -> bool:
    return True


def _never(_environment: Environment, _value: QueryValue) -> bool:
    return False
