"""How values look: in templates, formatted for people, in errors; and whether two are the same (flows 6.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.locales import layouts
from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time
from rapidpro_simulator.rapidpro.flows.texts.strings import indent

from .jsons import from_json, to_json
from .numbers import format_number, number_text
from .quoting import quote
from .values import Absent, Error, Function, Object, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

__all__ = ["describe", "equals", "format_value", "from_json", "identity", "render", "to_json"]

_INDENT = "  "


def render(value: Value) -> str:
    """Write a value as templates show it: null is empty, dates are ISO, numbers plain."""
    return value if type(value) is str else _RENDERERS[type(value)](value)


def format_value(environment: Environment, value: Value) -> str:
    """Write a value for people: numbers in groups, dates as the environment has them, arrays and objects as lists."""
    formatter = _FORMATTERS.get(type(value))
    return render(value) if formatter is None else formatter(environment, value)


def describe(value: Value) -> str:
    """Name a value in an error."""
    return _DESCRIBERS[type(value)](value)


def equals(one: Value, other: Value) -> bool:
    """Whether two values are of one type and deeply equal, defaults included; no conversion takes place."""
    return type(one) is type(other) and identity(one) == identity(other)


def identity(value: Value) -> Hashable:
    """Give what is the same for equal values and for no others: it serves as a key."""
    kind = type(value)
    identify = _IDENTITIES.get(kind)
    return (kind, value if identify is None else identify(value))


def _render_object(value: Object) -> str:
    if not isinstance(value.default, Absent):
        return render(value.default)
    return "{" + ", ".join([f"{name}: {render(item)}" for name, item in value.items()]) + "}"


_RENDERERS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: str,
    Decimal: number_text,
    bool: lambda value: "true" if value else "false",
    Date: str,
    DateTime: str,
    Time: str,
    list: lambda items: "[" + ", ".join([render(item) for item in items]) + "]",
    Object: _render_object,
    Function: lambda value: value.name,
    Error: lambda value: value.message,
}


def _format_array(environment: Environment, items: list[Value]) -> str:
    texts = [format_value(environment, item) for item in items]
    if not any("\n" in text for text in texts):
        return ", ".join(texts)
    return "\n".join(["- " + indent(text, _INDENT).removeprefix(_INDENT) for text in texts])


def _format_object(environment: Environment, value: Object) -> str:
    if not isinstance(value.default, Absent):
        return format_value(environment, value.default)
    lines = []
    for name, item in value.items():
        text = format_value(environment, item)
        lines.append(f"{name}:\n{indent(text, _INDENT)}" if "\n" in text else f"{name}: {text}")
    return "\n".join(lines)


def _format_datetime(environment: Environment, value: DateTime) -> str:
    layout = f"{environment.date_format} {environment.time_format}"
    return layouts.format_datetime(value.in_zone(environment.timezone), layout, environment.locale)


_FORMATTERS: Mapping[type, Callable[[Environment, Any], str]] = {
    Decimal: lambda environment, value: format_number(value, environment.number_format),
    Date: lambda environment, value: layouts.format_date(value, environment.date_format, environment.locale),
    DateTime: _format_datetime,
    Time: lambda environment, value: layouts.format_time(value, environment.time_format, environment.locale),
    list: _format_array,
    Object: _format_object,
    Error: lambda _environment, _value: "",
}

_DESCRIBERS: Mapping[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    str: quote,
    Decimal: number_text,
    bool: render,
    Date: lambda _: "date",
    DateTime: lambda _: "datetime",
    Time: lambda _: "time",
    list: lambda _: "array",
    Object: lambda _: "object",
    Function: lambda value: f"{value.name}(...)",
    Error: lambda _: "error",
}


def _object_identity(value: Object) -> Hashable:
    default = None if isinstance(value.default, Absent) else identity(value.default)
    return (default, *((name, identity(item)) for name, item in value.items()))


_IDENTITIES: Mapping[type, Callable[[Any], Hashable]] = {
    list: lambda items: tuple(map(identity, items)),
    Object: _object_identity,
    Function: lambda value: value.name,
}
