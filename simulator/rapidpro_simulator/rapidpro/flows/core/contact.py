"""The contact of a session: a snapshot in memory. Modifiers change it; hosts apply the events to their own store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.rapidpro.flows.contactql import PropertyKind
from rapidpro_simulator.rapidpro.flows.definition.limits import CONTACT_STATUSES
from rapidpro_simulator.rapidpro.flows.locales.timestamps import moment_of
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.rapidpro.flows.texts import urns as urn_rules
from rapidpro_simulator.rapidpro.flows.texts.strings import whole

from .field_values import FieldValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from decimal import Decimal

    from rapidpro_simulator.rapidpro.flows.contactql import QueryValue
    from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

    from .assets import Assets, GroupAsset, TopicAsset, UserAsset

ACTIVE, BLOCKED, STOPPED, ARCHIVED = CONTACT_STATUSES
OPEN: Final = "open"

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_ROUND_KEYS: Final = (0x1A2B, 0x3C4D, 0x5E6F, 0x7081)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation with a user of the workspace."""

    uuid: str
    topic: TopicAsset | None = None
    assignee: UserAsset | None = None
    status: str = OPEN

    @classmethod
    def from_json(cls, document: Mapping[str, Any], assets: Assets) -> Ticket:
        """Return the ticket of a JSON document; topics and users that are gone are left out."""
        topic, assignee = document.get("topic") or {}, document.get("assignee") or {}
        return cls(
            document["uuid"],
            assets.topics.get(topic.get("uuid", "")),
            assets.users.get(assignee.get("uuid", "")),
            document.get("status", OPEN),
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as events and contacts have it."""
        document: dict[str, Any] = {"uuid": self.uuid, "status": self.status}
        if self.topic:
            document["topic"] = self.topic.reference.to_json()
        if self.assignee:
            document["assignee"] = self.assignee.reference.to_json()
        return document


@dataclass(slots=True, kw_only=True)
class Contact:
    """A person who talks to flows. What is not known is an empty text; `urns` are ordered, the preferred one first.

    A URN may name the channel it belongs to: `tel:+250788123123?channel=UUID`.
    """

    assets: Assets = field(repr=False, compare=False)
    uuid: str
    id: int = 0
    name: str = ""
    language: str = ""
    timezone: str = ""
    status: str = ACTIVE
    created_on: str = ""
    last_seen_on: str = ""
    urns: list[str] = field(default_factory=list)
    groups: list[GroupAsset] = field(default_factory=list)
    fields: dict[str, FieldValue] = field(default_factory=dict)
    tickets: list[Ticket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = whole(self.name)

    @classmethod
    def from_json(cls, document: Mapping[str, Any], assets: Assets, environment: Environment) -> Contact:
        """Return the contact of a JSON document; what the workspace does not have (any more) is left out.

        Raises `ValueError` for an unknown timezone.
        """
        timezone_of(document.get("timezone") or "")
        groups = (assets.groups.get(group["uuid"]) for group in document.get("groups") or ())
        values = document.get("fields") or {}
        return cls(
            assets=assets,
            uuid=document["uuid"],
            id=document.get("id") or 0,
            name=document.get("name") or "",
            language=document.get("language") or "",
            timezone=document.get("timezone") or "",
            status=document.get("status") or ACTIVE,
            created_on=document.get("created_on") or "",
            last_seen_on=document.get("last_seen_on") or "",
            urns=list(document.get("urns") or ()),
            groups=[group for group in groups if group is not None],
            fields={
                field.key: FieldValue.from_json(values[field.key], environment)
                for field in assets.fields
                if values.get(field.key)
            }
            if values
            else {},
            tickets=[Ticket.from_json(ticket, assets) for ticket in document.get("tickets") or ()],
        )

    def to_json(self) -> dict[str, Any]:
        """Return the contact as on the wire: what is empty is left out."""
        document: dict[str, Any] = {
            "uuid": self.uuid,
            "id": self.id,
            "name": self.name,
            "language": self.language,
            "status": self.status,
            "timezone": self.timezone,
            "created_on": self.created_on,
            "last_seen_on": self.last_seen_on,
            "urns": list(self.urns),
            "groups": [group.reference.to_json() for group in self.groups],
            "fields": {key: value.to_json() for key, value in self.fields.items()},
            "tickets": [ticket.to_json() for ticket in self.tickets],
        }
        return {key: value for key, value in document.items() if value}

    def has_urn(self, urn: str) -> bool:
        """Say whether the contact has a URN of this identity: query and display do not count."""
        identity = urn_rules.identity(urn)
        return any(urn_rules.identity(own) == identity for own in self.urns)

    def is_in(self, group: GroupAsset) -> bool:
        """Say whether the contact is in a group."""
        return any(own.uuid == group.uuid for own in self.groups)

    def static_groups(self) -> list[GroupAsset]:
        """Return the contact's groups that have no query, in the workspace's order."""
        return [group for group in self.assets.groups if not group.query and self.is_in(group)]

    def change_groups(
        self, added: Iterable[GroupAsset], removed: Iterable[GroupAsset]
    ) -> tuple[list[GroupAsset], list[GroupAsset]]:
        """Leave and join groups; returns those that were really joined and those that were really left."""
        left = [group for group in removed if self.is_in(group)]
        gone = {group.uuid for group in left}
        self.groups = [group for group in self.groups if group.uuid not in gone]
        joined = []
        for group in added:
            if not self.is_in(group):
                self.groups.append(group)
                joined.append(group)
        return joined, left

    def query_values(self, kind: PropertyKind, key: str) -> Sequence[QueryValue]:
        """Return what a contact query compares: the values of an attribute, of a URN scheme or of a field."""
        if kind is PropertyKind.ATTRIBUTE:
            attribute = _ATTRIBUTES.get(key)
            return [] if attribute is None else [value for value in attribute(self) if value != ""]
        if kind is PropertyKind.SCHEME:
            return [urn.path for urn in map(urn_rules.parse, self.urns) if urn.scheme == key]
        value = self.field_value(key)
        return [] if value is None else [value]

    def field_value(self, key: str) -> str | Decimal | DateTime | None:
        """Return what a field holds, in the type of the field; None where it is not set or cannot be read so."""
        value, definition = self.fields.get(key), self.assets.fields.get(key)
        if value is None or definition is None:
            return None
        facet: str | Decimal | DateTime | None = getattr(value, definition.type)
        return None if facet == "" else facet

    @property
    def ref(self) -> str:
        """A short code that stands for the contact's id; empty without an id (flows 5)."""
        return _scrambled(self.id) if self.id else ""

    @property
    def open_ticket(self) -> Ticket | None:
        """The last open ticket, None if there is none."""
        return next((ticket for ticket in reversed(self.tickets) if ticket.status == OPEN), None)


# All others count as not set within the engine: searches, which know them too, are the host's (flows 9.2).
_ATTRIBUTES: Mapping[str, Callable[[Contact], list[Any]]] = {
    "uuid": lambda contact: [contact.uuid],
    "name": lambda contact: [contact.name],
    "language": lambda contact: [contact.language],
    "urn": lambda contact: [urn_rules.parse(urn).path for urn in contact.urns],
    "tickets": lambda contact: [sum(ticket.status == OPEN for ticket in contact.tickets)],
    "created_on": lambda contact: [moment_of(contact.created_on)] if contact.created_on else [],
    "last_seen_on": lambda contact: [moment_of(contact.last_seen_on)] if contact.last_seen_on else [],
}


def _scrambled(number: int) -> str:
    """Return six letters that are the same for one number only: a Feistel network on halves of 15 bits."""
    left, right = number >> 15 & 0x7FFF, number & 0x7FFF
    for key in _ROUND_KEYS:
        left, right = right, left ^ ((right * 0x2545 + key) ^ (right >> 7)) & 0x7FFF
    code = left << 15 | right
    return "".join(_LETTERS[code >> shift & 31] for shift in range(25, -1, -5))
