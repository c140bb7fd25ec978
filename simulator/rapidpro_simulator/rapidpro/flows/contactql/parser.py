"""From tokens to the tree of a query; errors have the words of RapidPro's generated parser (flows 9.1)."""

from __future__ import annotations

from typing import NoReturn

from rapidpro_simulator.rapidpro.flows.excellent.quoting import unquote

from .errors import QueryError
from .lexer import END, QueryToken, QueryTokenKind, tokenize
from .meaning import read_condition
from .tree import Condition, Junction, Node, Operator, PropertyKind, combine

MOST_DEPTH = 100
MOST_CONDITIONS = 250

_LITERALS = frozenset({QueryTokenKind.STRING, QueryTokenKind.PROPERTY, QueryTokenKind.TEXT})
_STARTS = _LITERALS | {QueryTokenKind.OPEN}
_SHOWN = {
    QueryTokenKind.OPEN: "'('",
    QueryTokenKind.CLOSE: "')'",
    QueryTokenKind.STRING: "STRING",
    QueryTokenKind.PROPERTY: "PROPERTY",
    QueryTokenKind.TEXT: "TEXT",
    QueryTokenKind.END: "<EOF>",
}
_REFUSED = Condition(PropertyKind.ATTRIBUTE, "name", Operator.EQUAL, "")
_WHITE_SPACE = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})


def parse_text(text: str, *, redact_urns: bool) -> Node:
    """Return the tree of a query's text, simplified.

    Raises `QueryError` with the code `syntax`, `too_complex`, `redacted_urns`, `unknown_property` or
    `unknown_property_type`.
    """
    return _QueryParser(tokenize(text), redact_urns=redact_urns).parse()


class _QueryParser:
    """Reads one query from left to right, without recursion. Only the first error counts: nothing recovers from one.

    AND binds tighter than parts that merely follow each other, and those tighter than OR. As the first two mean the
    same, all that stands between parentheses is alternatives of parts that must all be true.
    """

    def __init__(self, tokens: list[QueryToken], *, redact_urns: bool) -> None:
        self._tokens = tokens
        self._position = 0
        self._groups: list[list[list[Node]]] = [[[]]]  # those that are open, the query itself is the outermost
        self._conditions = 0
        self._redact_urns = redact_urns
        self._refusal: QueryError | None = None

    def parse(self) -> Node:
        self._part()
        while self._goes_on():
            self._part()
        self._expect_end()
        if self._conditions > MOST_CONDITIONS:
            raise QueryError.of("too_complex")
        if self._refusal is not None:
            raise self._refusal
        return _joined(self._groups.pop())

    def _part(self) -> None:
        """Read a condition with the parentheses around it."""
        self._expect(_STARTS)
        while self._take(QueryTokenKind.OPEN):
            self._groups.append([[]])
            if len(self._groups) - 1 > MOST_DEPTH:
                raise QueryError.of("too_complex")
            self._expect(_STARTS)
        self._add(self._condition())
        while len(self._groups) > 1 and self._take(QueryTokenKind.CLOSE):
            self._add(_joined(self._groups.pop()))

    def _goes_on(self) -> bool:
        if self._take(QueryTokenKind.OR):
            self._groups[-1].append([])
            return True
        return self._take(QueryTokenKind.AND) or self._peek().kind in _STARTS

    def _expect_end(self) -> None:
        depth = len(self._groups) - 1
        if depth == 1 and self._peek().kind is QueryTokenKind.END:
            # The end may follow this parenthesis, so the generated parser would put it in and go on.
            raise QueryError("syntax", "missing ')' at '<EOF>'")
        self._expect(frozenset({QueryTokenKind.CLOSE if depth else QueryTokenKind.END}))

    def _add(self, node: Node) -> None:
        self._groups[-1][-1].append(node)

    def _condition(self) -> Condition:
        self._conditions += 1
        name = comparator = ""
        if self._peek().kind is QueryTokenKind.PROPERTY and self._peek(1).kind is QueryTokenKind.COMPARATOR:
            name, comparator = self._next().text, self._next().text
        value = self._literal()
        try:
            return read_condition(name, comparator, value, redact_urns=self._redact_urns)
        except QueryError as refusal:
            # What is wrong with the syntax, here or further on, is reported before what is wrong with the meaning.
            self._refusal = self._refusal or refusal
            return _REFUSED

    def _literal(self) -> str:
        self._expect(_LITERALS)
        token = self._next()
        return unquote(token.text) if token.kind is QueryTokenKind.STRING else token.text

    def _peek(self, ahead: int = 0) -> QueryToken:
        position = self._position + ahead
        return self._tokens[position] if position < len(self._tokens) else END

    def _next(self) -> QueryToken:
        token = self._peek()
        self._position += 1
        return token

    def _take(self, kind: QueryTokenKind) -> bool:
        if self._peek().kind is not kind:
            return False
        self._position += 1
        return True

    def _expect(self, kinds: frozenset[QueryTokenKind]) -> None:
        if self._peek().kind not in kinds:
            self._fail(kinds)

    def _fail(self, expected: frozenset[QueryTokenKind]) -> NoReturn:
        """Raise what the generated parser says: a token is extraneous where the one after it would do."""
        problem = "extraneous" if self._peek(1).kind in expected else "mismatched"
        shown = [_SHOWN[kind] for kind in QueryTokenKind if kind in expected]
        wanted = shown[0] if len(shown) == 1 else "{" + ", ".join(shown) + "}"
        found = self._peek().text.translate(_WHITE_SPACE)
        raise QueryError("syntax", f"{problem} input '{found}' expecting {wanted}")


def _joined(alternatives: list[list[Node]]) -> Node:
    return combine(Junction.OR, [combine(Junction.AND, parts) for parts in alternatives])
