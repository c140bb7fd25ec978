"""The body of a push: values of a document, by where they go (cht 10)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import UNDEFINED, JavaScriptError, compact, is_index, is_truthy

from .configuration import OutboundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.cht.javascript import Sandbox
    from rapidpro_simulator.cht.releases import Release

    Document = dict[str, Any]


def payload_of(document: Document, mapping: Mapping[str, Any], sandbox: Sandbox, release: Release) -> Any:
    """Return the body that `mapping` makes of `document`, hydrated.

    Raises `OutboundError` where an expression throws, or what is required is undefined.
    """
    payload: Document = {}
    for destination, rule in mapping.items():
        how = {"path": rule} if isinstance(rule, str) else rule if isinstance(rule, dict) else {}
        value = _value(document, how, destination, sandbox, release)
        if value is not UNDEFINED:
            _put(payload, destination.split("."), value)
        elif not is_truthy(how.get("optional")):
            raise OutboundError(
                f"Mapping error for '{destination}': cannot find '{how.get('path') or how.get('expr')}'"
            )
    return payload


def _value(document: Document, rule: Document, destination: str, sandbox: Sandbox, release: Release) -> Any:
    if is_truthy(rule.get("expr")):
        try:
            return sandbox.evaluate(str(rule["expr"]), {"doc": document})
        except JavaScriptError as error:
            raise OutboundError(f"Mapping error for '{destination}': JS error on source document: {error}") from error
    if is_truthy(rule.get("path")):
        return _at({"doc": document}, str(rule["path"]).split("."))
    if release.outbound_requires_rules:
        raise OutboundError(f"Mapping error for '{destination}': no path or expr")
    return {"doc": document}  # the whole of it: up to 4.16


def _at(value: Any, path: list[str]) -> Any:
    for name in path:
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and is_index(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return UNDEFINED
    return value


def _put(target: Any, path: list[str], value: Any) -> None:
    """Put `value` where `path` leads to in `target`; numbers are places of lists, which are made where they miss."""
    name, *rest = path
    if rest:
        inside = _child(target, name)
        if not isinstance(inside, dict | list):
            inside = [] if is_index(rest[0]) else {}
        _put(inside, rest, value)
        value = inside
    if isinstance(target, dict):
        target[name] = value
    elif is_index(name):
        target.extend([None] * (int(name) + 1 - len(target)))
        target[int(name)] = value


def _child(target: Any, name: str) -> Any:
    if isinstance(target, dict):
        return target.get(name)
    return target[int(name)] if is_index(name) and int(name) < len(target) else None


def digest(payload: Any) -> str:
    """Return by what CHT recognises a body that it has sent before: the order of members does not matter.

    Objects in lists are left as they are.
    """
    return hashlib.sha256(compact(_sorted(payload)).encode()).hexdigest()


def _sorted(value: Any) -> Any:
    return {name: _sorted(value[name]) for name in sorted(value)} if isinstance(value, dict) else value
