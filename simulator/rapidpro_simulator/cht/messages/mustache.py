"""Mustache templates as mustache.js 4 reads them, with its words for what is wrong (cht-sentinel 4.1). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rapidpro_simulator.cht.javascript import WHITE_SPACE, compile_pattern

_KIND = compile_pattern(r"[#^/>{&=!]")
_WHITE = compile_pattern(r"\s*")
_SPACES = compile_pattern(r"\s+")
DEFAULT_TAGS = ("{{", "}}")


class TemplateError(ValueError):
    """A template that cannot be read; the text is mustache.js's own."""


@dataclass
class Token:
    """A piece of a template: `kind` is `text`, `name`, or the character that begins the tag.

    `start` and `end` say where the tag stands, `closing` where that of a section's end begins.
    """

    kind: str
    value: str
    start: int
    end: int
    children: list[Token] = field(default_factory=list)
    closing: int = 0


def parse(template: str) -> list[Token]:
    """Return the tokens of `template`, sections with theirs inside. Raises `TemplateError`."""
    return _nest(_Parser(template).tokens())


class _Parser:
    def __init__(self, template: str) -> None:
        self._template = template
        self._position = 0
        self._tokens: list[Token] = []
        self._sections: list[Token] = []
        self._spaces: list[Token] = []  # of the line under way
        self._has_tag = False
        self._has_text = False
        self._use_tags(*DEFAULT_TAGS)

    def tokens(self) -> list[Token]:
        while self._position < len(self._template):
            self._read_text()
            opening = self._opening.match(self._template, self._position)
            if opening is None:
                break
            self._read_tag(opening)
        self._end_line()
        if self._sections:
            raise TemplateError(f'Unclosed section "{self._sections[-1].value}" at {self._position}')
        return self._tokens

    def _use_tags(self, opening: str, closing: str) -> None:
        self._opening = compile_pattern(re.escape(opening) + r"\s*")
        self._closing = compile_pattern(r"\s*" + re.escape(closing))
        self._closing_curly = compile_pattern(r"\s*" + re.escape("}" + closing))

    def _read_text(self) -> None:
        found = self._opening.search(self._template, self._position)
        end = found.start() if found else len(self._template)
        for place in range(self._position, end):
            character = self._template[place]
            token = Token("text", character, place, place + 1)
            self._tokens.append(token)
            if character in WHITE_SPACE:
                self._spaces.append(token)
            else:
                self._has_text = True
            if character == "\n":
                self._end_line()
        self._position = end

    def _end_line(self) -> None:
        # A line with nothing but tags of sections leaves nothing behind.
        if self._has_tag and not self._has_text:
            for token in self._spaces:
                token.value = ""
        self._spaces = []
        self._has_tag = self._has_text = False

    def _read_tag(self, opening: re.Match[str]) -> None:
        self._has_tag = True
        kind = _KIND.match(self._template, opening.end())
        name = kind[0] if kind else "name"
        white = _WHITE.match(self._template, kind.end() if kind else opening.end())
        value, end = self._read_value(name, white.end() if white else opening.end())
        token = Token("&" if name == "{" else name, value, opening.start(), end)
        self._position = end
        self._tokens.append(token)
        self._note(token)

    def _read_value(self, kind: str, start: int) -> tuple[str, int]:
        pattern = self._closing_curly if kind == "{" else self._closing
        found = pattern.search(self._template, start)
        if found is None:
            raise TemplateError(f"Unclosed tag at {len(self._template)}")
        value = self._template[start : found.start()]
        return (value.removesuffix("=").rstrip(WHITE_SPACE) if kind == "=" else value), found.end()

    def _note(self, token: Token) -> None:
        if token.kind in {"#", "^"}:
            self._sections.append(token)
        elif token.kind == "/":
            self._close(token)
        elif token.kind in {"name", "&"}:
            self._has_text = True
        elif token.kind == "=":
            self._change_tags(token.value)

    def _close(self, token: Token) -> None:
        if not self._sections:
            raise TemplateError(f'Unopened section "{token.value}" at {token.start}')
        section = self._sections.pop()
        if section.value != token.value:
            raise TemplateError(f'Unclosed section "{section.value}" at {token.start}')

    def _change_tags(self, value: str) -> None:
        tags = _SPACES.split(value)[:2]  # what follows them does not count
        if len(tags) != 2 or not all(tags):
            raise TemplateError(f"Invalid tags: {value}")
        self._use_tags(*tags)


def _nest(tokens: list[Token]) -> list[Token]:
    top: list[Token] = []
    collectors = [top]
    sections: list[Token] = []
    for token in tokens:
        if token.kind in {"#", "^"}:
            collectors[-1].append(token)
            sections.append(token)
            collectors.append(token.children)
        elif token.kind == "/":
            sections.pop().closing = token.start
            collectors.pop()
        else:
            collectors[-1].append(token)
    return top
