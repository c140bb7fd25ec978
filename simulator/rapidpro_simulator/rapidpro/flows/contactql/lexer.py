"""From the text of a contact query to its tokens (flows 9.1)."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import NamedTuple

from rapidpro_simulator.rapidpro.flows.texts.regexes import compile_pattern


class QueryTokenKind(Enum):
    """What a token is. The order is that in which error messages list them."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    COMPARATOR = auto()
    STRING = auto()
    PROPERTY = auto()
    TEXT = auto()
    UNKNOWN = auto()
    END = auto()


class QueryToken(NamedTuple):
    kind: QueryTokenKind
    text: str


END = QueryToken(QueryTokenKind.END, "<EOF>")

_TOKENS = r"""([\pL\p{Nd}_.\-+/'@:]+)|("(?:\\"|[^"])*")|(!=|<=|>=|[=~<>])|(\()|(\))|([^ \t\n\r])"""
_TOKEN = compile_pattern(_TOKENS, "")
_ASCII_TOKEN = re.compile(_TOKENS.replace(r"\pL\p{Nd}", "A-Za-z0-9"))
_PROPERTY = compile_pattern(r"(?:\pL+\.)?\pL[\pL\p{Nd}_]*", "")
_ASCII_PROPERTY = re.compile(r"(?:[A-Za-z]+\.)?[A-Za-z][A-Za-z0-9_]*")
_KINDS = (
    QueryTokenKind.UNKNOWN,
    QueryTokenKind.TEXT,
    QueryTokenKind.STRING,
    QueryTokenKind.COMPARATOR,
    QueryTokenKind.OPEN,
    QueryTokenKind.CLOSE,
    QueryTokenKind.UNKNOWN,
)
_KEYWORDS = {
    "and": QueryTokenKind.AND,
    "or": QueryTokenKind.OR,
    "has": QueryTokenKind.COMPARATOR,
    "is": QueryTokenKind.COMPARATOR,
}


def tokenize(text: str) -> list[QueryToken]:
    """Return the tokens of a query without white space; characters that no token has come as `UNKNOWN` ones."""
    pattern = _ASCII_TOKEN if text.isascii() else _TOKEN
    return [_token(_KINDS[match.lastindex or 0], match[0]) for match in pattern.finditer(text)]


def _token(kind: QueryTokenKind, text: str) -> QueryToken:
    return QueryToken(_kind_of_word(text) if kind is QueryTokenKind.TEXT else kind, text)


def _kind_of_word(word: str) -> QueryTokenKind:
    if word.isascii():
        keyword = _KEYWORDS.get(word.lower())
        if keyword is not None:
            return keyword
        return QueryTokenKind.PROPERTY if _ASCII_PROPERTY.fullmatch(word) else QueryTokenKind.TEXT
    return QueryTokenKind.PROPERTY if _PROPERTY.fullmatch(word) else QueryTokenKind.TEXT
