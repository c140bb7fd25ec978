"""Functions of objects, and of texts that hold structure: URNs, attachments, JSON (flows 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.excellent import rendering
from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_text
from rapidpro_simulator.rapidpro.flows.excellent.jsons import DEFAULT_KEY
from rapidpro_simulator.rapidpro.flows.excellent.values import ABSENT, Absent, Error, Function, Object, Value
from rapidpro_simulator.rapidpro.flows.texts import urns
from rapidpro_simulator.rapidpro.flows.texts.strings import Attachment

from .calls import ANY, FUNCTION, OBJECT, TEXT, function

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment


@function(variadic=ANY)
def object_(environment: Environment, *pairs: Value) -> Value:
    """Make an object of keys and values in turn; the last of equal keys wins, `__default__` sets the default."""
    if len(pairs) % 2:
        return Error("requires an even number of arguments")
    properties: dict[str, Value] = {}
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        key = to_text(environment, name)
        if isinstance(key, Error):
            return key
        if type(value) is Error:
            return value
        properties[key] = value
    default: Value | Absent = properties.pop(DEFAULT_KEY, ABSENT)
    return Object(properties, default)


@function(OBJECT, TEXT)
def extract(_environment: Environment, document: Object, key: str) -> Value:
    """Give a property, whatever the case of its name; null where there is none."""
    return document.get(key)


@function(OBJECT, TEXT, variadic=TEXT)
def extract_object(_environment: Environment, document: Object, *keys: str) -> Value:
    """Give an object of some of the properties; null where there is none."""
    return Object({key: document.get(key) for key in keys})


@function(OBJECT)
def keys(_environment: Environment, document: Object) -> Value:
    """Give the names of the properties, sorted."""
    return list[Value](document.keys())


@function(OBJECT, FUNCTION, variadic=ANY)
def foreach_value(environment: Environment, document: Object, change: Function, *extra: Value) -> Value:
    """Give an object of what a function makes of every property; `extra` are its further arguments."""
    changed: dict[str, Value] = {}
    for key, value in document.items():
        result = change.call(environment, value, *extra)
        if type(result) is Error:
            return result
        changed[key] = result
    return Object(changed)


@function(TEXT)
def urn_parts(_environment: Environment, text: str) -> Value:
    """Give scheme, path and display of a URN, whether or not they make sense."""
    try:
        urn = urns.parse(text)
    except urns.UrnError as error:
        return Error(f"{text} is not a valid URN: {error}")
    return Object({"scheme": urn.scheme, "path": urn.path, "display": urn.display or ""})


@function(TEXT)
def attachment_parts(_environment: Environment, text: str) -> Value:
    """Give content type and URL of an attachment; without a recognised type all of it is the URL."""
    content_type, url = Attachment.parse(text)
    return Object({"content_type": content_type, "url": url})


@function(ANY)
def json(_environment: Environment, value: Value) -> Value:
    """Give the value as JSON."""
    return rendering.to_json(value)


@function(TEXT)
def parse_json(_environment: Environment, text: str) -> Value:
    """Read a value from JSON; the empty text is null."""
    return rendering.from_json(text) if text else None
