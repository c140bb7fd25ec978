"""Mango's selectors: which documents they match, and what that says of the fields of those documents.

A selector is brought into a normal form first, as CouchDB does it: negations move inwards to the operators. A negated
condition asks for a field that is there, too; only `$exists: false` is fulfilled where there is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.errors import BadRequest, not_simulated

from .fields import ABSENT, path_of, value_at
from .operators import OPERATORS, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .operators import Test

OPPOSITES = {
    "$lt": "$gte",
    "$lte": "$gt",
    "$eq": "$ne",
    "$ne": "$eq",
    "$gte": "$lt",
    "$gt": "$lte",
    "$in": "$nin",
    "$nin": "$in",
}
COMBINATIONS = ("$and", "$or", "$nor")
NESTED = ("$elemMatch", "$allMatch", "$keyMapMatch")


class Node:
    """A part of a selector, asked about a value: the document, or what is at a field of it."""

    def matches(self, value: Any) -> bool:
        raise NotImplementedError

    def negated(self) -> Node:
        return Not(self)

    def requires(self, path: tuple[str, ...]) -> bool:
        """Say whether every document that matches has the field `path`."""
        return False

    def conditions(self, path: tuple[str, ...]) -> list[tuple[str, Any]]:
        """Return the operators, with their arguments, that the field `path` of a match has to fulfil."""
        return []


@dataclass(frozen=True)
class All(Node):
    """`$and`: every part matches; no parts match everything."""

    parts: Sequence[Node]

    def matches(self, value: Any) -> bool:
        return all(part.matches(value) for part in self.parts)

    def negated(self) -> Node:
        # Of no parts, the opposite is nothing; but no alternatives match everything.
        return Any_([part.negated() for part in self.parts]) if self.parts else Not(self)

    def requires(self, path: tuple[str, ...]) -> bool:
        return any(part.requires(path) for part in self.parts)

    def conditions(self, path: tuple[str, ...]) -> list[tuple[str, Any]]:
        return [condition for part in self.parts for condition in part.conditions(path)]


@dataclass(frozen=True)
class Any_(Node):  # noqa: N801 - Python has the name
    """`$or`: some part matches; no parts match everything, as in CouchDB."""

    parts: Sequence[Node]

    def matches(self, value: Any) -> bool:
        return not self.parts or any(part.matches(value) for part in self.parts)

    def negated(self) -> Node:
        return All([part.negated() for part in self.parts])

    def requires(self, path: tuple[str, ...]) -> bool:
        return bool(self.parts) and all(part.requires(path) for part in self.parts)


@dataclass(frozen=True)
class Field(Node):
    """What is at a field fulfils a condition."""

    path: tuple[str, ...]
    condition: Node

    def matches(self, value: Any) -> bool:
        found = value_at(value, self.path)
        if found is ABSENT:
            return isinstance(self.condition, Operator) and self.condition.allows_absence
        return self.condition.matches(found)

    def negated(self) -> Node:
        return Field(self.path, self.condition.negated())

    def requires(self, path: tuple[str, ...]) -> bool:
        return self.path == path and not (isinstance(self.condition, Operator) and self.condition.allows_absence)

    def conditions(self, path: tuple[str, ...]) -> list[tuple[str, Any]]:
        own = self.condition
        return [(own.name, own.argument)] if self.path == path and isinstance(own, Operator) else []


@dataclass(frozen=True)
class Operator(Node):
    """One operator with its argument."""

    name: str
    argument: Any
    test: Test

    @property
    def allows_absence(self) -> bool:
        return self.name == "$exists" and self.argument is False

    def matches(self, value: Any) -> bool:
        return self.test(value)

    def negated(self) -> Node:
        if self.name in OPPOSITES:
            return _operator(OPPOSITES[self.name], self.argument)
        return _operator("$exists", not self.argument) if self.name == "$exists" else Not(self)


@dataclass(frozen=True)
class Not(Node):
    """What has no opposite operator: the value is there, and does not match."""

    part: Node

    def matches(self, value: Any) -> bool:
        return not self.part.matches(value)

    def negated(self) -> Node:
        return self.part


@dataclass(frozen=True)
class Within(Node):
    """`$elemMatch`, `$allMatch`, `$keyMapMatch`: what is in an array, or the names in an object."""

    name: str
    part: Node

    def matches(self, value: Any) -> bool:
        if self.name == "$keyMapMatch":
            return isinstance(value, dict) and any(self.part.matches(name) for name in value)
        if not isinstance(value, list) or not value:
            return False
        return (any if self.name == "$elemMatch" else all)(self.part.matches(each) for each in value)


def read_selector(selector: Any) -> Node:
    """Return the selector in its normal form; raises `BadRequest` in CouchDB's words."""
    if not isinstance(selector, dict):
        raise BadRequest("Selector must be a JSON object", "invalid_selector_json")
    return _read(selector, ())


def _read(selector: Any, path: tuple[str, ...]) -> Node:
    """Read what is said of the field `path`: an object of operators and further fields, or a value to be equal to."""
    if not isinstance(selector, dict) or (not selector and path):
        return _at(path, _operator("$eq", selector))
    parts = [_member(name, argument, path) for name, argument in selector.items()]
    return parts[0] if len(parts) == 1 else All(parts)


def _member(name: str, argument: Any, path: tuple[str, ...]) -> Node:
    if not name.startswith("$"):
        return _read(argument, path + path_of(name))
    if name in COMBINATIONS:
        if not isinstance(argument, list):
            raise invalid_argument(name, argument)
        parts = [_read(each, path) for each in argument]
        return {"$and": All(parts), "$or": Any_(parts), "$nor": All([part.negated() for part in parts])}[name]
    if name == "$not":
        return _read(argument, path).negated()
    return _at(path, _within(name, argument) if name in NESTED else _operator(name, argument))


def _within(name: str, argument: Any) -> Node:
    if not isinstance(argument, dict):
        raise invalid_argument(name, argument)
    return Within(name, _read(argument, ()))


def _at(path: tuple[str, ...], condition: Node) -> Node:
    return Field(path, condition) if path else condition


def _operator(name: str, argument: Any) -> Node:
    if name == "$text":
        raise not_simulated("the operator $text", "full text search is a service beside CouchDB; use $regex")
    if name not in OPERATORS:
        raise BadRequest(f"Invalid operator: {name}", "invalid_operator")
    return Operator(name, argument, OPERATORS[name](argument))


def describe(selector: Any) -> str:
    """Return a selector as text, the same for the same one."""
    return json.dumps(selector, sort_keys=True)
