"""Broadcasts: stored at once, turned into messages in the background, batch by batch (rapidpro 4.1, 6.1)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.contactql import QueryError
from rapidpro_simulator.rapidpro.model.messages import NOTHING, Broadcast, BroadcastStatus

from .content import ContentWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.model.messages import QuickReply, TemplateUse

BATCH_SIZE = 100
OUTBOX_CHECK = 10.0  # seconds between two looks at an outbox that is too full
BETWEEN_BATCHES = (0.05, 0.2)  # seconds
BETWEEN_LOCKS = 1.0  # seconds between two attempts to lock who is busy; modelled


class Broadcasts:
    """Takes the broadcasts of a workspace, and creates their messages."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._database = mailroom.database
        self._runtime = mailroom.runtime
        self._ledger = mailroom.delivery.ledger
        self._content = ContentWriter(mailroom)
        self._stream = mailroom.runtime.stream("dispatch")
        self._last_due = mailroom.runtime.now()

    def create(
        self,
        *,
        urns: Sequence[str] = (),
        contacts: Sequence[Contact] = (),
        groups: Sequence[Group] = (),
        query: str | None = None,
        text: Mapping[str, str],
        attachments: Mapping[str, Sequence[str]] | None = None,
        quick_replies: Mapping[str, Sequence[QuickReply]] | None = None,
        base_language: str | None = None,
        evaluated: bool = False,
        template: TemplateUse | None = None,
    ) -> Broadcast:
        """Store a broadcast and start its dispatch; its messages appear some time later (rapidpro 4.1, 6.1).

        `urns` are normalised; those of whom a contact `query` is true get it, too. The translations are by language,
        and templates unless a flow has `evaluated` them; whom a message `template` of WhatsApp can reach gets that.
        Raises `MailroomDownError` in the generations whose broadcasts need mailroom while it is down; in the others
        the broadcast waits, as those of flows do.
        """
        if self._runtime.generation.mailroom.broadcasts_need_mailroom and not evaluated:
            self._runtime.tasks.require()
        default_language = self._database.settings.default_language
        language = base_language or next(iter(text or attachments or quick_replies or ()), default_language)
        broadcast = Broadcast(
            id=self._runtime.next_id("broadcast"),
            uuids=self._database.row_uuids,
            urns=tuple(map(self._database.contacts.owners_copy, urns)),
            contacts=tuple(contacts),
            groups=tuple(groups),
            query=query,
            said=text[language] if list(text) == [language] else text,
            attachments=attachments or NOTHING,
            quick_replies=quick_replies or NOTHING,
            base_language=language,
            status=BroadcastStatus.PENDING,
            created_on=self._database.store.broadcast_moment(self._runtime.now()),
            evaluated=evaluated,
            template=template,
        )
        self._mailroom.delivery.add_broadcast(broadcast)
        self._start(broadcast)
        return broadcast

    def interrupt(self, broadcast: Broadcast) -> None:
        """Stop a broadcast, as in the UI: no more messages are created (rapidpro 6.1)."""
        if broadcast.status not in {BroadcastStatus.COMPLETED, BroadcastStatus.FAILED}:
            self._ledger.set_broadcast_status(broadcast, BroadcastStatus.INTERRUPTED)

    def _start(self, broadcast: Broadcast) -> None:
        """Turn a broadcast into messages, in the background, after those that came before it."""
        now = self._runtime.now()
        delay = timedelta(seconds=self._stream.uniform(*self._runtime.platform.dispatch_delay))
        due = self._last_due = max(now + delay, self._last_due)
        self._runtime.tasks.later((due - now).total_seconds() / 2, lambda: self._resolve(broadcast, due))

    def _resolve(self, broadcast: Broadcast, due: datetime) -> None:
        if broadcast.status is not BroadcastStatus.PENDING:
            return
        try:
            recipients = self._recipients(broadcast)
        except QueryError:
            self._ledger.set_broadcast_status(broadcast, BroadcastStatus.FAILED)
            return
        if not recipients:
            self._ledger.set_broadcast_status(broadcast, BroadcastStatus.COMPLETED)
            return
        broadcast.total = len(recipients)
        self._ledger.set_broadcast_status(broadcast, BroadcastStatus.QUEUED)
        # RapidPro walks an unordered map here: nobody may rely on the order of the recipients (rapidpro 6.1).
        self._stream.shuffle(recipients)
        delay = max(0.0, (due - self._runtime.now()).total_seconds())
        self._runtime.tasks.later(delay, lambda: self._batch(broadcast, recipients))

    def _recipients(self, broadcast: Broadcast) -> list[Contact]:
        contacts = dict.fromkeys(map(self._database.contacts.get_or_create, broadcast.urns))
        contacts.update(dict.fromkeys(broadcast.contacts))
        for group in broadcast.groups:
            contacts.update(group.members)
        if broadcast.query:
            contacts.update(dict.fromkeys(self._mailroom.query_groups.matching(broadcast.query)))
        return [contact for contact in contacts if not contact.deleted]

    def _batch(self, broadcast: Broadcast, recipients: list[Contact]) -> None:
        if broadcast.status is BroadcastStatus.INTERRUPTED:
            return
        tasks = self._runtime.tasks
        if self._must_wait(broadcast):
            tasks.later(OUTBOX_CHECK, lambda: self._batch(broadcast, recipients))
            return
        self._ledger.set_broadcast_status(broadcast, BroadcastStatus.STARTED)
        batch, rest = recipients[:BATCH_SIZE], recipients[BATCH_SIZE:]
        self._send_batch(broadcast, batch, rest, self._runtime.now())

    def _send_batch(self, broadcast: Broadcast, batch: list[Contact], rest: list[Contact], begun: datetime) -> None:
        """Send to a batch, then to the `rest`; where contacts are locked, those who are busy are waited for."""
        if broadcast.status is BroadcastStatus.INTERRUPTED:
            return
        tasks, patience = self._runtime.tasks, self._runtime.generation.mailroom.patience
        busy = [contact for contact in batch if patience is not None and self._busy(contact)]
        for contact in batch:
            if contact not in busy:
                self._send(broadcast, contact)
        if busy and patience is not None and self._runtime.now() - begun < patience:
            tasks.later(BETWEEN_LOCKS, lambda: self._send_batch(broadcast, busy, rest, begun))
        elif rest:
            tasks.later(self._stream.uniform(*BETWEEN_BATCHES), lambda: self._batch(broadcast, rest))
        else:
            self._ledger.set_broadcast_status(broadcast, BroadcastStatus.COMPLETED)

    def _busy(self, contact: Contact) -> bool:
        return contact.busy or self._mailroom.worker.busy(contact)

    def _must_wait(self, broadcast: Broadcast) -> bool:
        limit = self._runtime.generation.mailroom.outbox_limit
        return limit is not None and broadcast.total > 1 and len(self._database.store.outbox) >= limit

    def _send(self, broadcast: Broadcast, contact: Contact) -> None:
        content = self._content.of_broadcast(broadcast, contact)
        if content is None:
            return
        broadcast.started += 1
        preferred = self._given_urn(broadcast, contact)
        self._mailroom.dispatcher.create(contact, content, broadcast=broadcast, preferred=preferred)

    def _given_urn(self, broadcast: Broadcast, contact: Contact) -> str | None:
        if not self._runtime.generation.mailroom.sends_to_given_urns:
            return None
        owner = self._database.contacts.by_urn
        return next((urn for urn in broadcast.urns if owner(urn) is contact), None)
