"""What is deleted from a workspace, and what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.model.assets import Label
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow

    from .mailroom import Mailroom

CONTACT_CLEANUP = 1.0  # seconds until the messages of a deleted contact are gone


class Deletions:
    """Deletes contacts, flows and labels of a workspace."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database

    def contact(self, contact: Contact) -> None:
        """Delete a contact: its URNs are free at once, messages and runs go in the background (rapidpro 4.3, 6.8)."""
        mailroom, database = self._mailroom, self._database
        mailroom.turns.interrupt(contact)
        database.contacts.delete(contact)
        for group in database.groups.values():
            group.remove(contact)
        mailroom.changed(contact)
        for uuid in [uuid for uuid, ticket in database.tickets.items() if ticket.contact is contact]:
            del database.tickets[uuid]
        mailroom.runtime.tasks.later(CONTACT_CLEANUP, lambda: self._forget(contact))

    def _forget(self, contact: Contact) -> None:
        self._database.store.forget(contact)
        self._database.flows.forget(contact)

    def flow(self, flow: Flow | str) -> None:
        """Delete a flow, given itself or by name, with its triggers and the campaign events that start it.

        Who waits in it fails with the next message (flows 10). Raises `ValueError` where no flow has the name.
        """
        database = self._database
        found = database.flows.find(flow) if isinstance(flow, str) else flow
        database.flows.remove(found)
        database.triggers[:] = [trigger for trigger in database.triggers if trigger.flow is not found]
        campaigns = database.campaigns.values()
        for event in [event for campaign in campaigns for event in campaign.events if event.flow is found]:
            self._mailroom.campaigns.remove_event(event)

    def label(self, label: Label) -> None:
        """Delete a label; the messages lose the mark."""
        del self._database.labels[label.uuid]
        for message in self._database.store.messages:
            if message.labels and label in message.labels:
                message.labels.remove(label)
