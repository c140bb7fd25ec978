"""Reads an expression into a tree: tokens, and a parser by precedence (flows 6.3)."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from rapidpro_simulator.rapidpro.flows.texts.strings import is_nested_deeper

from .numbers import narrowed
from .quoting import unquote
from .tree import (
    BinaryNode,
    BooleanNode,
    CallNode,
    GroupNode,
    IndexNode,
    LambdaNode,
    NameNode,
    NegationNode,
    Node,
    NullNode,
    NumberNode,
    PropertyNode,
    TextNode,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEEPEST_NESTING = 100
_ERROR_CONTEXT = 10

# A text ends at the first quote that follows no backslash; if there is none, at the last quote.
_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r'(?P<text>"(?:\\"|[^"])*")'
    r"|(?P<decimal>[0-9]+\.[0-9]+)"
    r"|(?P<integer>[0-9]+)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<symbol>=>|!=|<=|>=|[-+*/^&=<>()\[\],.])"
    r"|(?P<end>$(?!\n))"
    r"|(?P<error>.))",
    re.DOTALL,
)
_KEYWORDS: Mapping[str, Node] = {"true": BooleanNode(True), "false": BooleanNode(False), "null": NullNode()}
_PRECEDENCES: Mapping[str, int] = {
    "&": 1,
    **dict.fromkeys(("=", "!="), 2),
    **dict.fromkeys(("<=", "<", ">", ">="), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/"), 5),
    "^": 6,
}


class ExpressionError(ValueError):
    """An expression that cannot be read; the message is RapidPro's own."""


class ExpressionToken(NamedTuple):
    """A piece of an expression: what it is, its source, and where it starts."""

    kind: str
    source: str
    start: int


@lru_cache(maxsize=4_096)
def parse(expression: str) -> Node:
    """Read an expression; the trees that were read last are kept.

    Raises `ExpressionError` with the text `syntax error at …`, or that of a limit.
    """
    if is_nested_deeper(expression, DEEPEST_NESTING):
        raise ExpressionError("expression nesting too deep")
    parser = _ExpressionParser(expression)
    try:
        tree = parser.expression()
    except RecursionError:
        # A chain of lambdas nests without brackets.
        raise ExpressionError("expression nesting too deep") from None
    parser.expect("end")
    parser.check_numbers()
    return tree


def tokens_of(expression: str) -> list[ExpressionToken]:
    """Split an expression; the last token is of kind `end`. A symbol or keyword is its own kind, in lower case."""
    tokens: list[ExpressionToken] = []
    position = 0
    while not tokens or tokens[-1].kind != "end":
        match = _TOKEN.match(expression, position)
        assert match is not None  # there is a token for any character, and one for the end
        kind, start = match.lastgroup or "", match.start(match.lastgroup or 0)
        source = match[kind] if kind != "name" or match[kind].isascii() else _name_in(match[kind])
        if kind == "symbol" or (kind == "name" and source.lower() in _KEYWORDS):
            kind = source.lower()
        elif kind == "name" and not (source[0] == "_" or source[0].isalpha()):
            kind = "error"
        tokens.append(ExpressionToken(kind, source, start))
        position = start + len(source)
    return tokens


def _name_in(word: str) -> str:
    """Return the name that a word begins with: numbers that are no digits, such as `²`, are of Python's words alone."""
    for place, character in enumerate(word):
        if not (character == "_" or character.isalpha() or character.isdecimal()):
            return word[: place or 1]
    return word


class _ExpressionParser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokens_of(source)
        self._at = 0

    def expression(self, least: int = 1) -> Node:
        """Read operators that bind at least as tightly as `least`; all of them group to the left."""
        left = self._operand()
        while (precedence := _PRECEDENCES.get(self._kind, 0)) >= least:
            operator = self._next().source
            left = BinaryNode(operator, left, self.expression(precedence + 1))
        return left

    def expect(self, *kinds: str) -> ExpressionToken:
        """Read a token of one of these kinds."""
        return self._next() if self._kind in kinds else self._fail()

    def check_numbers(self) -> None:
        """Refuse numbers out of range. That comes last: a syntax error counts before it."""
        for token in self._tokens:
            if token.kind in ("integer", "decimal") and narrowed(Decimal(token.source)) is None:
                raise ExpressionError(f"number {token.source} is out of range")

    @property
    def _kind(self) -> str:
        return self._tokens[self._at].kind

    def _next(self) -> ExpressionToken:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _fail(self) -> NoReturn:
        start = self._tokens[self._at].start
        line = self._source[start:].partition("\n")[0]
        raise ExpressionError(f"syntax error at {line[:_ERROR_CONTEXT]}")

    def _operand(self) -> Node:
        minuses = 0
        while self._kind == "-":
            self._next()
            minuses += 1
        operand = self._primary()
        for _ in range(minuses):
            operand = NegationNode(operand)
        return operand

    def _primary(self) -> Node:
        read = _LITERALS.get(self._kind)
        if read is not None:
            return read(self._next().source)
        if self._kind == "(":
            return self._lambda() if self._is_lambda() else self._atom(self._group())
        return self._atom(NameNode(self.expect("name").source))

    def _is_lambda(self) -> bool:
        """Look ahead over `( NAME`: a comma, or `) =>`, follows only in a lambda."""
        kinds = [token.kind for token in self._tokens[self._at + 1 : self._at + 4]]
        return kinds[:2] == ["name", ","] or kinds == ["name", ")", "=>"]

    def _lambda(self) -> Node:
        self.expect("(")
        parameters = [self.expect("name").source]
        while self.expect(",", ")").kind == ",":
            parameters.append(self.expect("name").source)
        self.expect("=>")
        return LambdaNode(tuple(parameters), self.expression())

    def _group(self) -> Node:
        self.expect("(")
        inner = self.expression()
        self.expect(")")
        return GroupNode(inner)

    def _atom(self, atom: Node) -> Node:
        while True:
            match self._kind:
                case ".":
                    self._next()
                    atom = PropertyNode(atom, self.expect("name", "integer").source)
                case "[":
                    self._next()
                    atom = IndexNode(atom, self.expression())
                    self.expect("]")
                case "(":
                    self._next()
                    atom = CallNode(atom, self._arguments())
                case _:
                    return atom

    def _arguments(self) -> tuple[Node, ...]:
        if self._kind == ")":
            self._next()
            return ()
        arguments = [self.expression()]
        while self.expect(",", ")").kind == ",":
            arguments.append(self.expression())
        return tuple(arguments)


def _number(source: str) -> Node:
    number = Decimal(source)
    narrow = narrowed(number)
    return NumberNode(number if narrow is None else narrow)


_LITERALS: Mapping[str, Callable[[str], Node]] = {
    "text": lambda source: TextNode(unquote(source)),
    "integer": _number,
    "decimal": _number,
    **dict.fromkeys(_KEYWORDS, lambda source: _KEYWORDS[source.lower()]),
}
