"""A workspace of a RapidPro installation: who may use it, what it holds, and what can be done with it.

What it does with messages is in `messaging`, what with flows in `automating`, what it holds beside them in `inventory`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.delivery.carrier import Carrier
from rapidpro_simulator.rapidpro.delivery.courier import Courier
from rapidpro_simulator.rapidpro.delivery.housekeeping import Housekeeping
from rapidpro_simulator.rapidpro.flows.locales.timezones import country_of_timezone
from rapidpro_simulator.rapidpro.mailroom.contacts.values import set_value
from rapidpro_simulator.rapidpro.mailroom.definitions.exporting import export
from rapidpro_simulator.rapidpro.mailroom.definitions.importing import import_export
from rapidpro_simulator.rapidpro.mailroom.flows.external_services import ExternalServices
from rapidpro_simulator.rapidpro.mailroom.mailroom import Automation
from rapidpro_simulator.rapidpro.mailroom.messages.dispatch import Dispatcher
from rapidpro_simulator.rapidpro.mailroom.messages.incoming import IncomingMessages
from rapidpro_simulator.rapidpro.mailroom.messages.ledger import Ledger
from rapidpro_simulator.rapidpro.model.channels import Channel, channel_kind
from rapidpro_simulator.rapidpro.model.contacts import ContactBook
from rapidpro_simulator.rapidpro.model.identifiers import RowUuids
from rapidpro_simulator.rapidpro.model.messages import FailedReason
from rapidpro_simulator.rapidpro.model.store import MessageStore
from rapidpro_simulator.rapidpro.model.tickets import GENERAL, Topic
from rapidpro_simulator.rapidpro.model.tokens import ROLES, Token, new_key
from rapidpro_simulator.rapidpro.model.users import MEMBERS, User

from .automating import Automating
from .generations import rates as rates_of
from .messaging import Messaging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.locales.locations import Locations
    from rapidpro_simulator.rapidpro.model.assets import Label
    from rapidpro_simulator.rapidpro.model.campaigns import Campaign
    from rapidpro_simulator.rapidpro.model.contacts import Contact, Group
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.world.seed import Stream

    from .generations.rates import Rate
    from .installation import RapidPro

__all__ = ["Token", "Workspace"]

CONTACT_CLEANUP = 1.0  # seconds until the messages of a deleted contact are gone


class Workspace(Messaging, Automating):
    """A workspace; `RapidPro.workspace` makes one.

    `country`, `languages`, `timezone`, `date_style` (`day_first`, `month_first`, `year_first`), `anonymous`,
    `suspended`, `flagged`, `rates` (its own, by scope) and `retention_days` may be changed at any time.
    """

    def __init__(
        self,
        host: RapidPro,
        name: str,
        *,
        country: str | None,
        languages: tuple[str, ...],
        rates: Mapping[str, str | Rate],
        anonymous: bool,
        timezone: str,
    ) -> None:
        self.host = host
        self.name = name
        self.id = host.next_id("workspace")
        self._ids = self.stream("ids")
        self.uuid = self._ids.uuid4()
        super().__init__(host.clock, self._ids.uuid4)
        self._country = country
        self.languages = languages
        self.anonymous = anonymous
        self.timezone = timezone
        self.date_style = "day_first"
        self.created_on = host.clock.now()
        self.suspended = False
        self.flagged = False
        self._retention_days = 90
        self.rates = rates
        self.tokens: list[Token] = []
        self.users: dict[str, User] = {}
        self.channels: list[Channel] = []
        self.contacts = ContactBook(host.clock, lambda: host.next_id("contact"), self._ids.uuid4)
        self.row_uuids = RowUuids(self.stream("rows").hex(32), time_ordered=host.generation.mailroom.time_ordered_uuids)
        self.store = MessageStore()
        self.ledger = Ledger(self)
        self.carrier = Carrier(self.stream("carrier"))
        self.courier = Courier(self)
        self.housekeeping = Housekeeping(self)
        self.dispatcher = Dispatcher(self)
        self.inbox = IncomingMessages(self)
        self.locations: Locations | None = None
        self.outside = ExternalServices(self)
        general = Topic(self.stream("topic").uuid4(), GENERAL, self.created_on, system=True)
        self.topics[general.uuid] = general
        self.llms: list[Label] = []
        self.automation = Automation(self)
        self.contacts.on_create = self.automation.changed

    def __repr__(self) -> str:
        return f"<workspace {self.name!r} on {self.host.name}>"

    def stream(self, part: str) -> Stream:
        """Return the random stream of a part of this workspace."""
        return self.host.seed.stream(f"rapidpro/{self.host.name}/{self.name}/{part}")

    def record(self, kind: str, **data: Any) -> None:
        """Record an event of this workspace in the journal."""
        self.host.journal.event(kind, host=self.host.name, workspace=self.name, **data)

    @property
    def country(self) -> str | None:
        """The country that national numbers are read by: where nobody says, that of the time zone (rapidpro 5.2).

        In a zone of no country, it is that of the channels, if they have but one.
        """
        if self._country is None and country_of_timezone(self.timezone) is None:
            countries = {channel.country for channel in self.channels}
            return countries.pop() if len(countries) == 1 else None
        return self._country or country_of_timezone(self.timezone)

    @country.setter
    def country(self, country: str | None) -> None:
        self._country = country

    # Access

    @property
    def rates(self) -> Mapping[str, str | Rate]:
        """The workspace's own rates by scope, such as `{"v2.messages": "10/hour"}` (rapidpro 2.2)."""
        return self._rates

    @rates.setter
    def rates(self, rates: Mapping[str, str | Rate]) -> None:
        self._rates = rates
        self.rates_in_force = rates_of.merged(self.host.rate_profile, rates)

    @property
    def token(self) -> Token:
        """The first token: an Administrator's."""
        return self.tokens[0]

    def new_token(self, role: str = "Administrator", user: str | None = None, key: str | None = None) -> Token:
        """Create a token (default: with a key of the seed's). Raises `ValueError` for a role that there is not."""
        if role not in ROLES:
            raise ValueError(f"no role is called {role!r}; there are: {', '.join(ROLES)}")
        key = key or new_key(self._ids, self.host.generation.access.key_style)
        token = Token(key, self, role, user or f"{role.lower()}@{self.host.name}")
        self.host.add_token(token)
        self.tokens.append(token)
        if role in MEMBERS:
            self._add_user(token.user.lower(), role)
        return token

    def _add_user(self, email: str, role: str) -> None:
        if email not in self.users:
            self.users[email] = User(self.stream(f"users/{email}").uuid4(), email, role, self.host.clock.now())

    def quota(self, endpoint: str) -> tuple[str, Rate | None]:
        """Return the throttle scope of an endpoint and its rate, None for an unlimited one (rapidpro 2.1, 2.2)."""
        scope = self.host.rate_profile.scope_of(endpoint)
        return scope, self.rates_in_force.get(scope)

    def new_uuid(self) -> str:
        """Return a UUID for something new that is no row."""
        return self._ids.uuid4()

    # Channels and contacts

    def add_channel(
        self,
        kind: str,
        name: str | None = None,
        *,
        address: str | None = None,
        schemes: tuple[str, ...] | None = None,
        country: str | None = None,
        throughput: float | None = None,
    ) -> Channel:
        """Add a channel of a kind of `channels.CHANNEL_KINDS`; `throughput` in SMS segments a second."""
        facts = channel_kind(kind)
        channel = Channel(
            uuid=self._ids.uuid4(),
            name=name or kind.capitalize(),
            kind=facts,
            address=address,
            country=country or self.country,
            schemes=schemes or facts.schemes,
            created_on=self.host.clock.now(),
            throughput=throughput,
        )
        self.channels.append(channel)
        return channel

    def use_channel(self, kind: str) -> Channel:
        """Send by one channel of a kind of `channels.CHANNEL_KINDS` only; all others are released."""
        for channel in list(self.channels):
            self.remove_channel(channel)
        return self.add_channel(kind)

    def remove_channel(self, channel: Channel) -> None:
        """Release a channel; what it still had to send fails (rapidpro 6.3)."""
        channel.removed = True
        self.channels.remove(channel)
        self.courier.drop(channel)
        for message in [each for each in self.store.outbox.values() if each.channel is channel]:
            self.ledger.fail(message, FailedReason.CHANNEL_REMOVED)

    def contact(self, uuid: str) -> Contact | None:
        """Return the contact of a UUID, a deleted one too; None where there is none."""
        return self.contacts.by_uuid(uuid)

    def contact_by_urn(self, urn: str) -> Contact | None:
        """Return whose normalised URN this is; None where it is nobody's."""
        return self.contacts.by_urn(urn)

    def add_group(self, name: str, contacts: Sequence[Contact] = (), query: str | None = None) -> Group:
        """Create a group; with a query, those are in it who belong to it, beside the given `contacts`."""
        group = super().add_group(name, contacts, query)
        if query is not None:
            self.automation.query_groups.fill(group)
        return group

    def set_field(self, contact: Contact, key: str, value: str | None) -> None:
        """Give a contact a value in a field, or none; query groups and campaigns follow."""
        set_value(self, contact, key, value)
        contact.modified_on = self.host.clock.now()
        self.automation.changed(contact)

    def delete_label(self, label: Label) -> None:
        """Delete a label; the messages lose the mark."""
        del self.labels[label.uuid]
        for message in self.messages:
            if message.labels and label in message.labels:
                message.labels.remove(label)

    def delete_contact(self, contact: Contact) -> None:
        """Delete a contact: its URNs are free at once, messages and runs go in the background (rapidpro 4.3, 6.8)."""
        self.automation.interrupt(contact)
        self.contacts.delete(contact)
        for group in self.groups.values():
            group.remove(contact)
        self.automation.changed(contact)
        self.tickets = {uuid: ticket for uuid, ticket in self.tickets.items() if ticket.contact is not contact}
        self.host.backend.later(CONTACT_CLEANUP, lambda: self._forget(contact))

    def _forget(self, contact: Contact) -> None:
        self.store.forget(contact)
        self.flows.forget(contact)

    @property
    def retention_days(self) -> int:
        """How many days messages are kept before the archiver takes them (rapidpro 6.8)."""
        return self._retention_days

    @retention_days.setter
    def retention_days(self, days: int) -> None:
        self._retention_days = days
        self.housekeeping.rearm()

    # Flows

    def import_flows(self, document: Any, *, lenient: bool = False) -> list[Flow]:
        """Import an export file, or the definition of one flow; return its flows (flows 1.1).

        Raises `ExportError`, which names all that cannot be read; the workspace is then as it was. A `lenient` import
        leaves it out.
        """
        return import_export(self, document, lenient=lenient)

    def export_definitions(
        self, flows: Sequence[Flow], campaigns: Sequence[Campaign] = (), dependencies: str = "all"
    ) -> dict[str, Any]:
        """Return an export with these flows and campaigns and their `dependencies`: `none`, `flows` or `all`."""
        return export(self, flows, campaigns, dependencies)
