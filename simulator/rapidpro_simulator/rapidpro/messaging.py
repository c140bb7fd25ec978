"""The part of a workspace that is about messages: what is sent, what comes in, and what the carrier does with it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.mailroom.messages.dispatch import Dispatcher, MessageContent
from rapidpro_simulator.rapidpro.model.messages import Broadcast, BroadcastStatus, Message, compact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rapidpro_simulator.rapidpro.delivery.carrier import Carrier
    from rapidpro_simulator.rapidpro.delivery.courier import Courier
    from rapidpro_simulator.rapidpro.delivery.outcomes import Wish
    from rapidpro_simulator.rapidpro.mailroom.messages.incoming import IncomingMessages
    from rapidpro_simulator.rapidpro.mailroom.messages.ledger import Ledger
    from rapidpro_simulator.rapidpro.model.channels import Channel
    from rapidpro_simulator.rapidpro.model.contacts import Contact, Group
    from rapidpro_simulator.rapidpro.model.identifiers import RowUuids
    from rapidpro_simulator.rapidpro.model.messages import QuickReply
    from rapidpro_simulator.rapidpro.model.store import MessageStore

    from .installation import RapidPro


UNDETERMINED = "und"  # what ISO 639-3 calls a language that nobody has named


class Messaging:
    """The messages of a workspace. The work is done by `dispatch`, `incoming`, `ledger` and `delivery`."""

    host: RapidPro
    languages: tuple[str, ...]
    row_uuids: RowUuids
    store: MessageStore
    ledger: Ledger
    dispatcher: Dispatcher
    inbox: IncomingMessages
    carrier: Carrier
    courier: Courier

    @property
    def default_language(self) -> str:
        """The first flow language, in which a text is that names none."""
        return self.languages[0] if self.languages else UNDETERMINED

    @property
    def messages(self) -> list[Message]:
        """All messages, in the order of their creation."""
        return self.store.messages

    @property
    def broadcasts(self) -> list[Broadcast]:
        """All broadcasts, in the order of their creation."""
        return self.store.broadcasts

    def broadcast(self, number: int) -> Broadcast | None:
        """Return the broadcast of an id; None where there is none."""
        return self.store.broadcast(number)

    def message_by_id(self, number: int) -> Message | None:
        return self.store.message(number)

    def message_by_uuid(self, uuid: str) -> Message | None:
        return self.store.message_by_uuid(uuid)

    def messages_of_broadcast(self, broadcast_id: int) -> Sequence[Message]:
        """Return the messages of a broadcast in the order of their creation; none for an unknown id (rapidpro 4.2)."""
        broadcast = self.store.broadcast(broadcast_id)
        return broadcast.messages if broadcast is not None else ()

    def create_broadcast(
        self,
        *,
        urns: Sequence[str] = (),
        contacts: Sequence[Contact] = (),
        groups: Sequence[Group] = (),
        text: Mapping[str, str],
        attachments: Mapping[str, Sequence[str]] | None = None,
        quick_replies: Mapping[str, Sequence[QuickReply]] | None = None,
        base_language: str | None = None,
        evaluated: bool = False,
    ) -> Broadcast:
        """Store a broadcast and start its dispatch; its messages appear some time later (rapidpro 4.1, 6.1).

        `urns` are normalised; the translations are by language, and templates unless a flow has `evaluated` them.
        Raises `MailroomDownError` in the generations whose broadcasts need mailroom while it is down; in the others
        the broadcast waits, as those of flows do.
        """
        if self.host.generation.mailroom.broadcasts_need_mailroom and not evaluated:
            self.host.backend.require()
        created_on = self.store.broadcast_moment(self.host.clock.now())
        broadcast = Broadcast(
            id=self.host.next_id("broadcast"),
            uuids=self.row_uuids,
            urns=tuple(urns),
            contacts=tuple(contacts),
            groups=tuple(groups),
            text=compact(text),
            attachments=compact(attachments or {}),
            quick_replies=compact(quick_replies or {}),
            base_language=base_language
            or next(iter(text or attachments or quick_replies or ()), self.default_language),
            status=BroadcastStatus.PENDING,
            created_on=created_on,
            evaluated=evaluated,
        )
        self.ledger.add_broadcast(broadcast)
        self.dispatcher.start(broadcast)
        return broadcast

    def interrupt(self, broadcast: Broadcast) -> None:
        """Stop a broadcast, as in the UI: no more messages are created (rapidpro 6.1)."""
        if broadcast.status not in {BroadcastStatus.COMPLETED, BroadcastStatus.FAILED}:
            self.ledger.set_broadcast_status(broadcast, BroadcastStatus.INTERRUPTED)

    def send_message(
        self,
        contact: Contact,
        text: str = "",
        attachments: Sequence[str] = (),
        quick_replies: Sequence[QuickReply] = (),
    ) -> Message:
        """Create and queue one message at once, before bulk messages; its text is no template (rapidpro 4.2).

        Raises `MailroomDownError` while mailroom is down.
        """
        self.host.backend.require()
        return self.dispatcher.create(contact, MessageContent(text, attachments, quick_replies), high_priority=True)

    def receive(
        self,
        urn: str,
        text: str = "",
        channel: Channel | None = None,
        *,
        attachments: Sequence[str] = (),
        sent_on: datetime | None = None,
        external_id: str | None = None,
    ) -> Message:
        """Take an incoming message; `sent_on` and `external_id` are the provider's (rapidpro 6.7).

        Returns the message that is there already where this one repeats it. Raises `ValueError` without a channel.
        """
        return self.inbox.receive(urn, text, channel, attachments=attachments, sent_on=sent_on, external_id=external_id)

    # Delivery: what the carrier does with outgoing messages

    def deliver(
        self,
        wish: Wish,
        *,
        number: int | None = None,
        text: str | None = None,
        urn: str | None = None,
        times: int | None = None,
        without: str | Sequence[str] = (),
    ) -> None:
        """Say what the carrier does with outgoing messages from now on: see `delivery.carrier.Carrier.deliver`."""
        self.carrier.deliver(wish, number=number, text=text, urn=urn, times=times, without=without)

    def deliver_number(self, number: int, wish: Wish) -> None:
        """Say what the carrier does with the outgoing message of this number, the first being 1."""
        self.carrier.deliver(wish, number=number)

    def report(self, message: Message, status: str) -> None:
        """Let the provider report on a message now; `status` is a word of the API, such as `delivered`."""
        self.courier.report(message, status)

    def resend(self, message: Message) -> Message:
        """Send a failed message again, as in the UI (rapidpro 6.3); return the row that stands for it now."""
        return self.dispatcher.resend(message)

    def pause(self, channel: Channel) -> None:
        """Let a channel carry nothing, such as a phone that is off: its messages stay queued until `resume`."""
        self.courier.pause(channel)

    def resume(self, channel: Channel) -> None:
        self.courier.resume(channel)

    def statuses(self) -> Counter[str | None]:
        """Return how many outgoing messages have which status, in the words of the API."""
        words = self.host.generation.words.message
        return Counter(words[message.status] for message in self.messages if not message.incoming)
