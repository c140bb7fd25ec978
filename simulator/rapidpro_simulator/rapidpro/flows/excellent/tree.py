"""The tree of an expression. `str` of a node is its source, normalised; reading that gives the same tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from .numbers import number_text
from .quoting import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Text:
    value: str

    def __str__(self) -> str:
        return quote(self.value)


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal

    def __str__(self) -> str:
        return number_text(self.value)


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True, slots=True)
class Null:
    def __str__(self) -> str:
        return "null"


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter of a lambda, a variable of the context or a function."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Property:
    """`container.name`."""

    container: Node
    name: str

    def __str__(self) -> str:
        return f"{self.container}.{self.name}"


@dataclass(frozen=True, slots=True)
class Index:
    """`container[key]`."""

    container: Node
    key: Node

    def __str__(self) -> str:
        return f"{self.container}[{self.key}]"


@dataclass(frozen=True, slots=True)
class Call:
    function: Node
    arguments: tuple[Node, ...]

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True, slots=True)
class Group:
    """An expression in parentheses."""

    inner: Node

    def __str__(self) -> str:
        return f"({self.inner})"


@dataclass(frozen=True, slots=True)
class Lambda:
    parameters: tuple[str, ...]
    body: Node

    def __str__(self) -> str:
        return f"({', '.join(self.parameters)}) => {self.body}"


@dataclass(frozen=True, slots=True)
class Negation:
    operand: Node

    def __str__(self) -> str:
        return f"-{self.operand}"


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Node
    right: Node

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


Node: TypeAlias = Text | Number | Boolean | Null | Name | Property | Index | Call | Group | Lambda | Negation | Binary


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes directly below a node, in the order of the source."""
    match node:
        case Property(container, _):
            return (container,)
        case Index(container, key):
            return (container, key)
        case Call(function, arguments):
            return (function, *arguments)
        case Group(inner) | Lambda(_, inner) | Negation(inner):
            return (inner,)
        case Binary(_, left, right):
            return (left, right)
    return ()


def transformed(node: Node, change: Callable[[Node], Node]) -> Node:
    """Rebuild a tree from the leaves up; `change` gives for every node what stands in its place."""
    match node:
        case Property(container, name):
            node = Property(transformed(container, change), name)
        case Index(container, key):
            node = Index(transformed(container, change), transformed(key, change))
        case Call(function, arguments):
            changed = tuple([transformed(argument, change) for argument in arguments])
            node = Call(transformed(function, change), changed)
        case Group(inner):
            node = Group(transformed(inner, change))
        case Lambda(parameters, body):
            node = Lambda(parameters, transformed(body, change))
        case Negation(operand):
            node = Negation(transformed(operand, change))
        case Binary(operator, left, right):
            node = Binary(operator, transformed(left, change), transformed(right, change))
    return change(node)


def context_paths(node: Node) -> Iterator[tuple[str, ...]]:
    """Yield the variables that an expression reads, as long as they are fixed: `a.b["c"][i]` is `("a", "b", "c")`."""
    path = _path(node)
    if path is not None:
        yield path
        return
    for child in children(node):
        yield from context_paths(child)


def _path(node: Node) -> tuple[str, ...] | None:
    match node:
        case Name(name):
            return (name,)
        case Property(container, name) | Index(container, Text(name)):
            container_path = _path(container)
            return None if container_path is None else (*container_path, name)
    return None
