"""From tokens to the tree of a query; what is wrong is told in the words of RapidPro's generated parser (flows 9.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from simulator.rapidpro.flows.excellent.quoting import unquote

from .errors import QueryError
from .lexer import END, Kind, Token, tokenize
from .meaning import read_condition
from .tree import Condition, Junction, Node, Operator, PropertyKind, combine

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_DEPTH = 100
MOST_CONDITIONS = 250

_LITERALS = frozenset({Kind.STRING, Kind.PROPERTY, Kind.TEXT})
_STARTS = _LITERALS | {Kind.OPEN}
_SHOWN = {
    Kind.OPEN: "'('",
    Kind.CLOSE: "')'",
    Kind.STRING: "STRING",
    Kind.PROPERTY: "PROPERTY",
    Kind.TEXT: "TEXT",
    Kind.END: "<EOF>",
}
_REFUSED = Condition(PropertyKind.ATTRIBUTE, "name", Operator.EQUAL, "")
_WHITE_SPACE = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r"})


def parse_text(text: str, *, redact_urns: bool) -> Node:
    """Return the tree of a query's text, simplified.

    Raises `QueryError` with the code `syntax`, `too_complex`, `redacted_urns`, `unknown_property` or
    `unknown_property_type`.
    """
    return _Parser(tokenize(text), redact_urns=redact_urns).parse()


class _Parser:
    """Reads one query, a token ahead. Only the first error counts, so nothing recovers from one."""

    def __init__(self, tokens: list[Token], *, redact_urns: bool) -> None:
        self._tokens = tokens
        self._position = 0
        self._depth = 0
        self._conditions = 0
        self._redact_urns = redact_urns
        self._refusal: QueryError | None = None

    def parse(self) -> Node:
        node = self._alternatives()
        if self._peek().kind is not Kind.END:
            self._fail(frozenset({Kind.END}))
        if self._conditions > MOST_CONDITIONS:
            raise QueryError.of("too_complex")
        if self._refusal is not None:
            raise self._refusal
        return node

    # AND binds tighter than parts that merely follow each other, and those tighter than OR.

    def _alternatives(self) -> Node:
        return self._joined(Junction.OR, self._followers, lambda: self._take(Kind.OR))

    def _followers(self) -> Node:
        return self._joined(Junction.AND, self._conjunction, lambda: self._peek().kind in _STARTS)

    def _conjunction(self) -> Node:
        return self._joined(Junction.AND, self._part, lambda: self._take(Kind.AND))

    def _joined(self, junction: Junction, part: Callable[[], Node], goes_on: Callable[[], bool]) -> Node:
        first = part()
        if not goes_on():
            return first
        parts = [first, part()]
        while goes_on():
            parts.append(part())
        return combine(junction, parts)

    def _part(self) -> Node:
        self._expect(_STARTS)
        if self._take(Kind.OPEN):
            return self._group()
        self._conditions += 1
        if self._peek().kind is Kind.PROPERTY and self._peek(1).kind is Kind.COMPARATOR:
            name, comparator = self._next().text, self._next().text
        else:
            name, comparator = "", ""
        value = self._literal()
        try:
            return read_condition(name, comparator, value, redact_urns=self._redact_urns)
        except QueryError as refusal:
            # What is wrong with the syntax, here or further on, is told before what is wrong with the meaning.
            self._refusal = self._refusal or refusal
            return _REFUSED

    def _group(self) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise QueryError.of("too_complex")
        node = self._alternatives()
        if not self._take(Kind.CLOSE):
            if self._depth == 1 and self._peek().kind is Kind.END:
                # The end may follow this parenthesis, so the generated parser would insert it and go on.
                raise QueryError("syntax", "missing ')' at '<EOF>'")
            self._fail(frozenset({Kind.CLOSE}))
        self._depth -= 1
        return node

    def _literal(self) -> str:
        self._expect(_LITERALS)
        token = self._next()
        return unquote(token.text) if token.kind is Kind.STRING else token.text

    def _peek(self, ahead: int = 0) -> Token:
        position = self._position + ahead
        return self._tokens[position] if position < len(self._tokens) else END

    def _next(self) -> Token:
        token = self._peek()
        self._position += 1
        return token

    def _take(self, kind: Kind) -> bool:
        if self._peek().kind is not kind:
            return False
        self._position += 1
        return True

    def _expect(self, kinds: frozenset[Kind]) -> None:
        if self._peek().kind not in kinds:
            self._fail(kinds)

    def _fail(self, expected: frozenset[Kind]) -> NoReturn:
        """Raise what the generated parser says: a token is extraneous where the one after it would do."""
        problem = "extraneous" if self._peek(1).kind in expected else "mismatched"
        shown = [_SHOWN[kind] for kind in Kind if kind in expected]
        wanted = shown[0] if len(shown) == 1 else "{" + ", ".join(shown) + "}"
        found = self._peek().text.translate(_WHITE_SPACE)
        raise QueryError("syntax", f"{problem} input '{found}' expecting {wanted}")
