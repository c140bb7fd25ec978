"""What a query is once it is read: conditions and their combinations, and its canonical text (flows 9.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from rapidpro_simulator.rapidpro.flows.excellent.quoting import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_UNSIGNED_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


class Operator(StrEnum):
    """How a property is compared with a value."""

    EQUAL = "="
    NOT_EQUAL = "!="
    CONTAINS = "~"
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LESS = "<"
    LESS_OR_EQUAL = "<="


class PropertyKind(StrEnum):
    """Where a property of a contact is kept; the value is how messages and documents call it."""

    ATTRIBUTE = "attribute"
    SCHEME = "scheme"
    FIELD = "field"


class Junction(StrEnum):
    """How the parts of a combination are joined."""

    AND = "AND"
    OR = "OR"


_PREFIXES = {PropertyKind.ATTRIBUTE: "", PropertyKind.SCHEME: "urns.", PropertyKind.FIELD: "fields."}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison: `fields.age > 18`."""

    kind: PropertyKind
    key: str
    operator: Operator
    value: str

    @property
    def is_set_check(self) -> bool:
        """Say whether it asks if the property is set: `= ""` and `!= ""`."""
        return not self.value and self.operator in (Operator.EQUAL, Operator.NOT_EQUAL)

    @property
    def is_about_urns(self) -> bool:
        """Say whether its value is, or is part of, a URN's path."""
        return self.kind is PropertyKind.SCHEME or (self.kind is PropertyKind.ATTRIBUTE and self.key == "urn")

    @property
    def is_about_name(self) -> bool:
        """Say whether its value is, or is part of, a contact's name."""
        return self.kind is PropertyKind.ATTRIBUTE and self.key == "name"

    def __str__(self) -> str:
        value = self.value if _UNSIGNED_NUMBER.fullmatch(self.value) else quote(self.value)
        return f"{_PREFIXES[self.kind]}{self.key} {self.operator} {value}"


@dataclass(frozen=True, slots=True)
class Combination:
    """Two or more parts, all or any of which must be true. None of them is a combination of the same junction."""

    junction: Junction
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return _joined_text(self)


Node: TypeAlias = Condition | Combination


def combine(junction: Junction, parts: Iterable[Node]) -> Node:
    """Join parts, taking in the parts of those that are joined in the same way; a single part stays itself."""
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, Combination) and part.junction is junction:
            flat.extend(part.parts)
        else:
            flat.append(part)
    return flat[0] if len(flat) == 1 else Combination(junction, tuple(flat))


def conditions(node: Node) -> Iterator[Condition]:
    """Iterate over the conditions of a query as they are written, from left to right."""
    if isinstance(node, Condition):
        yield node
        return
    for part in node.parts:
        yield from conditions(part)


def _part_text(part: Node) -> str:
    if isinstance(part, Condition):
        return str(part)
    # Not by way of str(): that takes twice as much of the stack, and queries may be a hundred levels deep.
    return f"({_joined_text(part)})"


def _joined_text(combination: Combination) -> str:
    return f" {combination.junction} ".join(map(_part_text, combination.parts))
