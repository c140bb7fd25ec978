"""Groups of contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .named import NamedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .contacts import Contact


@dataclass(slots=True, eq=False)
class Group:
    """A named set of contacts, in the order in which they joined; with a `query` its members follow from the query."""

    uuid: str
    name: str
    query: str | None = None
    system: bool = False  # nobody's to change
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


OPEN_TICKETS, OPEN_TICKETS_QUERY = "Open Tickets", "tickets > 0"


class Groups(NamedRows[Group]):
    """The groups of a workspace by UUID, in the order of their creation; the first is that of the `open_tickets`."""

    def __init__(self, new_uuid: Callable[[], str], open_tickets_uuid: str) -> None:
        super().__init__(new_uuid)
        self.open_tickets = Group(open_tickets_uuid, OPEN_TICKETS, OPEN_TICKETS_QUERY, system=True)
        self[open_tickets_uuid] = self.open_tickets

    def add(self, name: str, contacts: Sequence[Contact] = (), query: str | None = None) -> Group:
        """Create a group with these members; whom its query lets in is mailroom's part."""
        group = Group(self._new_uuid(), name, query, members=dict.fromkeys(contacts))
        self[group.uuid] = group
        return group

    def of(self, contact: Contact) -> list[Group]:
        """Return the groups that a contact is in."""
        return [group for group in self.values() if contact in group]
