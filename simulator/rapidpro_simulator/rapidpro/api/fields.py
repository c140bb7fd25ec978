"""The fields of a request's body: how they are found in it, and how all that is wrong with them is said at once.

The rules are those of the framework beneath RapidPro (rapidpro 1.9): every field is read, and only where none failed do
rules across fields run, which belong to the endpoints. How single values are read is `scalars`' part, how lists and
objects are, `containers`'.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .bodies import Body, FormBody
from .errors import Errors, Invalid, RapidProApiError

if TYPE_CHECKING:
    from .calls import RapidProCall

Parser = Callable[[Any, "RapidProCall"], Any]
"""Takes a value and the call it came with; returns what the model takes or raises `Invalid`."""
Validator = Callable[[Any, "RapidProCall"], None]
"""Raises `Invalid` where it does not like what a parser made of a value."""

REQUIRED = "This field is required."
NULL = "This field may not be null."
NO_JSON = "Value must be valid JSON."
NO_SERIALIZER = "Invalid data. Expected a dictionary, but got {}."

_MISSING = object()


@dataclass(frozen=True)
class BodyField:
    """One field of a body. What `parse` read of it the `validators` look at; the first that refuses it has the word.

    `shape` says how a form gives it: see `FORM_SHAPES`.
    """

    parse: Parser
    required: bool = False
    null: bool = False
    shape: str = "value"
    validators: tuple[Validator, ...] = ()

    def read(self, body: Mapping[str, Any], name: str, call: RapidProCall) -> Any:
        """Return the value that `body` gives, or `_MISSING`. Raises `Invalid` where it is refused."""
        value = FORM_SHAPES[self.shape](body, name) if isinstance(body, FormBody) else body.get(name, _MISSING)
        if isinstance(body, FormBody) and isinstance(value, str) and not value and (self.null or not self.required):
            value = None if self.null else _MISSING  # a form cannot say null
        if value is _MISSING and self.required:
            raise Invalid(REQUIRED)
        if value is _MISSING or (value is None and self.null):
            return value
        if value is None:
            raise Invalid(NULL)
        parsed = self.parse(value, call)
        for validate in self.validators:
            validate(parsed, call)
        return parsed


def _items(form: FormBody, name: str) -> list[Any]:
    if name in form:
        return form[name]
    numbered = {int(key[len(name) + 1 : -1]): key for key in form if re.fullmatch(rf"{name}\[\d{{1,9}}\]", key)}
    return [form[numbered[index]][-1] for index in sorted(numbered)]


def _entries(form: FormBody, name: str) -> dict[str, Any]:
    return {key.removeprefix(f"{name}."): values[-1] for key, values in form.items() if key.startswith(f"{name}.")}


def _decoded(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise Invalid(NO_JSON) from error


FORM_SHAPES: dict[str, Callable[[FormBody, str], Any]] = {
    "value": lambda form, name: form[name][-1] if name in form else _MISSING,
    "flag": lambda form, name: form[name][-1] if name in form else False,  # a box that is not ticked
    "list": lambda form, name: _items(form, name) or _MISSING,
    "json": lambda form, name: _decoded(form[name][-1]) if name in form else _MISSING,
    "references": lambda form, name: form.get(name, []),
    "dictionary": _entries,
}
"""What a form says of a field. Where it says nothing, some fields are not given, others are given empty."""


def read_fields(fields: Mapping[str, BodyField], body: Body, call: RapidProCall) -> dict[str, Any]:
    """Return the values of the `fields` that `body` gives. Raises the 400 that names every field at fault."""
    values, errors = _read_all(fields, body, call)
    if errors:
        raise RapidProApiError(400, errors)
    return values


def _read_all(
    fields: Mapping[str, BodyField], body: Mapping[str, Any], call: RapidProCall
) -> tuple[dict[str, Any], dict[str, Errors]]:
    values: dict[str, Any] = {}
    errors: dict[str, Errors] = {}
    for name, field in fields.items():
        try:
            value = field.read(body, name, call)
        except Invalid as invalid:
            errors[name] = invalid.errors
        else:
            if value is not _MISSING:
                values[name] = value
    return values, errors


def nested(fields: Mapping[str, BodyField], validate: Callable[[dict[str, Any]], str | None]) -> Parser:
    """Return a parser of objects with `fields` of their own; `validate` says what is wrong with them together."""

    def parse(value: Any, call: RapidProCall) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Invalid({"non_field_errors": [NO_SERIALIZER.format(type(value).__name__)]})
        values, errors = _read_all(fields, value, call)
        if errors:
            raise Invalid(errors)
        problem = validate(values)
        if problem is not None:
            raise Invalid({"non_field_errors": [problem]})
        return values

    return parse
