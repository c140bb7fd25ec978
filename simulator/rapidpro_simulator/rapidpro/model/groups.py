"""Groups of contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .named import NamedRows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .contacts import Contact


@dataclass(slots=True, eq=False)
class Group:
    """A named set of contacts, in the order in which they joined; with a `query` its members follow from the query."""

    uuid: str
    name: str
    query: str | None = None
    members: dict[Contact, None] = field(default_factory=dict)

    def __contains__(self, contact: object) -> bool:
        return contact in self.members

    @property
    def contacts(self) -> list[Contact]:
        return list(self.members)

    def add(self, contact: Contact) -> None:
        self.members[contact] = None

    def remove(self, contact: Contact) -> None:
        self.members.pop(contact, None)


class Groups(NamedRows[Group]):
    """The groups of a workspace by UUID, in the order of their creation."""

    def add(self, name: str, contacts: Sequence[Contact] = (), query: str | None = None) -> Group:
        """Create a group with these members; whom its query lets in is mailroom's part."""
        group = Group(self._new_uuid(), name, query, dict.fromkeys(contacts))
        self[group.uuid] = group
        return group

    def of(self, contact: Contact) -> list[Group]:
        """Return the groups that a contact is in."""
        return [group for group in self.values() if contact in group]
