"""Contacts, and the addresses (URNs) that reach them. Reading and checking URNs is `urns`'s part."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from rapidpro_simulator.rapidpro import urns as addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from rapidpro_simulator.rapidpro.flows.core.field_values import FieldValue
    from rapidpro_simulator.world.clock import Clock

    from .channels import Channel
    from .flows import Flow, Session
    from .messages import Message
    from .tickets import Ticket


MOST_NOTES = 5


class Note(NamedTuple):
    """What a user wrote about a contact."""

    text: str
    created_on: datetime
    user: str


class ContactStatus(StrEnum):
    """The words of the API for a contact's status."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    ARCHIVED = "archived"


@dataclass(slots=True, eq=False)
class Contact:
    """Somebody with a list of URNs, the first of the highest priority.

    A `busy` contact is locked by other work of mailroom's all the time. `affinity` says by which channel a URN was
    last heard of; `notes` are at most five, the newest last; `messages` are those to and from the contact, in order.
    `values` are what the texts in `fields` were read as when they were set, `session` is the one that waits for the
    contact, `tickets` are those that are open.
    """

    id: int
    uuid: str
    created_on: datetime
    modified_on: datetime
    urns: list[str] = field(default_factory=list)
    name: str | None = None
    language: str | None = None
    status: ContactStatus = ContactStatus.ACTIVE
    fields: dict[str, str] = field(default_factory=dict)
    last_seen_on: datetime | None = None
    deleted: bool = False
    busy: bool = False
    affinity: dict[str, Channel] | None = None
    notes: tuple[Note, ...] = ()
    messages: list[Message] = field(default_factory=list)
    timezone: str | None = None
    values: dict[str, FieldValue] | None = None
    session: Session | None = None
    tickets: tuple[Ticket, ...] = ()

    @property
    def flow(self) -> Flow | None:
        """The flow that the contact is in: the one that waits."""
        return self.session.flow if self.session is not None else None

    def annotate(self, text: str, created_on: datetime, user: str) -> None:
        """Add a note; the oldest goes where there are too many (rapidpro 4.3)."""
        self.notes = (*self.notes, Note(text, created_on, user))[-MOST_NOTES:]

    def __repr__(self) -> str:
        return f"<contact {self.id} {self.name or (self.urns[0] if self.urns else self.uuid)}>"


class ContactBook:
    """The contacts of a workspace, found by UUID and by URN; iterating gives them in the order of their creation.

    Deleted contacts stay, without URNs (rapidpro 4.3). A URN belongs to one contact at most. `on_create` is called with
    each that is new.
    """

    def __init__(self, clock: Clock, next_id: Callable[[], int], new_uuid: Callable[[], str]) -> None:
        self._clock = clock
        self._next_id = next_id
        self._new_uuid = new_uuid
        self._by_uuid: dict[str, Contact] = {}
        self._by_urn: dict[str, Contact] = {}
        self.on_create: Callable[[Contact], object] = lambda _contact: None

    def __iter__(self) -> Iterator[Contact]:
        return iter(self._by_uuid.values())

    def __len__(self) -> int:
        return len(self._by_uuid)

    def by_uuid(self, uuid: str) -> Contact | None:
        """Return the contact of a UUID, deleted ones too; None where there is none."""
        return self._by_uuid.get(uuid)

    def by_urn(self, urn: str) -> Contact | None:
        """Return the contact that a normalised URN belongs to; its query and display don't matter."""
        return self._by_urn.get(addresses.identity(urn))

    def owners_copy(self, urn: str) -> str:
        """Return the text `urn`, its owner's if there is the same one: a million rows share those of their contacts."""
        owner = self.by_urn(urn)
        return urn if owner is None else next((kept for kept in owner.urns if kept == urn), urn)

    def create(self, urns: Sequence[str] = (), name: str | None = None, language: str | None = None) -> Contact:
        """Create a contact with normalised URNs, the first of the highest priority (rapidpro 5.3).

        Raises `ValueError` where a URN belongs to somebody already.
        """
        for urn in urns:
            if (owner := self.by_urn(urn)) is not None:
                raise ValueError(f"{urn} belongs to {owner!r} already")
        now = self._clock.now()
        contact = Contact(self._next_id(), self._new_uuid(), now, now, name=name, language=language)
        self._by_uuid[contact.uuid] = contact
        self._assign(contact, urns)
        self.on_create(contact)
        return contact

    def get_or_create(self, urn: str) -> Contact:
        """Return whose URN this is: somebody new, without name and groups, where it is nobody's (rapidpro 5.3)."""
        return self.by_urn(urn) or self.create([urn])

    def set_urns(self, contact: Contact, urns: Sequence[str]) -> None:
        """Replace the URNs of a contact; those of others are taken from them (rapidpro 4.3, the upsert of [C])."""
        self._release(contact)
        for urn in urns:
            if (owner := self.by_urn(urn)) is not None:
                owner.urns = [kept for kept in owner.urns if addresses.identity(kept) != addresses.identity(urn)]
                owner.modified_on = self._clock.now()
        self._assign(contact, urns)
        contact.modified_on = self._clock.now()

    def prefer(self, contact: Contact, urn: str, channel: Channel | None) -> None:
        """Make `urn` the first of a contact, reached by `channel` from now on (rapidpro 6.7)."""
        others = [kept for kept in contact.urns if addresses.identity(kept) != addresses.identity(urn)]
        if contact.urns[:1] != [urn]:
            self.set_urns(contact, [urn, *others])
        if channel is not None:
            contact.affinity = {**(contact.affinity or {}), addresses.identity(urn): channel}

    def delete(self, contact: Contact) -> None:
        """Forget who a contact was: its URNs are free again at once (rapidpro 4.3)."""
        self._release(contact)
        contact.name = contact.language = contact.timezone = None
        contact.fields.clear()
        contact.values = None
        contact.tickets = ()
        contact.affinity = None
        contact.notes = ()
        contact.deleted = True
        contact.modified_on = self._clock.now()

    def _assign(self, contact: Contact, urns: Sequence[str]) -> None:
        unique = {addresses.identity(urn): urn for urn in reversed(urns)}
        contact.urns = list(reversed(unique.values()))
        self._by_urn.update(dict.fromkeys(unique, contact))

    def _release(self, contact: Contact) -> None:
        for urn in contact.urns:
            del self._by_urn[addresses.identity(urn)]
        contact.urns = []
