"""Templates: what a broadcast says to each contact (rapidpro 4.1, flows 6.1).

A small part of the expression language: lookups, text, whole numbers, `&`, upper(), lower() and json(). Errors
contribute nothing, as they do in RapidPro.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import phonenumbers

from simulator.rapidpro import urns as addresses

from .routing import route

if TYPE_CHECKING:
    from datetime import datetime

    from .contacts import Contact
    from .workspace import Workspace

DEFAULT = "__default__"
"""The key of an object's text, where it has one of its own."""

REDACTED = "********"

_IDENTIFIER = re.compile(r"[^\W]+(?:\.[^\W]+)*")
_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>\d+(?:\.\d+)?)|(?P<name>[^\W\d]\w*)|(?P<sign>[&().,]))'
)
_WORD = re.compile(r"\w+(?:['’]\w+)*")


class ExpressionError(ValueError):
    """An expression that has no value."""


def evaluate(text: str, context: Mapping[str, Any]) -> str:
    """Return `text` with its expressions replaced by what they stand for in `context`.

    `@name.path` is an expression where the context has the name; `@(…)` always is one; `@@` is an `@`. All else stays
    as it is.
    """
    return "".join(_parts(text, context))


def contact_context(contact: Contact, workspace: Workspace) -> dict[str, Any]:
    """Return what a broadcast's template can name: contact, fields, globals and urns (rapidpro 4.1, flows 5)."""
    reach = [_shown(urn, workspace.anonymous) for urn in contact.urns]
    destination = route(contact, workspace.channels)
    fields = {key: contact.fields.get(key) for key in workspace.fields} | dict(contact.fields)
    channel = destination.channel
    titles = {key: field.name for key, field in workspace.fields.items()}
    described = {**fields, DEFAULT: _lines({titles.get(key, key): value for key, value in fields.items() if value})}
    first_urns: dict[str, str | None] = {}
    for urn in reach:
        first_urns.setdefault(urn.partition(":")[0], urn)
    return {
        "contact": {
            DEFAULT: contact.name or _nameless(contact, workspace.anonymous),
            "uuid": contact.uuid,
            "id": str(contact.id),
            "name": contact.name,
            "first_name": _first_word(contact.name),
            "language": contact.language,
            "timezone": None,
            "status": str(contact.status),
            "created_on": _moment(contact.created_on),
            "last_seen_on": _moment(contact.last_seen_on),
            "urns": reach,
            "urn": _shown(destination.urn, workspace.anonymous) if destination.urn else None,
            "groups": [{"uuid": group.uuid, "name": group.name} for group in workspace.groups_of(contact)],
            "fields": described,
            "channel": channel
            and {DEFAULT: channel.name, "uuid": channel.uuid, "name": channel.name, "address": channel.address},
        },
        "fields": described,
        "globals": {
            **{key: each.value for key, each in workspace.globals.items()},
            DEFAULT: "\n".join(f"{each.name}: {each.value}" for each in workspace.globals.values()),
        },
        "urns": {**dict.fromkeys(sorted(addresses.SCHEMES)), **first_urns},
    }


def render(value: Any) -> str:
    """Return a value as it stands in a text (flows 6.6)."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        if DEFAULT in value:
            return str(value[DEFAULT])
        return "{" + ", ".join(f"{key}: {render(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(render, value)) + "]"
    return str(value)


def _parts(text: str, context: Mapping[str, Any]) -> Iterator[str]:
    position = 0
    while (at := text.find("@", position)) >= 0:
        yield text[position:at]
        following = text[at + 1 : at + 2]
        end = at + 1
        if following == "@":
            end = at + 2
            yield "@"
        elif following == "(" and (closing := _closing(text, at + 1)) is not None:
            end = closing
            yield _value(text[at + 2 : end - 1], context)
        elif (path := _IDENTIFIER.match(text, at + 1)) is not None:
            end = path.end()
            known = path[0].partition(".")[0].lower() in context
            yield _value(path[0], context) if known else text[at:end]
        else:
            yield "@"
        position = end
    yield text[position:]


def _value(source: str, context: Mapping[str, Any]) -> str:
    try:
        return render(_Expression(source, context).value())
    except ExpressionError:
        return ""


def _closing(text: str, opening: int) -> int | None:
    depth, quoted = 0, False
    for index in range(opening, len(text)):
        character = text[index]
        if character == '"' and not (quoted and text[index - 1] == "\\"):
            quoted = not quoted
        elif not quoted:
            depth += (character == "(") - (character == ")")
            if depth == 0:
                return index + 1
    return None


def _look_up(value: Any, names: list[str]) -> Any:
    for name in names:
        if isinstance(value, Mapping):
            found = next((key for key in value if key.lower() == name.lower() and key != DEFAULT), None)
            if found is None:
                raise ExpressionError(f"object has no property {name!r}")
            value = value[found]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            raise ExpressionError(f"no lookup of {name!r} here")
    return value


class _Expression:
    """A recursive descent over `operand & operand …`."""

    def __init__(self, source: str, context: Mapping[str, Any]) -> None:
        self._context = context
        self._tokens = self._read(source.strip())
        self._index = 0

    def value(self) -> Any:
        value = self._concatenation()
        if self._index < len(self._tokens):
            raise ExpressionError("the expression goes on")
        return value

    @staticmethod
    def _read(source: str) -> list[tuple[str, str]]:
        tokens, position = [], 0
        while position < len(source):
            match = _TOKEN.match(source, position)
            if match is None or match.lastgroup is None:
                raise ExpressionError(f"no token at {source[position:]!r}")
            tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        return tokens

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._index] if self._index < len(self._tokens) else ("end", "")

    def _take(self, sign: str | None = None) -> tuple[str, str]:
        token = self._peek()
        if token[0] == "end" or (sign is not None and token != ("sign", sign)):
            raise ExpressionError(f"unexpected {token[1]!r}")
        self._index += 1
        return token

    def _concatenation(self) -> Any:
        value = self._operand()
        while self._peek() == ("sign", "&"):
            self._take()
            value = render(value) + render(self._operand())
        return value

    def _operand(self) -> Any:
        kind, word = self._take()
        if kind == "text":
            return _unquoted(word)
        if kind == "number":
            return word
        if (kind, word) == ("sign", "("):
            value = self._concatenation()
            self._take(")")
            return value
        if kind == "name":
            return self._call(word) if self._peek() == ("sign", "(") else self._path(word)
        raise ExpressionError(f"unexpected {word!r}")

    def _call(self, name: str) -> Any:
        function = _FUNCTIONS.get(name.lower())
        if function is None:
            raise ExpressionError(f"no function is called {name!r}")
        self._take("(")
        argument = self._concatenation()
        self._take(")")
        return function(argument)

    def _path(self, name: str) -> Any:
        names = [name]
        while self._peek() == ("sign", "."):
            self._take()
            names.append(self._take()[1])
        return _look_up(self._context, names)


def _json(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items() if key != DEFAULT}
    return [_plain(each) for each in value] if isinstance(value, list) else value


_FUNCTIONS: Mapping[str, Callable[[Any], str]] = {
    "upper": lambda value: render(value).upper(),
    "lower": lambda value: render(value).lower(),
    "text": render,
    "json": _json,
}


def _unquoted(literal: str) -> str:
    try:
        return str(json.loads(literal, strict=False))
    except ValueError as error:
        raise ExpressionError(f"{literal} is no text") from error


def _lines(values: Mapping[str, str | None]) -> str:
    return "\n".join(sorted(f"{name}: {value}" for name, value in values.items()))


def _shown(urn: str, anonymous: bool) -> str:
    scheme = urn.partition(":")[0]
    return f"{scheme}:{REDACTED}" if anonymous else urn.partition("?")[0]


def _first_word(name: str | None) -> str | None:
    match = _WORD.search(name or "")
    return match[0] if match else None


def _nameless(contact: Contact, anonymous: bool) -> str:
    if anonymous:
        return str(contact.id)
    return _formatted(contact.urns[0]) if contact.urns else ""


def _formatted(urn: str) -> str:
    parsed = addresses.parse(urn)
    if parsed.scheme != "tel":
        return parsed.display or parsed.path
    try:
        number = phonenumbers.parse(parsed.path)
    except phonenumbers.NumberParseException:
        return parsed.path
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _moment(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if moment else None
