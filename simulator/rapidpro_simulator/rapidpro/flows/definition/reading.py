"""Reads parts of definitions (actions, routers, triggers ...) as their dataclasses declare them with `fields`.

Errors have the texts of RapidPro's engine: all that is wrong with one part in one line, and where it is in front.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from .kinds import DefinitionError, refuse
from .parts import read_part, write_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

__all__ = ["DefinitionError", "prefixed", "read", "read_typed", "write"]

Part = TypeVar("Part")


class prefixed:  # noqa: N801 (used as a statement: `with prefixed("unable to read node"):`)
    """Put ``text`` and a colon in front of every `DefinitionError` of a block, as Go chains errors."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, DefinitionError):
            raise DefinitionError(f"{self._text}: {error}") from error


def read(part: type[Part], document: Any) -> Part:
    """Return a part of a definition from its JSON document.

    Raises `DefinitionError` with everything that is wrong with the fields, e.g.
    ``field 'text' is required, field 'quick_replies' must have a maximum of 10 items`` (flows 1.2).
    """
    complaints: list[str] = []
    result: Part = read_part(part, document, "", complaints)
    if complaints:
        raise DefinitionError(", ".join(complaints))
    return result


def write(part: object) -> dict[str, Any]:
    """Return a part as JSON; optional fields that are empty are left out."""
    return write_part(part)


def read_typed(readers: Mapping[str, type[Any] | Callable[[Any], Any]], document: Any) -> Any:
    """Return the part that the document's ``type`` names: a class to `read` or a function to call.

    Raises `DefinitionError` ``unknown type: 'T'``, ``field 'type' is required``, or what is wrong with the fields.
    """
    type_ = document.get("type") if isinstance(document, dict) else None
    if not type_:
        raise DefinitionError("field 'type' is required")
    if not isinstance(type_, str):
        raise refuse(type_, "type", "string")
    reader = readers.get(type_)
    if reader is None:
        raise DefinitionError(f"unknown type: '{type_}'")
    return read(reader, document) if isinstance(reader, type) else reader(document)
