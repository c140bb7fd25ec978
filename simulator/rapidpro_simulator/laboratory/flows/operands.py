"""Operands solved: what the variables of a template have to be, so that it evaluates to what is wanted.

An expression is asked what it makes of values that may matter: those it is compared with and their neighbours, words in
their places, dates around now; of numbers and dates it is a line of, the one is computed. What is given back is right
as far as the expression goes; where its variables come from is for `sources` to say.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Final

from rapidpro_simulator.rapidpro.flows.definition.variables import TOP_LEVELS
from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_text
from rapidpro_simulator.rapidpro.flows.excellent.evaluation import EvaluationState, TooComplexError, compile_tree
from rapidpro_simulator.rapidpro.flows.excellent.scanner import BODY, scan
from rapidpro_simulator.rapidpro.flows.excellent.syntax import ExpressionError, parse
from rapidpro_simulator.rapidpro.flows.excellent.tree import (
    CallNode,
    IndexNode,
    NameNode,
    NumberNode,
    PropertyNode,
    TextNode,
    children,
    transformed,
)
from rapidpro_simulator.rapidpro.flows.excellent.values import Error
from rapidpro_simulator.rapidpro.flows.texts.strings import lower

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rapidpro_simulator.rapidpro.flows.excellent.scanner import TemplateToken
    from rapidpro_simulator.rapidpro.flows.excellent.tree import Node
    from rapidpro_simulator.rapidpro.flows.excellent.values import Value
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

Path = tuple[str, ...]
Assignment = tuple[tuple[Path, str], ...]

NOW: Final = ("now",)
CHANCE: Final = "chance"
MOMENTS: Final = frozenset({"now", "today"})
CHANCES: Final = {"rand": 0, "rand_between": 2}  # and how many arguments they have
PLAIN: Final = ("", "Hm", "0", "1", "-1", "7", "100", "1000", "true", "false")
URNS: Final = (
    "tel:+265991234567", "telegram:123456789", "whatsapp:265991234567", "facebook:1234567890", "viber:abc123",
    "instagram:1234567890", "twitterid:123456", "line:abc123", "mailto:asha@example.org", "ext:abc123",
    "discord:1234567890", "webchat:abc123", "slack:abc123", "wechat:abc123", "vk:123456", "rocketchat:abc123",
)  # fmt: skip
FILES: Final = (
    "image/jpeg:https://files.example.org/photo.jpg",
    "audio/mp3:https://files.example.org/voice.mp3",
    "video/mp4:https://files.example.org/film.mp4",
    "geo:-13.9626,33.7741",
)
TIMELY: Final = ("date", "time", "week", "month", "year", "age", "now", "today")
DAYS: Final = (0, 1, -1, 7, -7, 30, -30, 60, -60, 90, -90, 180, -180, 270, 400, -400, 4000, -8000)
HOURS: Final = (3, 7, 12, 15, 18, 21, 23)
APART: Final = Decimal(1000)  # the two points of a line
MOST_TOGETHER: Final = 12  # values of one variable, where two are looked for
MOST_WORDS: Final = 3
MOST_MEMBERS: Final = 20
LONGEST: Final = 640
TWO: Final = 2


class Operand:
    """A template as a run sees it, whose variables may be given other values."""

    def __init__(self, run: Run, template: str) -> None:
        self.environment = run.environment
        self._context = run.context()
        self._parts = [_part(token) for token in scan(template.strip(), TOP_LEVELS)]
        self.trees = [part for part in self._parts if not isinstance(part, str)]
        self.variables = list(dict.fromkeys(each for tree in self.trees for each in variables_of(tree)))

    @property
    def is_constant(self) -> bool:
        """Whether it is the same always."""
        return not self.variables

    def value(self, given: dict[Node, str] | None = None) -> Value:
        """Return what it evaluates to where variables have these values instead."""
        if len(self._parts) == 1 and self.trees:
            return self._evaluated(self.trees[0], given or {})
        texts = []
        for part in self._parts:
            text = part if isinstance(part, str) else to_text(self.environment, self._evaluated(part, given or {}))
            texts.append("" if isinstance(text, Error) else text)
        return "".join(texts)

    def solutions(self, wanted: Sequence[str], passes: Callable[[Value], bool]) -> Iterator[Assignment]:
        """Yield what variables may be, so that the value passes; `wanted` are texts that would, the plainest first."""
        wanted = [*wanted, *(piece for text in wanted[:MOST_WORDS] for piece in self._pieces(text))]
        pools = {each: list(dict.fromkeys(self._pool(each, wanted))) for each in self.variables}
        for variable, pool in pools.items():
            for candidate in pool:
                if passes(self.value({variable: candidate})):
                    yield ((path_of(variable, self), candidate),)
        for first, second in combinations(self.variables, TWO):
            ours, theirs = (islice(pools[each], MOST_TOGETHER) for each in (first, second))
            for one, other in product(ours, theirs):
                if passes(self.value({first: one, second: other})):
                    yield ((path_of(first, self), one), (path_of(second, self), other))
        yield from self._counted(wanted)

    def _counted(self, wanted: Sequence[str]) -> Iterator[Assignment]:
        """Yield members of arrays that are counted: what a text cannot be is left for a walk to show."""
        for tree in self.trees:
            for path in _counts(tree):
                for number in (int(text) for text in wanted if text.isdecimal() and int(text) <= MOST_MEMBERS):
                    if number:
                        yield tuple(((*path, str(place)), "x") for place in range(number))

    def _pieces(self, text: str) -> Iterator[str]:
        """Yield what the expressions of a template have to be where they are one text with what is around them."""
        if len(self._parts) > 1:
            parts = (re.escape(part) if isinstance(part, str) else "(.*?)" for part in self._parts)
            found = re.fullmatch("".join(parts), text, re.DOTALL | re.IGNORECASE)
            yield from found.groups() if found is not None else ()

    def text(self, node: Node) -> str:
        """Return what a part of an expression is, as text."""
        text = to_text(self.environment, self._evaluated(node, {}))
        return "" if isinstance(text, Error) else text

    def _evaluated(self, tree: Node, given: dict[Node, str]) -> Value:
        if given:
            tree = transformed(tree, lambda node: TextNode(given[node]) if node in given else node)
        try:
            return compile_tree(tree)(EvaluationState(self.environment, self._context), {})
        except (TooComplexError, RecursionError) as error:
            return Error(str(error))

    # Values that may matter

    def _pool(self, variable: Node, wanted: Sequence[str]) -> Iterator[str]:
        timely = any(word in str(tree).lower() for tree in self.trees for word in TIMELY)
        constants = [text for tree in self.trees for text in _constants(tree)]
        texts = list(dict.fromkeys((*wanted, *constants)))
        path = fixed_path(variable)
        if path is None and _called(variable) in MOMENTS:
            yield from self._moments()
            return
        if path is not None and (path[:2] == ("contact", "urn") or path[0] == "urns"):
            yield from (text for text in wanted if ":" in text)
            yield from URNS
            return
        yield from wanted[:MOST_WORDS]
        if len(self._parts) > 1:
            yield from wanted
        yield from self._on_a_line(variable, wanted, timely=timely)
        yield from constants
        for text in texts:
            yield from _neighbours(text)
        yield from PLAIN
        if path is not None and path[:2] == ("input", "attachments"):
            yield from FILES
        if timely:
            yield from self._moments()
        yield from self._in_their_places(variable, texts, [text for text in constants if not text.isalnum()])
        yield from (" ".join(["x"] * count) for count in range(2, 8))
        yield from ("x" * length for length in map(_length, texts) if length)

    def _in_their_places(self, variable: Node, texts: Sequence[str], marks: Sequence[str]) -> Iterator[str]:
        """Yield texts in which a word has each place, also among the words that are there now."""
        now = self.text(variable)
        for mark in dict.fromkeys([" ", *marks]):
            words = [word for word in now.split(mark or None) if word]
            for text in texts[:4]:
                for place in range(MOST_WORDS):
                    padded = [*words, *(["x"] * (place + 1 - len(words)))]
                    yield mark.join([*padded[:place], text, *padded[place + 1 :]])

    def _moments(self) -> Iterator[str]:
        now = self.environment.now().local
        for days in DAYS:
            yield (now + timedelta(days=days)).isoformat()
        for day in range(2, 7):
            yield (now + timedelta(days=day)).isoformat()
        for month in range(12):
            yield (now + timedelta(days=30.5 * month)).isoformat()
        for hour in HOURS:
            yield now.replace(hour=hour).isoformat()

    def _on_a_line(self, variable: Node, wanted: Sequence[str], *, timely: bool) -> Iterator[str]:
        """Yield the numbers, or the dates, of which an expression that is a line makes what is wanted."""
        now = self.environment.now().local
        shown: Callable[[Decimal], str] = (
            (lambda days: (now + timedelta(days=float(days))).isoformat()) if timely else (lambda number: f"{number:f}")
        )
        first, second = (_number(self._shown_for(variable, shown(point))) for point in (Decimal(0), APART))
        if first is None or second is None or first == second:
            return
        for text in wanted:
            number = _number(text)
            if number is not None and abs(number) < APART * APART:
                at = (number - first) * APART / (second - first)
                yield shown(at.quantize(Decimal("0.0001")).normalize())
                yield shown(at.quantize(Decimal(1)))

    def _shown_for(self, variable: Node, text: str) -> str:
        shown = to_text(self.environment, self.value({variable: text}))
        return "" if isinstance(shown, Error) else shown


@lru_cache(4_096)
def answered_paths(template: str) -> tuple[Path, ...]:
    """Return which members of web servers' answers a template reads, by their paths."""
    trees = [part for part in map(_part, scan(template, TOP_LEVELS)) if not isinstance(part, str)]
    paths = [path for tree in trees for each in variables_of(tree) if (path := fixed_path(each)) is not None]
    return tuple(member for path in paths if (member := _answered(path)))


def _answered(path: Path) -> Path:
    match path:
        case ("webhook", "json", *members) | ("legacy_extra", *members):
            return tuple(members)
        case ("results", _, "extra", *members) | ("run" | "child" | "parent", "results", _, "extra", *members):
            return tuple(members)
    return ()


def variables_of(node: Node) -> Iterator[Node]:
    """Yield the parts of an expression that may be otherwise: variables, the time, chance."""
    if fixed_path(node) is not None or _called(node) in {*MOMENTS, *CHANCES}:
        yield node
        return
    for child in children(node)[1:] if isinstance(node, CallNode) and _called(node) else children(node):
        yield from variables_of(child)


def fixed_path(node: Node) -> Path | None:
    """Return the path of a variable, in lower case; None for what is none, or whose path is not fixed."""
    match node:
        case NameNode(name) if lower(name) in TOP_LEVELS:
            return (lower(name),)
        case PropertyNode(container, name) | IndexNode(container, TextNode(name)):
            path = fixed_path(container)
            return None if path is None else (*path, lower(name))
        case IndexNode(container, NumberNode(number)):
            path = fixed_path(container)
            return None if path is None else (*path, f"{number:f}")
    return None


def path_of(variable: Node, operand: Operand) -> Path:
    """Return the path of what may be otherwise: of a variable, or the time, or chance with its limits."""
    path = fixed_path(variable)
    if path is not None:
        return path
    if _called(variable) in MOMENTS:
        return NOW
    assert isinstance(variable, CallNode)
    return (CHANCE, *(operand.text(each) for each in variable.arguments))


def _part(token: TemplateToken) -> str | Node:
    if token.kind is BODY:
        return token.text
    try:
        return parse(token.text)
    except (ExpressionError, RecursionError):
        return ""


def _counts(node: Node) -> Iterator[Path]:
    if isinstance(node, CallNode) and _called(node) == "count" and node.arguments:
        path = fixed_path(node.arguments[0])
        if path is not None:
            yield path
    for child in children(node):
        yield from _counts(child)


def _called(node: Node) -> str:
    return lower(node.function.name) if isinstance(node, CallNode) and isinstance(node.function, NameNode) else ""


def _constants(node: Node) -> Iterator[str]:
    if isinstance(node, TextNode):
        yield node.value
    elif isinstance(node, NumberNode):
        yield f"{node.value:f}"
    for child in children(node):
        yield from _constants(child)


def _neighbours(text: str) -> Iterator[str]:
    number = _number(text)
    if number is not None:
        yield from (f"{number + step:f}" for step in (1, -1))
    elif text:
        yield from (text.lower(), text.upper(), text.title(), f"{text} x", f"x {text}", f"x{text}")


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _length(text: str) -> int:
    return int(text) if text.isdecimal() and int(text) <= LONGEST else 0


def text_is(run: Run, wanted: str) -> Callable[[Value], bool]:
    """Return what says whether a value, shown as text, is `wanted`."""
    return lambda value: to_text(run.environment, value) == wanted
