"""The kinds of fields of a definition's parts: how each is read, checked, written and inspected.

`parts` has the kind of a field that holds another part; parts declare their fields with `fields`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidpro_simulator.rapidpro.flows.texts.strings import whole

from .references import IDENTITY_KEYS, MATCH_KEYS, Reference, read_identity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

UUID_PATTERN: Final = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_UUID = re.compile(UUID_PATTERN)


class DefinitionError(ValueError):
    """A definition cannot be read; the text is the engine's own."""


class Check(NamedTuple):
    """A rule for the content of a text, and what is said of one that breaks it.

    ``schema`` are the JSON Schema keywords that say the same, where there are such.
    """

    accepts: Callable[[str], bool]
    complaint: str
    schema: Mapping[str, Any] = MappingProxyType({})


def is_uuid(text: str) -> bool:
    """Return whether a text has the shape of a UUID."""
    return _UUID.fullmatch(text) is not None


_JSON_NAMES: Final = {
    type(None): "null",
    str: "string",
    bool: "bool",
    int: "number",
    float: "number",
    list: "array",
    dict: "object",
}


def refuse(value: object, path: str, expected: str) -> DefinitionError:
    """Return the error about a JSON value that is of the wrong type altogether."""
    found = _JSON_NAMES.get(type(value), "number")
    where = f"Go struct field {path}" if path else "Go value"
    return DefinitionError(f"json: cannot unmarshal {found} into {where} of type {expected}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldKind:
    """How one field is read, checked and written; the base of all kinds."""

    required: bool = False
    evaluated: bool = False
    localized: bool = False

    def read(self, value: Any, path: str, complaints: list[str]) -> Any:
        """Return the field for a JSON value that is not null, and add what is wrong with it to ``complaints``."""
        raise NotImplementedError

    def read_null(self, path: str) -> Any:
        """Return what null is inside a list or map of this kind."""
        raise refuse(None, path, type(self).__name__)

    def is_missing(self, value: Any) -> bool:
        """Return whether a required field with this JSON value counts as left out."""
        return value is None

    def write(self, value: Any) -> Any:
        """Return the JSON value of the field."""
        return value

    def templates(self, value: Any) -> Iterator[str]:
        """Yield the templates that the engine evaluates in the field."""
        yield from ()

    def references(self, value: Any) -> Iterator[Reference]:
        """Yield what the field refers to."""
        yield from ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextKind(FieldKind):
    maximum: int | None = None
    check: Check | None = None

    def read(self, value: Any, path: str, complaints: list[str]) -> str:
        if type(value) is not str:
            raise refuse(value, path, "string")
        text: str = whole(value)
        if self.maximum is not None and len(text) > self.maximum:
            complaints.append(f"field '{path}' must be less than or equal to {self.maximum}")
        elif self.check is not None and text and not self.check.accepts(text):
            complaints.append(f"field '{path}' {self.check.complaint}")
        return text

    def read_null(self, path: str) -> str:
        return ""

    def is_missing(self, value: Any) -> bool:
        return value is None or value == ""

    def templates(self, value: str) -> Iterator[str]:
        if self.evaluated and value:
            yield value


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarKind(FieldKind):
    """A number or a flag: a JSON value of one of ``types``, which ``convert`` turns into the field's."""

    types: tuple[type, ...]
    expected: str
    convert: Callable[[Any], Any]

    def read(self, value: Any, path: str, complaints: list[str]) -> Any:
        if type(value) not in self.types:
            raise refuse(value, path, self.expected)
        return self.convert(value)

    def is_missing(self, value: Any) -> bool:
        # To Go a number that is required and 0 has been left out.
        return value is None or (value == 0 and type(value) in self.types)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonKind(FieldKind):
    """Any JSON value, kept as it is but for halves of characters."""

    def read(self, value: Any, path: str, complaints: list[str]) -> Any:
        return whole(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKind(FieldKind):
    """A list of items of one kind."""

    item: FieldKind
    minimum: int = 0
    maximum: int | None = None

    def read(self, value: Any, path: str, complaints: list[str]) -> list[Any]:
        if type(value) is not list:
            raise refuse(value, path, "list")
        if len(value) < self.minimum:
            complaints.append(f"field '{path}' must have a minimum of {self.minimum} items")
        elif self.maximum is not None and len(value) > self.maximum:
            complaints.append(f"field '{path}' must have a maximum of {self.maximum} items")
        return [_read_item(self.item, item, f"{path}[{index}]", complaints) for index, item in enumerate(value)]

    def write(self, value: list[Any]) -> list[Any]:
        return [self.item.write(item) for item in value]

    def templates(self, value: list[Any]) -> Iterator[str]:
        for item in value:
            yield from self.item.templates(item)

    def references(self, value: list[Any]) -> Iterator[Reference]:
        for item in value:
            yield from self.item.references(item)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapKind(FieldKind):
    """An object whose values are all of one kind; ``maximum`` limits the entries, ``maximum_key`` their names."""

    item: FieldKind
    maximum: int | None = None
    maximum_key: int | None = None

    def read(self, value: Any, path: str, complaints: list[str]) -> dict[str, Any]:
        if type(value) is not dict:
            raise refuse(value, path, "map")
        if self.maximum is not None and len(value) > self.maximum:
            complaints.append(f"field '{path}' must be less than or equal to {self.maximum}")
        return {key: self._read_entry(key, item, f"{path}[{key}]", complaints) for key, item in value.items()}

    def _read_entry(self, key: str, value: Any, path: str, complaints: list[str]) -> Any:
        if self.maximum_key is not None and len(key) > self.maximum_key:
            complaints.append(f"field '{path}' must be less than or equal to {self.maximum_key}")
        return _read_item(self.item, value, path, complaints)

    def write(self, value: Mapping[str, Any]) -> dict[str, Any]:
        return {key: self.item.write(item) for key, item in value.items()}

    def templates(self, value: Mapping[str, Any]) -> Iterator[str]:
        for item in value.values():
            yield from self.item.templates(item)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferringKind(FieldKind):
    """A reference to an asset of the workspace."""

    type: str

    def read(self, value: Any, path: str, complaints: list[str]) -> Reference:
        if type(value) is not dict:
            raise refuse(value, path, f"{self.type} reference")
        for name in (IDENTITY_KEYS.get(self.type, "uuid"), "name", *MATCH_KEYS.get(self.type, ())):
            if not isinstance(value.get(name), str | None):
                raise refuse(value[name], f"{path}.{name}", "string")
        reference = read_identity(self.type, value)
        key = f"{path}.{reference.identity_key}"
        pattern = MATCH_KEYS.get(self.type, ("",))[0]
        both = bool(reference.identity) and bool(value.get(pattern))
        neither = not reference.identity and not reference.match
        if pattern and (both or neither):
            complaints.append(f"field '{key}' is mutually exclusive with '{pattern}'")
            complaints.append(f"field '{path}.{pattern}' is mutually exclusive with '{reference.identity_key}'")
        elif neither:
            complaints.append(f"field '{key}' is required")
        elif reference.identity and reference.identity_key == "uuid" and not is_uuid(reference.identity):
            complaints.append(f"field '{key}' must be a valid UUID")
        return reference

    def write(self, value: Reference | None) -> dict[str, Any] | None:
        return None if value is None else value.to_json()

    def templates(self, value: Reference | None) -> Iterator[str]:
        if value is not None and value.is_variable:
            yield value.match

    def references(self, value: Reference | None) -> Iterator[Reference]:
        if value is not None and not value.is_variable:
            yield value


def _read_item(kind: FieldKind, value: Any, path: str, complaints: list[str]) -> Any:
    return kind.read_null(path) if value is None else read_value(kind, value, path, complaints)


def read_value(kind: FieldKind, value: Any, path: str, complaints: list[str]) -> Any:
    """Return what a field of this kind holds for a JSON value, which may be null."""
    if kind.required and kind.is_missing(value):
        complaints.append(f"field '{path}' is required")
        return value
    return value if value is None else kind.read(value, path, complaints)


@dataclass(frozen=True, slots=True, kw_only=True)
class DelegatedKind(FieldKind):
    """What ``reader`` makes of the JSON value, or refuses with a `DefinitionError`; ``name`` is its name in schemas."""

    reader: Callable[[Any], Any]
    name: str

    def read(self, value: Any, path: str, complaints: list[str]) -> Any:
        return self.reader(value)
