"""What a workspace holds beside messages and contacts: groups, contact fields, globals, labels, flows and theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .assets import ContactField, Global, Label, OptIn
from .contacts import Group
from .flows import FlowBook
from .resthooks import Resthook, Subscriber
from .tickets import Topic

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rapidpro_simulator.world.clock import Clock

    from .campaigns import Campaign
    from .channels import ChannelEvent
    from .contacts import Contact
    from .tickets import Ticket
    from .triggers import Trigger


class Inventory:
    """Groups, labels, campaigns, tickets and topics by UUID, contact fields and globals by key, resthooks by slug.

    Each kind is in the order of its creation.
    """

    def __init__(self, clock: Clock, new_uuid: Callable[[], str]) -> None:
        self._clock = clock
        self._new_uuid = new_uuid
        self.groups: dict[str, Group] = {}
        self.fields: dict[str, ContactField] = {}
        self.globals: dict[str, Global] = {}
        self.labels: dict[str, Label] = {}
        self.flows = FlowBook()
        self.triggers: list[Trigger] = []
        self.campaigns: dict[str, Campaign] = {}
        self.resthooks: dict[str, Resthook] = {}
        self.tickets: dict[str, Ticket] = {}
        self.topics: dict[str, Topic] = {}
        self.optins: dict[str, OptIn] = {}
        self.channel_events: list[ChannelEvent] = []

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

    def add_resthook(self, slug: str) -> Resthook:
        """Return the resthook called `slug`; it is created where it is not there yet."""
        now = self._clock.now()
        return self.resthooks.setdefault(slug, Resthook(slug, now, now))

    def subscribe(self, resthook: Resthook, target_url: str, number: int) -> Subscriber:
        """Let a URL hear of a resthook."""
        subscriber = Subscriber(number, resthook, target_url, self._clock.now())
        resthook.subscribers.append(subscriber)
        resthook.modified_on = subscriber.created_on
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        subscriber.resthook.subscribers.remove(subscriber)
        subscriber.resthook.modified_on = self._clock.now()

    def add_topic(self, name: str) -> Topic:
        topic = Topic(self._new_uuid(), name, self._clock.now())
        self.topics[topic.uuid] = topic
        return topic

    @property
    def general_topic(self) -> Topic:
        """The topic that every workspace has."""
        return next(iter(self.topics.values()))

    def add_optin(self, name: str) -> OptIn:
        optin = OptIn(self._new_uuid(), name, self._clock.now())
        self.optins[optin.uuid] = optin
        return optin

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
