"""Mailroom's part of a workspace: what messages, dates, users and flows themselves set off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.campaigns import PASSIVE
from rapidpro_simulator.rapidpro.model.channels import ChannelEvent
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.flows import VOICE
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind

from .automation import matching
from .automation.campaigns import Campaigns
from .automation.schedules import Schedules
from .automation.single_messages import single_message
from .automation.starts import Starts
from .contacts.query_groups import QueryGroups
from .contacts.tickets import Tickets
from .contacts.values import environment_of
from .flows import engine_documents
from .flows.run_records import RunArchiver
from .flows.sessions import Sessions
from .flows.webhook_health import WebhookHealth
from .worker import ContactWorker

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow, FlowStart
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.model.tickets import Ticket
    from rapidpro_simulator.rapidpro.workspace import Workspace

    from .automation.matching import TriggerMatch

CALLS = {
    "call_missed": (TriggerKind.MISSED_CALL, "call-in-missed"),
    "call_received": (TriggerKind.INCOMING_CALL, "call-in"),
}
"""What phone calls set off, and what the API calls them (rapidpro 4.15, 8.3)."""


class Automation:
    """What a workspace does by itself. Whatever concerns one contact happens one after another."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self.random = workspace.stream("flows").random
        self.worker = ContactWorker()
        self.query_groups = QueryGroups(workspace)
        self.campaigns = Campaigns(workspace)
        self.schedules = Schedules(workspace)
        self.starts = Starts(workspace)
        self.health = WebhookHealth(workspace)
        self.archive = RunArchiver(workspace)
        self.tickets = Tickets(workspace)
        self.sessions = Sessions(workspace)
        self._environment: tuple[object, Environment] | None = None

    @property
    def environment(self) -> Environment:
        """The environment of the workspace, made anew when a setting has changed."""
        workspace = self._workspace
        settings = (
            *(workspace.timezone, workspace.date_style, workspace.languages, workspace.country, workspace.anonymous),
            workspace.locations,
        )
        if self._environment is None or self._environment[0] != settings:
            self._environment = settings, environment_of(workspace)
        return self._environment[1]

    # What is known of flows

    def results_of(self, flow: Flow) -> list[dict[str, Any]]:
        """Return the results that a flow may save, as the API shows them (rapidpro 4.7)."""
        known = self.sessions.snapshots.inspection(flow.uuid)
        return [] if known is None else [each.to_json() for each in known.results]

    def parent_refs_of(self, flow: Flow) -> list[str]:
        """Return the results of a parent's that a flow reads."""
        known = self.sessions.snapshots.inspection(flow.uuid)
        return [] if known is None else known.parent_refs

    def flows_using(self, kind: str, identity: str) -> int:
        """Return how many flows refer to something, such as the `field` of a key."""
        inspections = (self.sessions.snapshots.inspection(flow.uuid) for flow in self._workspace.flows)
        needs = (each.dependencies for each in inspections if each is not None)
        return sum(any(ref.type == kind and ref.identity == identity for ref in each) for each in needs)

    # Contacts

    def changed(self, contact: Contact) -> None:
        """Take notice that somebody has changed: query groups and campaigns follow."""
        if self._workspace.groups:
            self.query_groups.update(contact)
        if self._workspace.campaigns:
            self.campaigns.reschedule(contact)

    def interrupt(self, contact: Contact) -> None:
        """End what a contact is doing in flows, after what is under way for the contact."""

        async def task() -> None:
            self.sessions.interrupt(contact)

        self.worker.submit(contact, task)

    # Incoming messages

    def concerns(self, contact: Contact) -> bool:
        """Say whether a message of this contact can set anything off."""
        return bool(self._workspace.triggers) or contact.session is not None or self.worker.busy(contact)

    async def answer(self, message: Message) -> None:
        """Let a message start a flow, or go on with the one that waits for it, or neither (flows 10)."""
        contact = message.contact
        session = self.sessions.waiting(contact)
        if session is not None and session.kind == VOICE:
            return
        match = self._match(message, waits_in=session.flow if session is not None else None)
        if match is not None:
            self._record(match, contact)
            await self._trigger(match, contact, engine_documents.by_message(match, message), message=message)
        elif session is not None:
            message.flow = session.flow
            await self.sessions.resume(session, engine_documents.resumed_by_message(message), message)

    def _match(self, message: Message, waits_in: Flow | None) -> TriggerMatch | None:
        triggers, contact, channel = self._workspace.triggers, message.contact, message.channel
        match = None
        if waits_in is None or not waits_in.ignores_triggers:
            match = matching.find_keyword(triggers, self.environment, message.text, contact, channel)
        if match is None and waits_in is None:
            match = matching.find(triggers, TriggerKind.CATCH_ALL, contact, channel)
        return match

    # Other events

    def happened(self, event: str, contact: Contact, channel: Channel | None, **details: Any) -> None:
        """Take an event of a channel: `call_missed`, `call_received`."""
        kind, word = CALLS[event]
        self._log(word, contact, channel)
        match = matching.find(self._workspace.triggers, kind, contact, channel)
        self._set_off(match, contact, engine_documents.by_event(self._workspace, event, channel, details))

    def ticket_closed(self, ticket: Ticket) -> None:
        """Take notice that a ticket has been closed."""
        match = matching.find(self._workspace.triggers, TriggerKind.TICKET_CLOSED, ticket.contact)
        self._set_off(match, ticket.contact, engine_documents.by_ticket(self._workspace, ticket))

    def conversation(self, contact: Contact, channel: Channel | None, referrer_id: str | None = None) -> None:
        """Take a new conversation, which a referrer may have led to; somebody who had stopped is active again."""
        if contact.status is ContactStatus.STOPPED:
            contact.status = ContactStatus.ACTIVE
            self.changed(contact)
        triggers = self._workspace.triggers
        if referrer_id is None:
            self._log("new-conversation", contact, channel)
            match = matching.find(triggers, TriggerKind.NEW_CONVERSATION, contact, channel)
        else:
            self._log("referral", contact, channel, {"referrer_id": referrer_id})
            match = matching.find_referral(triggers, contact, channel, referrer_id)
        params = {} if referrer_id is None else {"referrer_id": referrer_id}
        self._set_off(match, contact, engine_documents.by_chat(self._workspace, channel, params))

    def _log(self, kind: str, contact: Contact, channel: Channel | None, extra: dict[str, str] | None = None) -> None:
        host = self._workspace.host
        event = ChannelEvent(host.next_id("channel_event"), kind, contact, channel, host.clock.now(), extra)
        self._workspace.channel_events.append(event)

    def _set_off(self, match: TriggerMatch | None, contact: Contact, trigger: dict[str, Any]) -> None:
        if match is None:
            return
        self._record(match, contact)
        self.worker.submit(contact, lambda: self._trigger(match, contact, trigger))

    async def _trigger(
        self, match: TriggerMatch, contact: Contact, trigger: dict[str, Any], message: Message | None = None
    ) -> None:
        flow = match.trigger.flow
        if message is not None:
            message.flow = flow
        await self.sessions.start(contact, flow, trigger, message=message)

    def _record(self, match: TriggerMatch, contact: Contact) -> None:
        trigger = match.trigger
        self._workspace.record(
            "trigger.matched",
            type=trigger.kind.name.lower(),
            keyword=match.keyword or None,
            score=match.score,
            flow=trigger.flow.name,
            contact=contact.uuid,
        )

    # Turns in flows that somebody else has decided on

    def manual_turn(self, start: FlowStart, contact: Contact) -> None:
        """Let a contact begin the flow of a start."""
        trigger = engine_documents.by_start(self._workspace, start)
        self.worker.submit(contact, lambda: self.sessions.start(contact, start.flow, trigger, start=start))

    def campaign_turn(self, event: CampaignEvent, contact: Contact) -> None:
        """Let a campaign event happen to a contact: a flow begins, or a message is sent (rapidpro 8.4)."""
        has_flow = self._workspace.host.generation.mailroom.campaign_flows
        flow = event.flow or (self._message_flow(event) if has_flow else None)
        beside = event.start_mode == PASSIVE

        async def task() -> None:
            if flow is None:
                self._workspace.dispatcher.send_campaign_message(event, contact)
            else:
                trigger = engine_documents.by_campaign(self._workspace, event, flow)
                await self.sessions.start(contact, flow, trigger, beside=beside)

        self.worker.submit(contact, task)

    def _message_flow(self, event: CampaignEvent) -> Flow:
        """Return the hidden flow that sends the message of an event."""
        flow = self._workspace.flows.get(event.uuid)
        if flow is None or flow.definition["revision"] != event.revision:
            flow = single_message(self._workspace, event)
            self._workspace.flows.add(flow)
        return flow
