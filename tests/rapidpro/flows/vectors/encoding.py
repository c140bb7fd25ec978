"""The typed encoding of the conformance data (its README), and values."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rapidpro_simulator.rapidpro.flows.excellent.functions import FUNCTIONS
from rapidpro_simulator.rapidpro.flows.excellent.rendering import equals
from rapidpro_simulator.rapidpro.flows.excellent.values import ABSENT, Deprecated, Error, Object, Property, Value
from rapidpro_simulator.rapidpro.flows.locales.dates import Date, DateTime, Time
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def decode(encoded: Mapping[str, Any]) -> Value:
    """Read an encoded value; a deprecation of its own is left to the object around it."""
    return _DECODERS[encoded["t"]](encoded)


def environment(settings: Mapping[str, Any], **world: Any) -> Environment:
    """Read the settings of an environment as the data writes them; `world` is handed in as `Environment` takes it."""
    return Environment.from_json(settings, **world)


def text(encoded: Any) -> str:
    """Read a text that may be given by repetition."""
    if isinstance(encoded, str):
        return encoded
    if "repeat_parts" in encoded:
        return "".join(part * count for part, count in encoded["repeat_parts"])
    return str(encoded["repeat_text"]) * int(encoded["count"])


def assert_expected(actual: Value, expected: Mapping[str, Any]) -> None:
    """Assert that a value is the expected one: same type, deeply equal, defaults included; or the expected error."""
    if "t" in expected:
        wanted = decode(expected)
        assert equals(actual, wanted), f"{actual!r} is not {wanted!r}"
    elif "no_error" in expected:
        assert type(actual) is not Error, actual
    else:
        assert type(actual) is Error, f"{actual!r} is no error"
        if "error_contains" in expected:
            assert expected["error_contains"] in actual.message
        elif expected["error"] is not None:
            assert actual.message == expected["error"]


def _text(encoded: Mapping[str, Any]) -> Value:
    return text(encoded.get("v", encoded))


def _datetime(encoded: Mapping[str, Any]) -> Value:
    clock, fraction = encoded["v"].split(".")
    nanosecond = int(fraction)
    local = datetime.fromisoformat(clock).replace(
        microsecond=nanosecond // 1000, tzinfo=ZoneInfo(encoded["tz"] or "UTC")
    )
    return DateTime(local, nanosecond % 1000)


def _date(encoded: Mapping[str, Any]) -> Value:
    return Date(*map(int, encoded["v"].split("-")))


def _time(encoded: Mapping[str, Any]) -> Value:
    clock, nanosecond = encoded["v"].split(".")
    hour, minute, second = map(int, clock.split(":"))
    return Time(hour, minute, second, int(nanosecond))


def _array(encoded: Mapping[str, Any]) -> Value:
    items: Any = encoded.get("v", encoded)
    if isinstance(items, list):
        return [decode(item) for item in items]
    return [decode(items["repeat_item"])] * int(items["count"])


def _object(encoded: Mapping[str, Any]) -> Value:
    default = decode(encoded["default"]) if "default" in encoded else ABSENT
    return Object({name: _property(value) for name, value in encoded["v"].items()}, default)


def _property(encoded: Mapping[str, Any]) -> Property:
    value = decode(encoded)
    return Deprecated(value, encoded["deprecated"]) if "deprecated" in encoded else value


_DECODERS: Mapping[str, Callable[[Mapping[str, Any]], Value]] = {
    "text": _text,
    "number": lambda encoded: Decimal(encoded["v"]),
    "boolean": lambda encoded: bool(encoded["v"]),
    "datetime": _datetime,
    "date": _date,
    "time": _time,
    "array": _array,
    "object": _object,
    "function": lambda encoded: FUNCTIONS[encoded["v"]],
    "error": lambda encoded: Error(encoded.get("v", "an error")),
    "null": lambda _: None,
}
