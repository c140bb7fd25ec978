"""What is wrong with the values of a report: wrong types, then missing ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .definition import Form, FormField

Problem = tuple[str, dict[str, Any]]
"""An error's code, and what its text may name."""


def problems_of(form: Form, values: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with `values`; a field is looked up by its whole name, `stock.ors` is not found nested."""
    for field in form.fields:
        if not _fits(field, values.get(field.name)):
            yield "sys.incorrect_type", {"key": field.name, "expectedType": field.type}
    missing = [field.name for field in form.fields if field.is_required and values.get(field.name) is None]
    if missing:
        yield "sys.missing_fields", {"fields": ",".join(missing)}


def _fits(field: FormField, value: Any) -> bool:
    if value is None or field.choices is not None:
        return True
    fits = _TYPES.get(field.type)
    return fits is None or fits(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "integer": _is_number,
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "complex": lambda value: isinstance(value, (dict, list)),
}
