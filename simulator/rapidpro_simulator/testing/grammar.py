"""What a sentence can be: the grammar of a step, read from the parser that pytest-bdd holds sentences against.

`<name>` stands for a value, `(a | b)` for one of these, `[a]` for what may be left out.
"""

from __future__ import annotations

import re
from re import _parser as pattern_parser  # type: ignore[attr-defined,unused-ignore]  # no public door to the tree
from typing import TYPE_CHECKING, Any

from .placeholders import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pytest_bdd.parsers import StepParser

FIELD = re.compile(r"\{(\w+)(?::\w+)?\}")


def grammar_of(parser: StepParser) -> str:
    """Return the grammar of the sentences that a parser of pytest-bdd takes: of `string`, `parse` or `re`."""
    pattern = getattr(parser, "regex", None)
    if pattern is not None:
        tree = pattern_parser.parse(pattern.pattern)
        return _sequence(tree, {number: name for name, number in pattern.groupindex.items()}, None)
    return FIELD.sub(r"<\1>", getattr(parser, "format", "") or parser.name)


def pattern_of(parser: StepParser) -> str:
    """Return the regular expression of such a parser, whole sentences only, without names of groups."""
    pattern = getattr(parser, "regex", None)
    if pattern is not None:
        return f"^{re.sub(r'[(][?]P<[a-z_]+>', '(', pattern.pattern)}$"
    text = getattr(parser, "format", "") or parser.name
    parts = re.split(r"\{(\w+(?::\w+)?)\}", text)
    patterns = (re.escape(part) if index % 2 == 0 else _of_field(part) for index, part in enumerate(parts))
    return f"^{''.join(patterns)}$".replace(r"\ ", " ")


def placeholders_of(grammar: str) -> list[str]:
    """Return the names of the values in a grammar, each once."""
    return list(dict.fromkeys(re.findall(r"<(\w+)>", grammar)))


def _of_field(field: str) -> str:
    return r"(\d+)" if field.endswith(":d") else "(.+)"


def _sequence(items: Iterable[Any], names: Mapping[int, str], within: str | None) -> str:
    """Render a part of a pattern; `within` is the name of the value that it is a part of."""
    text = ""
    for operator, argument in items:
        if str(operator) == "BRANCH" and (begun := re.search(r"\w+$", text)):
            # The tree has `(?:was|were)` as `w` and `as` or `ere`.
            text = text[: begun.start()]
            argument = (None, [[*_literals(begun[0]), *each] for each in argument[1]])
        piece = _piece(str(operator), argument, names, within)
        if piece != text[len(text) - len(piece) :] or not piece.startswith("<"):  # `<phone>`, not `<phone><phone>`
            text += piece
    return text


def _piece(operator: str, argument: Any, names: Mapping[int, str], within: str | None) -> str:
    if operator == "LITERAL":
        return chr(argument)
    if operator == "SUBPATTERN":
        group, _, _, part = argument
        name = names.get(group, within)
        return f"<{name}>" if name in WHOLE else _choice(part, names, name)
    if operator == "BRANCH":
        return _choice([(operator, argument)], names, within)
    if operator in {"MAX_REPEAT", "MIN_REPEAT"} and argument[:2] == (0, 1) and _is_text(argument[2]):
        return _optional([_sequence(argument[2], names, within)])
    return f"<{within}>"


def _literals(text: str) -> list[Any]:
    return [(pattern_parser.LITERAL, ord(character)) for character in text]


def _is_text(part: Iterable[Any]) -> bool:
    """Say whether a part of a pattern is more than a set of characters."""
    return any(str(operator) in {"LITERAL", "SUBPATTERN", "BRANCH"} for operator, _ in part)


def _choice(part: Any, names: Mapping[int, str], within: str | None) -> str:
    """Render a group. What all its alternatives begin with stands before them in the tree: each gets it back."""
    *before, last = part
    if str(last[0]) != "BRANCH" or any(str(operator) != "LITERAL" for operator, _ in before):
        return _sequence(part, names, within)
    alternatives = [_sequence([*before, *each], names, within) for each in last[1][1]]
    if "" in alternatives:
        return _optional([each for each in alternatives if each])
    return f"({' | '.join(each.removeprefix('(').removesuffix(')') for each in dict.fromkeys(alternatives))})"


def _optional(alternatives: list[str]) -> str:
    leading = " " if all(each.startswith(" ") for each in alternatives) else ""
    trailing = " " if all(each.endswith(" ") for each in alternatives) else ""
    return f"{leading}[{' | '.join(each.strip() for each in alternatives)}]{trailing}"
