"""The JSON Schema of flow definitions, made from what the parts declare.

It is kept beside this module, in ``schema.json``, for other programs and languages; to write it again::

    cd simulator/rapidpro_simulator/rapidpro/flows/definition
    python -m rapidpro_simulator.rapidpro.flows.definition.schema > schema.json
"""

from __future__ import annotations

import json
import sys
from functools import singledispatch
from typing import Any

from . import fields, limits
from .actions import ACTION_TYPES
from .flow import FlowDefinition
from .kinds import DelegatedKind, FieldKind, JsonKind, ListKind, MapKind, ReferringKind, ScalarKind, TextKind
from .nodes import Node
from .parts import NestedKind, declared
from .references import IDENTITY_KEYS, MATCH_KEYS
from .routers import Category, RandomRouter, SwitchRouter
from .waits import DialWait, MsgWait

Schema = dict[str, Any]

_SCALARS = {"bool": "boolean", "int": "integer", "decimal.Decimal": "number"}


def flow_schema() -> Schema:
    """Return the JSON Schema of a definition of the current version (flows 1.2)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"RapidPro flow definition {limits.CURRENT_SPEC_VERSION}",
        **_object(FlowDefinition),
        "$defs": {
            "node": _object(Node),
            "actions": {"type": ["array", "null"], "maxItems": limits.ACTIONS_OF_A_NODE, "items": _ref("action")},
            "action": _by_type(ACTION_TYPES),
            "router": _by_type({router.type: router for router in (SwitchRouter, RandomRouter)}),
            "wait": _by_type({wait.type: wait for wait in (MsgWait, DialWait)}),
            "category": _object(Category),
            "localization": {**_map(_translations()), "propertyNames": fields.LANGUAGE.schema},
        },
    }


def _translations() -> Schema:
    text = {"maxLength": limits.CHARACTERS_OF_A_TRANSLATION}
    values = {"maxItems": limits.VALUES_OF_A_TRANSLATION, "items": text}
    return _map(_map(values, limits.TRANSLATED_PROPERTIES_OF_AN_ITEM), limits.TRANSLATED_ITEMS_OF_A_LANGUAGE)


def _object(class_: type) -> Schema:
    properties = {name: _optional(_schema(kind), kind) for name, kind, _ in declared(class_)}
    required = [name for name, kind, _ in declared(class_) if kind.required]
    return {"type": "object", "required": required, "properties": properties}


def _by_type(classes: Any) -> Schema:
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": list(classes)}},
        "allOf": [
            {"if": {"properties": {"type": {"const": type_}}}, "then": _object(class_)}
            for type_, class_ in classes.items()
        ],
    }


def _optional(schema: Schema, kind: FieldKind) -> Schema:
    # Null is as good as nothing, and an empty text is not checked: kinds.read_value.
    if kind.required or not schema:
        return schema
    if "type" not in schema or "enum" in schema or "pattern" in schema:
        return {"anyOf": [schema, {"enum": [None, ""]}]}
    return {**schema, "type": [schema["type"], "null"]}


@singledispatch
def _schema(kind: FieldKind) -> Schema:
    raise TypeError(f"fields of kind {type(kind).__name__} have no JSON Schema yet")


@_schema.register
def _(kind: TextKind) -> Schema:
    limit = {} if kind.maximum is None else {"maxLength": kind.maximum}
    nonempty = {"minLength": 1} if kind.required else {}
    return {"type": "string", **nonempty, **limit, **(kind.check.schema if kind.check else {})}


@_schema.register
def _(kind: ScalarKind) -> Schema:
    return {"type": _SCALARS[kind.expected], **({"not": {"const": 0}} if kind.required else {})}


@_schema.register
def _(kind: JsonKind) -> Schema:
    return {}


@_schema.register
def _(kind: ListKind) -> Schema:
    least = {"minItems": kind.minimum} if kind.minimum else {}
    most = {} if kind.maximum is None else {"maxItems": kind.maximum}
    return {"type": "array", **least, **most, "items": _schema(kind.item)}


@_schema.register
def _(kind: MapKind) -> Schema:
    names = {} if kind.maximum_key is None else {"propertyNames": {"maxLength": kind.maximum_key}}
    return {**_map(_schema(kind.item), kind.maximum), **names}


@_schema.register
def _(kind: ReferringKind) -> Schema:
    keys = (IDENTITY_KEYS.get(kind.type, "uuid"), *MATCH_KEYS.get(kind.type, ()))
    return {"type": "object", "anyOf": [{"required": [key]} for key in keys]}


@_schema.register
def _(kind: NestedKind) -> Schema:
    return _object(kind.class_)


@_schema.register
def _(kind: DelegatedKind) -> Schema:
    return _ref(kind.name)


def _map(values: Schema, maximum: int | None = None) -> Schema:
    return {"type": "object", **({"maxProperties": maximum} if maximum else {}), "additionalProperties": values}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


if __name__ == "__main__":
    json.dump(flow_schema(), sys.stdout, indent=2)
    sys.stdout.write("\n")
