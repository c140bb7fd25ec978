"""The mailroom of one workspace: its parts, and what concerns all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .automation.campaigns import Campaigns
from .automation.schedules import Schedules
from .automation.starts import Starts
from .automation.triggers import Triggers
from .automation.turns import Turns
from .contacts.environment import WorkspaceEnvironment
from .contacts.query_groups import QueryGroups
from .contacts.tickets import Tickets
from .contacts.values import ContactValues
from .deletions import Deletions
from .flows.external_services import ExternalServices
from .flows.inspections import Inspections
from .flows.run_records import RunRecords
from .flows.sessions import Sessions
from .flows.snapshots import Snapshots
from .flows.webhook_health import WebhookHealth
from .messages.broadcasts import Broadcasts
from .messages.dispatch import Dispatcher
from .messages.incoming import IncomingMessages
from .worker import ContactWorker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.rapidpro.delivery.delivery import Delivery
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime


class Mailroom:
    """What RapidPro's backend does with the rows of a workspace.

    Each part does one thing, and reaches the others through this object.
    """

    def __init__(self, database: Database, runtime: Runtime, delivery: Delivery) -> None:
        self.database = database
        self.runtime = runtime
        self.delivery = delivery
        self.worker = ContactWorker()

        # Contacts
        self.environment = WorkspaceEnvironment(database, runtime)
        self.values = ContactValues(database, self.environment)
        self.query_groups = QueryGroups(database, self.environment, self.values)
        self.tickets = Tickets(self)

        # Messages
        self.broadcasts = Broadcasts(self)
        self.dispatcher = Dispatcher(self)
        self.incoming = IncomingMessages(self)

        # Flows
        self.inspections = Inspections(database.flows)
        self.snapshots = Snapshots(database, runtime, self.inspections, self.values)
        self.sessions = Sessions(self)
        self.run_records = RunRecords(database, runtime)
        delivery.on_retention = self.run_records.rearm
        self.external_services = ExternalServices(database, runtime)
        self.webhook_health = WebhookHealth(runtime)

        # What starts by itself
        self.triggers = Triggers(self)
        self.schedules = Schedules(self)
        self.campaigns = Campaigns(self)
        self.starts = Starts(self)
        self.turns = Turns(self)

        self.deletions = Deletions(self)
        database.contacts.on_create = self.changed

    def changed(self, contact: Contact) -> None:
        """Take notice that somebody has changed: query groups and campaigns follow."""
        if self.database.groups:
            self.query_groups.update(contact)
        if self.database.campaigns:
            self.campaigns.reschedule(contact)

    def add_group(self, name: str, contacts: Sequence[Contact] = (), query: str | None = None) -> Group:
        """Create a group; with a query, those are in it who belong to it, beside the given `contacts`."""
        group = self.database.groups.add(name, contacts, query)
        if query is not None:
            self.query_groups.fill(group)
        return group

    def set_field(self, contact: Contact, key: str, value: str | None) -> None:
        """Give a contact a value in a field, or none; query groups and campaigns follow."""
        self.values.set(contact, key, value)
        contact.modified_on = self.runtime.now()
        self.changed(contact)
