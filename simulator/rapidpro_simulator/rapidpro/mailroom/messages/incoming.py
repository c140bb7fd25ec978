"""Incoming messages: who sent them, whether they are new, and what changes for the contact (rapidpro 6.7).

What a message sets off (triggers, flows) is `automation.triggers`' part; others hear of it as `handlers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns as addresses
from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.messages import Message, Status, Visibility

from .duplicates import Duplicates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.contacts import Contact


class IncomingMessages:
    """Takes the incoming messages of a workspace; `handlers` are called with each that was not blocked."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._runtime = mailroom.runtime
        self._delivery = mailroom.delivery
        self._duplicates = Duplicates()
        mailroom.delivery.courier.on_hand_over = self._duplicates.answered
        self.handlers: list[Callable[[Message], object]] = []
        self._late = 0  # how many wait for mailroom; what comes after them waits behind them

    def receive(
        self,
        urn: str,
        text: str = "",
        channel: Channel | None = None,
        *,
        attachments: Sequence[str] = (),
        sent_on: datetime | None = None,
        external_id: str | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> Message:
        """Take an incoming message; `sent_on`, `external_id` and `payload` are the provider's (rapidpro 6.7).

        Flows see the payload, such as what was filled into a form, as `@input.payload`.

        Returns the message that is there already where this one repeats it. Raises `ValueError` without a channel.
        """
        channel = channel or self._channel_for(urn)
        urn = _normalized(urn, channel.country)
        known = self._duplicates.known(channel.uuid, urn, text, external_id, self._runtime.now())
        if known is not None:
            return known
        contact = self._database.contacts.get_or_create(urn)
        created_on = self._database.store.moment(self._runtime.now())
        message = Message(
            id=self._runtime.next_id("message"),
            uuids=self._database.row_uuids,
            broadcast=None,
            contact=contact,
            urn=urn,
            channel=channel,
            incoming=True,
            text=text,
            status=Status.PENDING,
            created_on=created_on,
            modified_on=created_on,
            sent_on=sent_on,
            attachments=tuple(attachments) or None,
            external_id=external_id,
            payload=payload,
        )
        self._duplicates.remember(message, external_id)
        self._delivery.add(message)
        if self._runtime.tasks.status == "up" and not self._late:
            self._handle(message)
        else:
            self._late += 1
            self._runtime.tasks.later(0, lambda: self._handle_late(message))
        return message

    def sender(self, urn: str, channel: Channel) -> Contact:
        """Return the contact of whoever is heard of by a channel; somebody new where nobody is known by it."""
        return self._database.contacts.get_or_create(_normalized(urn, channel.country))

    def _handle_late(self, message: Message) -> None:
        self._late -= 1
        self._handle(message)

    def _channel_for(self, urn: str) -> Channel:
        scheme = urn.partition(":")[0]
        channel = next((each for each in self._database.channels if scheme in each.schemes), None)
        if channel is None:
            name = self._runtime.workspace
            raise ValueError(f"workspace {name!r} has no channel that could receive from {urn}: add_channel(…) first")
        return channel

    def _handle(self, message: Message) -> None:
        contact, mailroom = message.contact, self._mailroom
        if mailroom.triggers.concern(contact):
            mailroom.worker.submit(contact, lambda: self._converse(message))
        elif self._admit(message):
            self._finish(message)

    async def _converse(self, message: Message) -> None:
        if self._admit(message):
            await self._mailroom.triggers.answer(message)
            self._finish(message)

    def _admit(self, message: Message) -> bool:
        """Take notice of who writes; say whether anybody is to hear of it."""
        contact = message.contact
        if contact.deleted:
            return False
        now = self._runtime.now()
        message.modified_on = now
        if contact.status is ContactStatus.BLOCKED or (message.channel is not None and message.channel.removed):
            if self._runtime.generation.mailroom.prefers_urns_of_blocked:
                self._prefer(message)
            message.visibility = Visibility.ARCHIVED
            self._delivery.ledger.set_status(message, Status.HANDLED)
            return False
        if contact.status is ContactStatus.STOPPED:
            contact.status = ContactStatus.ACTIVE
        self._prefer(message)
        contact.last_seen_on = contact.modified_on = now
        self._mailroom.changed(contact)
        return True

    def _prefer(self, message: Message) -> None:
        if message.urn is not None:
            self._database.contacts.prefer(message.contact, message.urn, message.channel)

    def _finish(self, message: Message) -> None:
        self._delivery.ledger.set_status(message, Status.HANDLED)
        for handler in self.handlers:
            handler(message)


def _normalized(urn: str, country: str | None) -> str:
    # Senders that the API would refuse, short codes and names, are taken, in small letters (rapidpro 5.4, flows 8.8).
    return addresses.normalize(urn, country)
