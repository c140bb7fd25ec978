"""Parts of a definition: dataclasses whose fields have kinds, read and written field by field; also inside others."""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, dataclass
from typing import TYPE_CHECKING, Any, Final

from .kinds import FieldKind, read_value, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .references import Reference

KIND: Final = "kind"
"""The key of a dataclass field's metadata under which its `FieldKind` is."""


_tables: dict[type, tuple[tuple[str, FieldKind, bool], ...]] = {}


def declared(class_: type) -> tuple[tuple[str, FieldKind, bool], ...]:
    """Return (name, kind, has a default) of every declared field of a part's class, in order."""
    table = _tables.get(class_)
    if table is None:
        table = _tables[class_] = tuple(
            (field.name, field.metadata[KIND], field.default is not MISSING or field.default_factory is not MISSING)
            for field in dataclasses.fields(class_)
            if KIND in field.metadata
        )
    return table


@dataclass(frozen=True, slots=True, kw_only=True)
class NestedKind(FieldKind):
    """Another part."""

    class_: type

    def read(self, value: Any, path: str, complaints: list[str]) -> Any:
        return read_part(self.class_, value, f"{path}.", complaints)

    def write(self, value: Any) -> dict[str, Any] | None:
        return None if value is None else write_part(value)

    def templates(self, value: Any) -> Iterator[str]:
        if value is not None:
            for name, kind, _ in declared(type(value)):
                yield from kind.templates(getattr(value, name))

    def references(self, value: Any) -> Iterator[Reference]:
        if value is not None:
            for name, kind, _ in declared(type(value)):
                yield from kind.references(getattr(value, name))


def read_part(class_: type, document: Any, prefix: str, complaints: list[str]) -> Any:
    """Return an instance of a part's class, or None where ``complaints`` make that impossible."""
    if type(document) is not dict:
        raise refuse(document, prefix.rstrip("."), class_.__name__.lstrip("_"))
    found = len(complaints)
    values = {}
    for name, kind, has_default in declared(class_):
        value = read_value(kind, document.get(name), prefix + name, complaints)
        if value is not None or not has_default:
            values[name] = value
    return class_(**values) if len(complaints) == found else None


def write_part(part: Any) -> dict[str, Any]:
    """Return a part as JSON; optional fields that are empty are left out."""
    document = {"type": part.type} if hasattr(part, "type") else {}
    for name, kind, has_default in declared(type(part)):
        value = getattr(part, name)
        if value or not has_default:
            document[name] = kind.write(value)
    return document
