"""Finds the expressions in a template (flows 6.1). `syntax` reads what is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

BODY, IDENTIFIER, EXPRESSION = "BODY", "IDENTIFIER", "EXPRESSION"

_IDENTIFIER = re.compile(r"(\w+)(?:\.\w+)*")
_BOUNDARY = re.compile(r'[()"]')


class TemplateToken(NamedTuple):
    """A piece of a template: literal text, `@identifier` or `@(expression)`.

    `text` is what counts: literal text with `@@` as `@`, or the expression without its mark; `source` is as written.
    """

    kind: str
    text: str
    source: str


def scan(template: str, top_levels: Set[str]) -> list[TemplateToken]:
    """Split a template; identifiers count only if they start with one of `top_levels` (lower case)."""
    tokens: list[TemplateToken] = []
    text, source = "", ""
    for token in _pieces(template.partition("\0")[0], top_levels):
        if token.kind is BODY:
            text, source = text + token.text, source + token.source
            continue
        if source:
            tokens.append(TemplateToken(BODY, text, source))
            text, source = "", ""
        tokens.append(token)
    if source:
        tokens.append(TemplateToken(BODY, text, source))
    return tokens


def has_expressions(template: str, top_levels: Set[str]) -> bool:
    """Whether a template has anything to evaluate."""
    return "@" in template and any(token.kind is not BODY for token in scan(template, top_levels))


def _pieces(template: str, top_levels: Set[str]) -> Iterator[TemplateToken]:
    position = 0
    while (mark := template.find("@", position)) >= 0:
        if mark > position:
            yield _body(template[position:mark])
        token = _marked(template, mark, top_levels)
        yield token
        position = mark + len(token.source)
    if position < len(template):
        yield _body(template[position:])


def _marked(template: str, mark: int, top_levels: Set[str]) -> TemplateToken:
    follower = template[mark + 1 : mark + 2]
    if follower == "@":
        return TemplateToken(BODY, "@", "@@")
    if follower == "(":
        end = _end_of_expression(template, mark + 2)
        if end < 0:
            return _body(template[mark:])
        return TemplateToken(EXPRESSION, template[mark + 2 : end], template[mark : end + 1])
    identifier = _IDENTIFIER.match(template, mark + 1)
    if identifier is None:
        return _body("@")
    if identifier[1].lower() in top_levels:
        return TemplateToken(IDENTIFIER, identifier[0], f"@{identifier[0]}")
    return _body(f"@{identifier[0]}")


def _end_of_expression(template: str, start: int) -> int:
    """Give where the closing parenthesis is, or -1."""
    depth, in_text = 1, False
    for match in _BOUNDARY.finditer(template, start):
        found, position = match[0], match.start()
        if found == '"':
            # Even a backslash that is itself escaped keeps the quote from closing.
            in_text = not in_text or template[position - 1] == "\\"
        elif not in_text:
            depth += 1 if found == "(" else -1
            if depth == 0:
                return position
    return -1


def _body(source: str) -> TemplateToken:
    return TemplateToken(BODY, source, source)
