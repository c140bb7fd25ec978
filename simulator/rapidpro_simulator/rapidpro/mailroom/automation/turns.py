"""Turns of contacts that others have decided on: a start, a campaign, a user who interrupts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.mailroom.flows import engine_documents
from rapidpro_simulator.rapidpro.model.campaigns import PASSIVE

from .single_messages import single_message

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow, FlowStart


class Turns:
    """Gives contacts their turn, each after what is under way for the contact."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom

    def start(self, start: FlowStart, contact: Contact) -> None:
        """Let a contact begin the flow of a start."""
        mailroom = self._mailroom
        trigger = engine_documents.by_start(mailroom, start)
        mailroom.worker.submit(contact, lambda: mailroom.sessions.start(contact, start.flow, trigger, start=start))

    def campaign(self, event: CampaignEvent, contact: Contact) -> None:
        """Let a campaign event happen to a contact: a flow begins, or a message is sent (rapidpro 8.4)."""
        mailroom = self._mailroom
        has_flow = mailroom.runtime.generation.mailroom.campaign_flows
        flow = event.flow or (self._message_flow(event) if has_flow else None)
        beside = event.start_mode == PASSIVE

        async def task() -> None:
            if flow is None:
                mailroom.dispatcher.send_campaign_message(event, contact)
            else:
                trigger = engine_documents.by_campaign(mailroom, event, flow)
                await mailroom.sessions.start(contact, flow, trigger, beside=beside)

        mailroom.worker.submit(contact, task)

    def interrupt(self, contact: Contact) -> None:
        """End what a contact is doing in flows."""

        async def task() -> None:
            self._mailroom.sessions.interrupt(contact)

        self._mailroom.worker.submit(contact, task)

    def _message_flow(self, event: CampaignEvent) -> Flow:
        """Return the hidden flow that sends the message of an event."""
        database = self._mailroom.database
        flow = database.flows.get(event.uuid)
        if flow is None or flow.definition["revision"] != event.revision:
            flow = single_message(event, self._mailroom.runtime.now(), database.new_uuid)
            database.flows.add(flow)
        return flow
