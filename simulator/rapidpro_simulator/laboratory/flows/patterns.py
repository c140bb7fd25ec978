"""Texts that a regular expression finds itself in: the shortest, and one for each alternative."""

from __future__ import annotations

import re
import warnings
from functools import cache
from itertools import islice, product
from re import _parser as pattern_parser  # type: ignore[attr-defined,unused-ignore]  # no public door to the tree
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.texts.regexes import PatternError, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 40
EXTRA = 3  # repetitions above the least that are tried
LETTERS = "a1 bZ.-_?é\n"
CLASSES = {
    "CATEGORY_DIGIT": "7",
    "CATEGORY_NOT_DIGIT": "a ",
    "CATEGORY_WORD": "a7",
    "CATEGORY_NOT_WORD": " .",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "a7",
}
# What RE2 knows and Python does not, in words that it knows; flags in the middle change none of the letters.
RE2_WORDS = (
    (r"\z", r"\Z"), ("(?<", "(?P<"),
    ("[:alpha:]", "A-Za-z"), ("[:digit:]", "0-9"), ("[:alnum:]", "A-Za-z0-9"), ("[:space:]", r"\s"),
    ("[:upper:]", "A-Z"), ("[:lower:]", "a-z"), ("[:word:]", r"\w"), ("[:punct:]", ".,!?"),
)  # fmt: skip
FLAGS = re.compile(r"\(\?[imsU]+\)")
UNICODE_CLASS = re.compile(r"\\[pP](?:\{\^?\w+\}|[A-Z])")
UNICODE = "".join(map(chr, (*range(ord("A"), 0xD800), *range(ord(" "), ord("A")))))


def texts_for(pattern: str) -> list[str]:
    """Return texts in which a pattern is probably found, the plainest first; whoever asks has to try them."""
    for theirs, ours in RE2_WORDS:
        pattern = pattern.replace(theirs, ours)
    pattern = UNICODE_CLASS.sub(lambda found: _member(found[0]), FLAGS.sub("", pattern))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = pattern_parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return []
    return list(dict.fromkeys(islice(_sequence(list(tree)), MOST)))


@cache
def _member(unicode_class: str) -> str:
    """Return a letter of a class of Unicode, as patterns have it; the class itself where there is none."""
    try:
        found = compile_pattern(unicode_class).search(UNICODE)
    except PatternError:
        return unicode_class
    return unicode_class if found is None else re.escape(found.group())


def _sequence(items: list[Any]) -> Iterator[str]:
    pieces = [list(islice(_piece(str(operator), argument), MOST)) for operator, argument in items]
    yield from ("".join(choice) for choice in islice(product(*pieces), MOST))


def _piece(operator: str, argument: Any) -> Iterator[str]:
    match operator:
        case "LITERAL":
            yield chr(argument)
        case "NOT_LITERAL":
            yield next(letter for letter in LETTERS if ord(letter) != argument)
        case "ANY":
            yield from "a 1"
        case "IN":
            yield from _one_of(argument)
        case "BRANCH":
            for branch in argument[1]:
                yield from islice(_sequence(list(branch)), EXTRA + 1)
        case "SUBPATTERN":
            yield from _sequence(list(argument[-1]))
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            yield from _repeated(*argument)
        case _:
            yield ""  # anchors take no room; what RE2 has not is not here


def _repeated(least: int, most: int, items: Any) -> Iterator[str]:
    for count in range(int(least), min(int(most), int(least) + EXTRA) + 1):
        for text in islice(_sequence(list(items)), EXTRA):
            yield text * count


def _one_of(members: Iterable[Any]) -> Iterator[str]:
    described = [(str(kind), value) for kind, value in members]
    if described and described[0][0] == "NEGATE":
        refused = set(_described(described[1:]))
        yield from (letter for letter in LETTERS if not _has(described[1:], letter, refused))
    else:
        yield from _described(described)


def _described(members: list[tuple[str, Any]]) -> Iterator[str]:
    for kind, value in members:
        if kind == "LITERAL":
            yield chr(value)
        elif kind == "RANGE":
            yield chr(value[0])
            yield chr(value[1])
        else:
            yield from CLASSES.get(str(value), "")


def _has(members: list[tuple[str, Any]], letter: str, listed: set[str]) -> bool:
    return letter in listed or any(kind == "RANGE" and value[0] <= ord(letter) <= value[1] for kind, value in members)
