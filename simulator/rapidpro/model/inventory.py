"""The named things that a workspace holds beside messages and contacts: groups, contact fields, globals, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .assets import ContactField, Global, Label
from .contacts import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.clock import Clock

    from .contacts import Contact


class Inventory:
    """Groups and labels by UUID, contact fields and globals by key, each in the order of their creation."""

    def __init__(self, clock: Clock, new_uuid: Callable[[], str]) -> None:
        self._clock = clock
        self._new_uuid = new_uuid
        self.groups: dict[str, Group] = {}
        self.fields: dict[str, ContactField] = {}
        self.globals: dict[str, Global] = {}
        self.labels: dict[str, Label] = {}

    def add_group(self, name: str, contacts: Sequence[Contact] = (), query: str | None = None) -> Group:
        group = Group(self._new_uuid(), name, query, dict.fromkeys(contacts))
        self.groups[group.uuid] = group
        return group

    def group(self, key: str) -> Group | None:
        """Return the group of a UUID or, in whatever case, of a name (rapidpro 4.1)."""
        by_name = (group for group in self.groups.values() if group.name.lower() == key.lower())
        return self.groups.get(key.lower()) or next(by_name, None)

    def groups_of(self, contact: Contact) -> list[Group]:
        return [group for group in self.groups.values() if contact in group]

    def delete_group(self, group: Group) -> None:
        del self.groups[group.uuid]

    def add_field(self, key: str, name: str | None = None, kind: str = "text") -> ContactField:
        field = ContactField(self._new_uuid(), key, name or _title(key), kind)
        self.fields[key] = field
        return field

    def set_global(self, key: str, value: str, name: str | None = None) -> Global:
        """Set a global's value; it is created where it is not there yet."""
        known = self.globals.get(key)
        name = name or (known.name if known else _title(key))
        self.globals[key] = Global(key, name, value, self._clock.now())
        return self.globals[key]

    def add_label(self, name: str) -> Label:
        label = Label(self._new_uuid(), name)
        self.labels[label.uuid] = label
        return label

    def label(self, key: str) -> Label | None:
        """Return the label of a UUID or, in whatever case, of a name."""
        by_name = (label for label in self.labels.values() if label.name.lower() == key.lower())
        return self.labels.get(key.lower()) or next(by_name, None)


def _title(key: str) -> str:
    return key.replace("_", " ").capitalize()
