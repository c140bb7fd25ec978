"""The named things of a workspace that are neither contacts nor messages: globals, contact fields, labels, opt-ins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .named import NamedRows
from .names import title_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapidpro_simulator.world.clock import Clock


@dataclass(slots=True, eq=False)
class Global:
    """A value that every template of the workspace can name (rapidpro 4.9, 8.5)."""

    key: str
    name: str
    value: str
    modified_on: datetime


@dataclass(slots=True, eq=False)
class ContactField:
    """Something that is known of contacts; `kind` is text, number, datetime, state, district or ward (rapidpro 8.5)."""

    uuid: str
    key: str
    name: str
    kind: str = "text"


@dataclass(slots=True, eq=False)
class Label:
    """A mark on incoming messages."""

    uuid: str
    name: str


@dataclass(slots=True, eq=False)
class OptIn:
    """Something that contacts can agree to hear of."""

    uuid: str
    name: str
    created_on: datetime


class Globals(dict[str, Global]):
    """The globals of a workspace by key; `on_set` hears of every value that is given to one."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.on_set: Callable[[Global], object] = lambda _: None

    def set(self, key: str, value: str, name: str | None = None) -> Global:
        """Set a global's value; it is created where it is not there yet."""
        known = self.get(key)
        self[key] = Global(key, name or (known.name if known else title_of(key)), value, self._clock.now())
        self.on_set(self[key])
        return self[key]


class ContactFields(dict[str, ContactField]):
    """The contact fields of a workspace by key."""

    def __init__(self, new_uuid: Callable[[], str]) -> None:
        super().__init__()
        self._new_uuid = new_uuid

    def add(self, key: str, name: str | None = None, kind: str = "text") -> ContactField:
        """Create a field; `kind` as in `ContactField`."""
        self[key] = ContactField(self._new_uuid(), key, name or title_of(key), kind)
        return self[key]


class Labels(NamedRows[Label]):
    """The labels of a workspace by UUID."""

    def add(self, name: str) -> Label:
        label = Label(self._new_uuid(), name)
        self[label.uuid] = label
        return label


class OptIns(NamedRows[OptIn]):
    """The opt-ins of a workspace by UUID."""

    def __init__(self, new_uuid: Callable[[], str], clock: Clock) -> None:
        super().__init__(new_uuid)
        self._clock = clock

    def add(self, name: str) -> OptIn:
        optin = OptIn(self._new_uuid(), name, self._clock.now())
        self[optin.uuid] = optin
        return optin
