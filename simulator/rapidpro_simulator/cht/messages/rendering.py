"""What a template makes of a context, as mustache.js does with nothing escaped (cht-sentinel 4.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import as_text, is_index, is_truthy, length_of

from .mustache import parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .mustache import Token

Filter = Callable[[str], str]
"""Makes a text of the template inside a section that bears its name."""

_NOTHING: Any = object()


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return the text of `template`; values of `context` that can be called are filters. Raises `TemplateError`."""
    return _Renderer(template).render(parse(template), (context,))


class _Renderer:
    def __init__(self, template: str) -> None:
        self._template = template

    def render(self, tokens: Iterable[Token], stack: Sequence[Any]) -> str:
        return "".join(self._token(token, stack) for token in tokens)

    def _token(self, token: Token, stack: Sequence[Any]) -> str:
        if token.kind == "text":
            return token.value
        if token.kind in {"name", "&"}:
            return _text(_look_up(token.value, stack))
        if token.kind == "#":
            return self._section(token, stack)
        if token.kind == "^":
            value = _look_up(token.value, stack)
            return self.render(token.children, stack) if value == [] or not is_truthy(value) else ""
        return ""  # comments, other tags, and partials, of which there are none

    def _section(self, token: Token, stack: Sequence[Any]) -> str:
        value = _look_up(token.value, stack)
        if not is_truthy(value):
            return ""
        if callable(value):
            return str(value(self._template[token.end : token.closing]))
        if isinstance(value, list):
            return "".join(self.render(token.children, (*stack, each)) for each in value)
        if value is True:
            return self.render(token.children, stack)
        return self.render(token.children, (*stack, value))


def _look_up(name: str, stack: Sequence[Any]) -> Any:
    if name == ".":
        return stack[-1]
    names = name.split(".") if "." in name else [name]
    for view in reversed(stack):
        value = _member_at(view, names)
        if value is not _NOTHING:
            return value
    return None


def _member_at(view: Any, names: Sequence[str]) -> Any:
    # Found is what has the last name, whatever its value; a broken path is looked for further out.
    for name in names[:-1]:
        view = _member(view, name)
    return _member(view, names[-1])


def _member(view: Any, name: str) -> Any:
    if isinstance(view, Mapping):
        return view.get(name, _NOTHING)
    if isinstance(view, (list, str)):
        if name == "length":
            return length_of(view) if isinstance(view, str) else len(view)
        if is_index(name) and int(name) < len(view):
            return view[int(name)]
    return _NOTHING


def _text(value: Any) -> str:
    return "" if value is None or callable(value) else as_text(value)
