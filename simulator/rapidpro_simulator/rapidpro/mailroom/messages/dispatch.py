"""What mailroom does with outgoing messages: broadcasts become rows, and each row its first status.

Carrying them to the phones is `delivery`'s part.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus, FailedReason, Message, Status

from .looping import LoopingGuard
from .routing import Destination, route
from .templates import TemplateRenderer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from rapidpro_simulator.rapidpro.model.assets import Named
    from rapidpro_simulator.rapidpro.model.campaigns import CampaignEvent
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.messages import Broadcast, QuickReply
    from rapidpro_simulator.rapidpro.workspace import Workspace

T = TypeVar("T")

BATCH_SIZE = 100
OUTBOX_CHECK = 10.0  # seconds between two looks at an outbox that is too full
BETWEEN_BATCHES = (0.05, 0.2)  # seconds


class MessageContent(NamedTuple):
    """What is in a message."""

    text: str = ""
    attachments: Sequence[str] = ()
    quick_replies: Sequence[QuickReply] = ()

    @property
    def empty(self) -> bool:
        return not (self.text or self.attachments or self.quick_replies)


class Dispatcher:
    """Creates the outgoing messages of a workspace (rapidpro 6.1)."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._host = workspace.host
        self._stream = workspace.stream("dispatch")
        self._guard = LoopingGuard()
        self._last_due = workspace.host.clock.now()

    def start(self, broadcast: Broadcast) -> None:
        """Turn a broadcast into messages, in the background, after those that came before it."""
        now = self._host.clock.now()
        delay = timedelta(seconds=self._stream.uniform(*self._host.dispatch_delay))
        due = self._last_due = max(now + delay, self._last_due)
        self._host.backend.later((due - now).total_seconds() / 2, lambda: self._resolve(broadcast, due))

    def create(
        self,
        contact: Contact,
        content: MessageContent,
        *,
        broadcast: Broadcast | None = None,
        flow: Named | None = None,
        high_priority: bool = False,
        preferred: str | None = None,
    ) -> Message:
        """Create one message and queue it, or let it fail where it cannot be sent (rapidpro 6.1, 6.3).

        It goes to the `preferred` URN if it can, else to another of the contact's.
        """
        workspace = self._workspace
        destination = route(contact, workspace.channels, preferred)
        reason = self._obstacle(contact, content.text, destination)
        created_on = workspace.store.moment(self._host.clock.now())
        message = Message(
            id=self._host.next_id("message"),
            uuids=workspace.row_uuids,
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
        workspace.ledger.add(message)
        if reason is None:
            workspace.courier.push(message)
        return message

    def send_campaign_message(self, event: CampaignEvent, contact: Contact) -> None:
        """Send the message of a campaign event to one contact; it belongs to no broadcast (rapidpro 8.4)."""
        languages = self._languages(event.base_language, contact)
        content = self._evaluate(MessageContent(_first(event.message or {}, languages) or ""), contact)
        if not content.empty:
            self.create(contact, content)

    def resend(self, message: Message) -> Message:
        """Send a failed message again and return the row that stands for it (rapidpro 6.3, 10).

        Raises `ValueError` unless it has failed.
        """
        if message.status is not Status.FAILED or message.incoming:
            raise ValueError(f"only a failed message can be sent again, not {message!r}")
        if self._host.generation.mailroom.resend_copies:
            self._workspace.ledger.set_status(message, Status.RESENT)
            content = MessageContent(message.text, message.attachments or (), message.quick_replies or ())
            return self.create(message.contact, content, broadcast=message.broadcast, flow=message.flow)
        destination = route(message.contact, self._workspace.channels)
        message.urn, message.channel = destination
        message.error_count = 0
        message.next_attempt = None
        message.modified_on = self._host.clock.now()
        if destination.channel is None:
            message.failed_reason = FailedReason.NO_DESTINATION
            return message
        message.failed_reason = None
        self._workspace.ledger.set_status(message, Status.QUEUED)
        self._workspace.housekeeping.watch(message)
        self._workspace.courier.resend(message)
        return message

    def _obstacle(self, contact: Contact, text: str, destination: Destination) -> FailedReason | None:
        if self._workspace.suspended:
            return FailedReason.SUSPENDED
        if contact.status is not ContactStatus.ACTIVE:
            return FailedReason.CONTACT
        if destination.channel is None:
            return FailedReason.NO_DESTINATION
        repeated = self._guard.count(contact.id, text, self._host.clock.now())
        if repeated >= self._host.generation.mailroom.looping_threshold:
            return FailedReason.LOOPING
        return None

    def _resolve(self, broadcast: Broadcast, due: datetime) -> None:
        if broadcast.status is not BroadcastStatus.PENDING:
            return
        recipients = self._recipients(broadcast)
        if not recipients:
            self._workspace.ledger.set_broadcast_status(broadcast, BroadcastStatus.COMPLETED)
            return
        broadcast.total = len(recipients)
        self._workspace.ledger.set_broadcast_status(broadcast, BroadcastStatus.QUEUED)
        # RapidPro walks an unordered map here: nobody may rely on the order of the recipients (rapidpro 6.1).
        self._stream.shuffle(recipients)
        delay = max(0.0, (due - self._host.clock.now()).total_seconds())
        self._host.backend.later(delay, lambda: self._batch(broadcast, recipients))

    def _recipients(self, broadcast: Broadcast) -> list[Contact]:
        contacts = dict.fromkeys(map(self._workspace.contacts.get_or_create, broadcast.urns))
        contacts.update(dict.fromkeys(broadcast.contacts))
        for group in broadcast.groups:
            contacts.update(group.members)
        return [contact for contact in contacts if not contact.deleted]

    def _batch(self, broadcast: Broadcast, recipients: list[Contact]) -> None:
        if broadcast.status is BroadcastStatus.INTERRUPTED:
            return
        backend = self._host.backend
        if self._must_wait(broadcast):
            backend.later(OUTBOX_CHECK, lambda: self._batch(broadcast, recipients))
            return
        self._workspace.ledger.set_broadcast_status(broadcast, BroadcastStatus.STARTED)
        batch, rest = recipients[:BATCH_SIZE], recipients[BATCH_SIZE:]
        for contact in batch:
            self._send(broadcast, contact)
        if rest:
            backend.later(self._stream.uniform(*BETWEEN_BATCHES), lambda: self._batch(broadcast, rest))
        else:
            self._workspace.ledger.set_broadcast_status(broadcast, BroadcastStatus.COMPLETED)

    def _must_wait(self, broadcast: Broadcast) -> bool:
        limit = self._host.generation.mailroom.outbox_limit
        return limit is not None and broadcast.total > 1 and len(self._workspace.store.outbox) >= limit

    def _send(self, broadcast: Broadcast, contact: Contact) -> None:
        if contact.busy and self._host.generation.mailroom.skips_busy_contacts:
            return
        content = self._translate(broadcast, contact)
        checks_before = self._host.generation.mailroom.empty_check == "before"
        if checks_before and content.empty:
            return
        if not broadcast.evaluated:
            content = self._evaluate(content, contact)
        if not checks_before and content.empty:
            return
        broadcast.started += 1
        self.create(contact, content, broadcast=broadcast, preferred=self._given_urn(broadcast, contact))

    def _given_urn(self, broadcast: Broadcast, contact: Contact) -> str | None:
        if not self._host.generation.mailroom.sends_to_given_urns:
            return None
        owner = self._workspace.contacts.by_urn
        return next((urn for urn in broadcast.urns if owner(urn) is contact), None)

    def _translate(self, broadcast: Broadcast, contact: Contact) -> MessageContent:
        if len(broadcast.text) == 1 and not broadcast.attachments and not broadcast.quick_replies:
            return MessageContent(next(iter(broadcast.text.values())))  # nothing to choose from, as nearly always
        languages = self._languages(broadcast.base_language, contact)
        parts = (broadcast.text, broadcast.attachments, broadcast.quick_replies)
        if self._host.generation.mailroom.translation == "whole":
            languages = [next((each for each in languages if any(part.get(each) for part in parts)), languages[-1])]
        return MessageContent(
            _first(broadcast.text, languages) or "",
            _first(broadcast.attachments, languages) or (),
            _first(broadcast.quick_replies, languages) or (),
        )

    def _languages(self, base_language: str, contact: Contact) -> list[str]:
        spoken = self._workspace.languages
        wanted = [contact.language] if contact.language in spoken else []
        return [language for language in (*wanted, *spoken[:1], base_language) if language]

    def _evaluate(self, content: MessageContent, contact: Contact) -> MessageContent:
        everything = (content.text, *content.attachments, *(reply.get("text") or "" for reply in content.quick_replies))
        if not any("@" in text for text in everything):
            return content
        renderer = TemplateRenderer(self._workspace, contact)
        text = renderer.evaluate(content.text)
        if not self._host.generation.mailroom.renders_all:
            return content._replace(text=text)
        attachments = [renderer.evaluate(attachment) for attachment in content.attachments]
        replies = [
            {**reply, "text": renderer.evaluate(caption)} if (caption := reply.get("text")) else reply
            for reply in content.quick_replies
        ]
        return MessageContent(text, attachments, replies)


def _first(translations: Mapping[str, T], languages: Iterable[str]) -> T | None:
    return next((value for language in languages if (value := translations.get(language))), None)
