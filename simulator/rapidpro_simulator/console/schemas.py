"""The JSON Schemas of the control API, from small parts."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NAME: Schema = {"type": "string", "minLength": 1, "pattern": r'^[^"\r\n]+$'}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
POSITION: Schema = {"type": "integer", "minimum": 1}
FLAG: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
ANY_OBJECT: Schema = {"type": "object"}
EMPTY: Schema = {"type": "object", "additionalProperties": False}


def described(schema: Schema, description: str, **more: Any) -> Schema:
    """Return `schema` with a description, and whatever else is said of it."""
    return {**schema, "description": description, **more}


def optional(schema: Schema) -> Schema:
    """Return a schema of what may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def array(items: Schema) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items}


def record(needed: dict[str, Schema], more: dict[str, Schema] | None = None) -> Schema:
    """Return the schema of an object with these members, of which `more` may be left out; there are no others."""
    return {
        "type": "object",
        "properties": {**needed, **(more or {})},
        "required": list(needed),
        "additionalProperties": False,
    }


def results(items: Schema) -> Schema:
    """Return the schema of a list as the API answers it."""
    return record({"results": array(items)})


PROBLEM: Schema = {
    "type": "object",
    "properties": {"title": TEXT, "status": {"type": "integer"}, "detail": TEXT},
    "required": ["title", "status", "detail"],
}
