"""What mailroom does with each outgoing message: it becomes a row with a destination and its first status.

Carrying it to the phone is `delivery`'s part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.messages import FailedReason, Message, Status

from .content import ContentWriter, MessageContent
from .looping import LoopingGuard
from .routing import Destination, route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.messages import Broadcast, QuickReply
    from rapidpro_simulator.rapidpro.model.named import NamedRow


class Dispatcher:
    """Creates the outgoing messages of a workspace (rapidpro 6.1)."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._database = mailroom.database
        self._runtime = mailroom.runtime
        self._delivery = mailroom.delivery
        self._content = ContentWriter(mailroom)
        self._guard = LoopingGuard()

    def create(
        self,
        contact: Contact,
        content: MessageContent,
        *,
        broadcast: Broadcast | None = None,
        flow: NamedRow | None = None,
        high_priority: bool = False,
        preferred: str | None = None,
    ) -> Message:
        """Create one message and queue it, or let it fail where it cannot be sent (rapidpro 6.1, 6.3).

        It goes to the `preferred` URN if it can, else to another of the contact's.
        """
        database, runtime = self._database, self._runtime
        destination = route(contact, database.channels, preferred)
        reason = self._obstacle(contact, content.text, destination)
        created_on = database.store.moment(runtime.now())
        message = Message(
            id=runtime.next_id("message"),
            uuids=database.row_uuids,
            broadcast=broadcast,
            contact=contact,
            urn=destination.urn,
            channel=destination.channel,
            incoming=False,
            text=content.text,
            status=Status.FAILED if reason else Status.QUEUED,
            created_on=created_on,
            modified_on=created_on,
            attachments=content.attachments or None,
            quick_replies=content.quick_replies or None,
            failed_reason=reason,
            high_priority=high_priority,
            flow=flow,
        )
        self._delivery.add(message)
        if reason is None:
            self._delivery.courier.push(message)
        return message

    def send(
        self,
        contact: Contact,
        text: str = "",
        attachments: Sequence[str] = (),
        quick_replies: Sequence[QuickReply] = (),
    ) -> Message:
        """Create and queue one message at once, before bulk messages; its text is no template (rapidpro 4.2).

        Raises `MailroomDownError` while mailroom is down.
        """
        self._runtime.tasks.require()
        return self.create(contact, MessageContent(text, attachments, quick_replies), high_priority=True)

    def send_campaign_message(self, event: CampaignEvent, contact: Contact) -> None:
        """Send the message of a campaign event to one contact; it belongs to no broadcast (rapidpro 8.4)."""
        content = self._content.of_campaign_event(event, contact)
        if content is not None:
            self.create(contact, content)

    def resend(self, message: Message) -> Message:
        """Send a failed message again, as in the UI; return the row that stands for it now (rapidpro 6.3, 10).

        Raises `ValueError` unless it has failed.
        """
        if message.status is not Status.FAILED or message.incoming:
            raise ValueError(f"only a failed message can be sent again, not {message!r}")
        if self._runtime.generation.mailroom.resend_copies:
            self._delivery.ledger.set_status(message, Status.RESENT)
            content = MessageContent(message.text, message.attachments or (), message.quick_replies or ())
            return self.create(message.contact, content, broadcast=message.broadcast, flow=message.flow)
        destination = route(message.contact, self._database.channels)
        message.urn, message.channel = destination
        message.error_count = 0
        message.next_attempt = None
        message.modified_on = self._runtime.now()
        if destination.channel is None:
            message.failed_reason = FailedReason.NO_DESTINATION
            return message
        message.failed_reason = None
        self._delivery.ledger.set_status(message, Status.QUEUED)
        self._delivery.housekeeping.watch(message)
        self._delivery.courier.resend(message)
        return message

    def _obstacle(self, contact: Contact, text: str, destination: Destination) -> FailedReason | None:
        if self._database.settings.suspended:
            return FailedReason.SUSPENDED
        if contact.status is not ContactStatus.ACTIVE:
            return FailedReason.CONTACT
        if destination.channel is None:
            return FailedReason.NO_DESTINATION
        repeated = self._guard.count(contact.id, text, self._runtime.now())
        if repeated >= self._runtime.generation.mailroom.looping_threshold:
            return FailedReason.LOOPING
        return None
