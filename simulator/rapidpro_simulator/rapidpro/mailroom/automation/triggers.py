"""Triggers of a workspace: what messages, calls, tickets and conversations set off (flows 10, rapidpro 8.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.mailroom.flows import engine_documents
from rapidpro_simulator.rapidpro.model.channels import ChannelEvent
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.flows import VOICE
from rapidpro_simulator.rapidpro.model.triggers import FIRST_WORD, Schedule, Trigger, TriggerKind

from . import matching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.model.tickets import Ticket

    from .matching import TriggerMatch

CALLS = {
    "call_missed": (TriggerKind.MISSED_CALL, "call-in-missed"),
    "call_received": (TriggerKind.INCOMING_CALL, "call-in"),
}
"""What phone calls set off, and what the API calls them (rapidpro 4.15, 8.3)."""


class Triggers:
    """Creates triggers, and lets what happens fire the one that it fits best."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._runtime = mailroom.runtime

    def add(
        self,
        kind: TriggerKind,
        flow: Flow | str,
        *,
        keywords: Sequence[str] = (),
        match_type: str = FIRST_WORD,
        groups: Sequence[Group] = (),
        exclude_groups: Sequence[Group] = (),
        contacts: Sequence[Contact] = (),
        channel: Channel | None = None,
        referrer_id: str = "",
        schedule: Schedule | None = None,
    ) -> Trigger:
        """Create a trigger; those that it conflicts with are archived (rapidpro 8.3).

        The flow is given itself, or by its name or UUID. Raises `ValueError` where there is no such flow.
        """
        trigger = Trigger(
            id=self._runtime.next_id("trigger"),
            kind=kind,
            flow=self._database.flows.find(flow) if isinstance(flow, str) else flow,
            created_on=self._runtime.now(),
            keywords=tuple(keywords),
            match_type=match_type,
            groups=tuple(groups),
            exclude_groups=tuple(exclude_groups),
            contacts=tuple(contacts),
            channel=channel,
            referrer_id=referrer_id,
            schedule=schedule,
        )
        for other in self._database.triggers:
            other.archived = other.archived or trigger.conflicts(other)
        self._database.triggers.append(trigger)
        if schedule is not None:
            self._mailroom.schedules.add(trigger)
        return trigger

    # Incoming messages

    def concern(self, contact: Contact) -> bool:
        """Say whether a message of this contact can set anything off."""
        mailroom = self._mailroom
        return bool(self._database.triggers) or contact.session is not None or mailroom.worker.busy(contact)

    async def answer(self, message: Message) -> None:
        """Let a message start a flow, or go on with the one that waits for it, or neither (flows 10)."""
        contact = message.contact
        session = self._mailroom.sessions.waiting(contact)
        if session is not None and session.kind == VOICE:
            return
        match = self._match(message, waits_in=session.flow if session is not None else None)
        if match is not None:
            self._record(match, contact)
            trigger = engine_documents.by_message(match.trigger, match.keyword, message)
            await self._fire(match, contact, trigger, message=message)
        elif session is not None:
            message.flow = session.flow
            await self._mailroom.sessions.resume(session, engine_documents.resumed_by_message(message), message)

    def _match(self, message: Message, waits_in: Flow | None) -> TriggerMatch | None:
        triggers, contact, channel = self._database.triggers, message.contact, message.channel
        match = None
        if waits_in is None or not waits_in.ignores_triggers:
            environment = self._mailroom.environment.current
            match = matching.find_keyword(triggers, environment, message.text, contact, channel)
        if match is None and waits_in is None:
            match = matching.find(triggers, TriggerKind.CATCH_ALL, contact, channel)
        return match

    # Other events

    def happened(self, event: str, contact: Contact, channel: Channel | None, **details: Any) -> None:
        """Take an event of a channel: `call_missed`, `call_received`."""
        kind, word = CALLS[event]
        self._log(word, contact, channel)
        match = matching.find(self._database.triggers, kind, contact, channel)
        self._set_off(match, contact, engine_documents.by_event(self._mailroom, event, channel, details))

    def stopped(self, contact: Contact, channel: Channel | None) -> None:
        """Take notice that somebody wants no more messages: out of all groups, until they write again."""
        contact.status = ContactStatus.STOPPED
        contact.modified_on = self._runtime.now()
        for group in self._database.groups.of(contact):
            group.remove(contact)
        self._mailroom.changed(contact)
        self._log("stop-contact", contact, channel)

    def ticket_closed(self, ticket: Ticket) -> None:
        """Take notice that a ticket has been closed."""
        match = matching.find(self._database.triggers, TriggerKind.TICKET_CLOSED, ticket.contact)
        self._set_off(match, ticket.contact, engine_documents.by_ticket(self._mailroom, ticket))

    def conversation(self, contact: Contact, channel: Channel | None, referrer_id: str | None = None) -> None:
        """Take a new conversation, which a referrer may have led to; somebody who had stopped is active again."""
        if contact.status is ContactStatus.STOPPED:
            contact.status = ContactStatus.ACTIVE
            self._mailroom.changed(contact)
        triggers = self._database.triggers
        if referrer_id is None:
            self._log("new-conversation", contact, channel)
            match = matching.find(triggers, TriggerKind.NEW_CONVERSATION, contact, channel)
        else:
            self._log("referral", contact, channel, {"referrer_id": referrer_id})
            match = matching.find_referral(triggers, contact, channel, referrer_id)
        params = {} if referrer_id is None else {"referrer_id": referrer_id}
        self._set_off(match, contact, engine_documents.by_chat(self._mailroom, channel, params))

    def _log(self, kind: str, contact: Contact, channel: Channel | None, extra: dict[str, str] | None = None) -> None:
        number = self._runtime.next_id("channel_event")
        event = ChannelEvent(number, kind, contact, channel, self._runtime.now(), extra)
        self._database.channel_events.append(event)

    def _set_off(self, match: TriggerMatch | None, contact: Contact, trigger: dict[str, Any]) -> None:
        if match is None:
            return
        self._record(match, contact)
        self._mailroom.worker.submit(contact, lambda: self._fire(match, contact, trigger))

    async def _fire(
        self, match: TriggerMatch, contact: Contact, trigger: dict[str, Any], message: Message | None = None
    ) -> None:
        flow = match.trigger.flow
        if message is not None:
            message.flow = flow
        await self._mailroom.sessions.start(contact, flow, trigger, message=message)

    def _record(self, match: TriggerMatch, contact: Contact) -> None:
        trigger = match.trigger
        self._runtime.record(
            "trigger.matched",
            type=trigger.kind.name.lower(),
            keyword=match.keyword or None,
            score=match.score,
            flow=trigger.flow.name,
            contact=contact.uuid,
        )
