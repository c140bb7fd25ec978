"""The language of the rules, pupil: functions, `&&`, `||`, `!`, `? :` and brackets (cht-sentinel 4.7). Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.javascript import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

Argument = str | float

_TOKEN = compile_pattern(
    r"\s*(?:(?P<identifier>[A-Za-z_]\w*)|(?P<number>-?\d+(?:\.\d+)?)|(?P<string>'[^']*'|\"[^\"]*\")"
    r"|(?P<operator>&&|\|\||[!?:(),])|(?P<unknown>\S))"
)


class RuleError(ValueError):
    """A rule that cannot be read: `position` counts its tokens from 0."""

    def __init__(self, kind: str, position: int) -> None:
        super().__init__(f"Unexpected {kind}")
        self.message = f"Unexpected {kind}"
        self.position = position


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: tuple[Argument, ...] = ()


@dataclass(frozen=True)
class Not:
    rule: Rule


@dataclass(frozen=True)
class Chain:
    """Rules with operators between them, which are applied from left to right: none binds closer than another."""

    first: Rule
    rest: tuple[tuple[str, Rule], ...] = ()


@dataclass(frozen=True)
class Choice:
    """One rule or another; without the other, what the condition does not hold for is accepted."""

    condition: Rule
    holds: Rule
    otherwise: Rule | None = None


Rule = Call | Not | Chain | Choice


@dataclass(frozen=True)
class Token:
    kind: str
    text: str


def parse(text: str) -> Rule:
    """Return the rule that `text` stands for. Raises `RuleError`."""
    reader = _Reader(list(_tokens(text)))
    rule = reader.rule()
    reader.expect_end()
    return rule


def calls_in(rule: Rule) -> Iterator[Call]:
    """Yield the functions of a rule from left to right."""
    if isinstance(rule, Call):
        yield rule
        return
    for part in _parts(rule):
        yield from calls_in(part)


def _parts(rule: Not | Chain | Choice) -> list[Rule]:
    if isinstance(rule, Not):
        return [rule.rule]
    if isinstance(rule, Chain):
        return [rule.first, *(each for _, each in rule.rest)]
    return [rule.condition, rule.holds, *([rule.otherwise] if rule.otherwise else [])]


def _tokens(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        value = found[kind]
        yield Token(value if kind == "operator" else kind, value[1:-1] if kind == "string" else value)


@dataclass
class _Reader:
    tokens: list[Token]
    position: int = field(default=0)

    def rule(self) -> Rule:
        chain = self._chain()
        if not self._take("?"):
            return chain
        holds = self.rule()
        return Choice(chain, holds, self.rule() if self._take(":") else None)

    def expect_end(self) -> None:
        if self.position < len(self.tokens):
            raise self._unexpected()

    def _chain(self) -> Rule:
        first = self._term()
        rest = []
        while operator := self._take("&&", "||"):
            rest.append((operator.text, self._term()))
        return Chain(first, tuple(rest)) if rest else first

    def _term(self) -> Rule:
        if self._take("!"):
            return Not(self._term())
        if self._take("("):
            inner = self.rule()
            self._expect(")")
            return inner
        name = self._expect("identifier").text
        return Call(name, tuple(self._arguments()))

    def _arguments(self) -> Iterator[Argument]:
        if not self._take("("):
            return
        while not self._take(")"):
            value = self._expect("string", "number")
            yield float(value.text) if value.kind == "number" else value.text
            if not self._take(","):
                self._expect(")")
                return

    def _take(self, *kinds: str) -> Token | None:
        if self.position < len(self.tokens) and self.tokens[self.position].kind in kinds:
            self.position += 1
            return self.tokens[self.position - 1]
        return None

    def _expect(self, *kinds: str) -> Token:
        token = self._take(*kinds)
        if token is None:
            raise self._unexpected()
        return token

    def _unexpected(self) -> RuleError:
        kind = self.tokens[self.position].kind if self.position < len(self.tokens) else "end of input"
        return RuleError(kind, self.position)
