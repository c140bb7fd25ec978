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
class TextNode:
    value: str

    def __str__(self) -> str:
        return quote(self.value)


@dataclass(frozen=True, slots=True)
class NumberNode:
    value: Decimal

    def __str__(self) -> str:
        return number_text(self.value)


@dataclass(frozen=True, slots=True)
class BooleanNode:
    value: bool

    def __str__(self) -> str:
        return "true" if self.value else "false"


@dataclass(frozen=True, slots=True)
class NullNode:
    def __str__(self) -> str:
        return "null"


@dataclass(frozen=True, slots=True)
class NameNode:
    """A parameter of a lambda, a variable of the context or a function."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class PropertyNode:
    """`container.name`."""

    container: Node
    name: str

    def __str__(self) -> str:
        return f"{self.container}.{self.name}"


@dataclass(frozen=True, slots=True)
class IndexNode:
    """`container[key]`."""

    container: Node
    key: Node

    def __str__(self) -> str:
        return f"{self.container}[{self.key}]"


@dataclass(frozen=True, slots=True)
class CallNode:
    function: Node
    arguments: tuple[Node, ...]

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True, slots=True)
class GroupNode:
    """An expression in parentheses."""

    inner: Node

    def __str__(self) -> str:
        return f"({self.inner})"


@dataclass(frozen=True, slots=True)
class LambdaNode:
    parameters: tuple[str, ...]
    body: Node

    def __str__(self) -> str:
        return f"({', '.join(self.parameters)}) => {self.body}"


@dataclass(frozen=True, slots=True)
class NegationNode:
    operand: Node

    def __str__(self) -> str:
        return f"-{self.operand}"


@dataclass(frozen=True, slots=True)
class BinaryNode:
    operator: str
    left: Node
    right: Node

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


Node: TypeAlias = (
    TextNode
    | NumberNode
    | BooleanNode
    | NullNode
    | NameNode
    | PropertyNode
    | IndexNode
    | CallNode
    | GroupNode
    | LambdaNode
    | NegationNode
    | BinaryNode
)


def children(node: Node) -> tuple[Node, ...]:
    """Give the nodes directly below a node, in the order of the source."""
    match node:
        case PropertyNode(container, _):
            return (container,)
        case IndexNode(container, key):
            return (container, key)
        case CallNode(function, arguments):
            return (function, *arguments)
        case GroupNode(inner) | LambdaNode(_, inner) | NegationNode(inner):
            return (inner,)
        case BinaryNode(_, left, right):
            return (left, right)
    return ()


def transformed(node: Node, change: Callable[[Node], Node]) -> Node:
    """Rebuild a tree from the leaves up; `change` gives for every node what stands in its place."""
    match node:
        case PropertyNode(container, name):
            node = PropertyNode(transformed(container, change), name)
        case IndexNode(container, key):
            node = IndexNode(transformed(container, change), transformed(key, change))
        case CallNode(function, arguments):
            changed = tuple([transformed(argument, change) for argument in arguments])
            node = CallNode(transformed(function, change), changed)
        case GroupNode(inner):
            node = GroupNode(transformed(inner, change))
        case LambdaNode(parameters, body):
            node = LambdaNode(parameters, transformed(body, change))
        case NegationNode(operand):
            node = NegationNode(transformed(operand, change))
        case BinaryNode(operator, left, right):
            node = BinaryNode(operator, transformed(left, change), transformed(right, change))
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
        case NameNode(name):
            return (name,)
        case PropertyNode(container, name) | IndexNode(container, TextNode(name)):
            container_path = _path(container)
            return None if container_path is None else (*container_path, name)
    return None
