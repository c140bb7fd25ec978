"""Values as JSON, and JSON as values (flows 6.6, 4.5)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time
from rapidpro_simulator.rapidpro.flows.texts.strings import whole

from .numbers import checked, number_text
from .values import ABSENT, Error, Function, Object, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT_KEY = "__default__"


def to_json(value: Value) -> str | Error:
    """Write a value as JSON: no spaces, keys sorted, defaults left out; errors and functions inside others are null."""
    return value if type(value) is Error else _encode(value)


def from_json(text: str) -> Value:
    """Read a value from JSON; an error if it is none. Objects with the key `__default__` have that as default."""
    try:
        return value_of(json.loads(text, parse_int=Decimal, parse_float=Decimal, parse_constant=_refuse))
    except (ValueError, RecursionError, ArithmeticError):
        return Error("invalid JSON")


def value_of(document: Any) -> Value:
    """Make a value of what Python reads from JSON."""
    return _READERS[type(document)](document)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _object(document: dict[str, Any]) -> Value:
    properties = {whole(name): value_of(item) for name, item in document.items()}
    default = properties.pop(DEFAULT_KEY, ABSENT)
    return Object(properties, default)


_READERS: Mapping[type, Callable[[Any], Value]] = {
    type(None): lambda _: None,
    str: whole,
    bool: bool,
    Decimal: checked,
    int: lambda number: checked(Decimal(number)),
    float: lambda number: checked(Decimal(repr(number))),
    list: lambda items: [value_of(item) for item in items],
    dict: _object,
}


def _encode(value: Value) -> str:
    return _WRITERS[type(value)](value)


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    if text.isascii():
        return quoted
    return quoted.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _members(value: Object) -> str:
    return "{" + ",".join([f"{_quoted(name)}:{_encode(item)}" for name, item in value.items()]) + "}"


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    str: _quoted,
    Decimal: number_text,
    bool: lambda value: "true" if value else "false",
    Date: lambda value: f'"{value}"',
    DateTime: lambda value: f'"{value}"',
    Time: lambda value: f'"{value}"',
    list: lambda items: "[" + ",".join([_encode(item) for item in items]) + "]",
    Object: _members,
    Function: lambda _: "null",
    Error: lambda _: "null",
}
