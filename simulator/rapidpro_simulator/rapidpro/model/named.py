"""Rows that have a UUID and a name, and what is asked of all kinds of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


class NamedRow(Protocol):
    """Whatever is printed as `{"uuid": …, "name": …}` (rapidpro 0.3)."""

    @property
    def uuid(self) -> str: ...

    @property
    def name(self) -> str: ...


Row = TypeVar("Row", bound=NamedRow)


class NamedRows(dict[str, Row]):
    """Rows by UUID, in the order of their creation."""

    def __init__(self, new_uuid: Callable[[], str]) -> None:
        super().__init__()
        self._new_uuid = new_uuid

    def find(self, key: str) -> Row | None:
        """Return the row of a UUID or, in whatever case, of a name (rapidpro 4.1); None where there is none."""
        named = (row for row in self.values() if row.name.lower() == key.lower())
        return self.get(key.lower()) or next(named, None)
