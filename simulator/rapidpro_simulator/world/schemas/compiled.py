"""Schemas compiled to Python: they say at once that an instance is right. What is wrong with one, `jsonschema` says.

`fastjsonschema` knows draft 7, and our schemas, written in draft 2020-12, use nothing that the two read otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import fastjsonschema

if TYPE_CHECKING:
    from collections.abc import Callable

_TYPES = {bool: "boolean", int: "number", float: "number"}


def compile_schema(schema: Any, read: Callable[[str], Any]) -> Callable[[Any], bool]:
    """Return a function that says whether an instance is right, as far as it can tell; where it is not sure, it is not.

    `read` returns the document behind the URL of a reference.
    """
    check = fastjsonschema.compile(
        _with_types(schema), handlers={"https": lambda url: _with_types(read(url))}, use_default=False
    )

    def is_right(instance: Any) -> bool:
        try:
            check(instance)
        except (fastjsonschema.JsonSchemaException, RecursionError):
            return False
        return True

    return is_right


def _with_types(schema: Any) -> Any:
    """Return `schema` with the type of each constant: to Python, and to the compiled code, `True` is 1."""
    if isinstance(schema, list):
        return [_with_types(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    constant = _TYPES.get(type(schema.get("const")))
    return {key: _with_types(value) for key, value in schema.items()} | ({"type": constant} if constant else {})
