"""The ledger of a workspace: every new row and every change of a status goes through it, and into the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.messages import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.messages import Broadcast, BroadcastStatus, FailedReason, Message
    from rapidpro_simulator.rapidpro.model.store import MessageStore
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime

CARRIED = frozenset({Status.WIRED, Status.SENT, Status.DELIVERED})


class Ledger:
    """Keeps the store and the journal in step with the rows."""

    def __init__(self, store: MessageStore, runtime: Runtime) -> None:
        self._store = store
        self._runtime = runtime
        self._message_words = runtime.generation.words.message
        self._broadcast_words = runtime.generation.words.broadcast
        self._awaited: dict[int, Callable[[], object]] = {}

    def when_sent(self, message: Message, callback: Callable[[], object]) -> None:
        """Call back when a message has left; never, where it does not."""
        self._awaited[message.id] = callback

    def add(self, message: Message) -> None:
        """Keep a new message."""
        self._store.add(message)
        self._runtime.record(
            "message.created",
            message=message.id,
            broadcast=message.broadcast and message.broadcast.id,
            direction="in" if message.incoming else "out",
            urn=message.urn,
            text=message.text,
            status=self._message_words[message.status],
        )

    def add_broadcast(self, broadcast: Broadcast) -> None:
        """Keep a new broadcast."""
        self._store.broadcasts.append(broadcast)
        self._runtime.record(
            "broadcast.created",
            broadcast=broadcast.id,
            status=self._broadcast_words[broadcast.status],
            urns=list(broadcast.urns),
            text=broadcast.text.get(broadcast.base_language),
        )

    def set_status(self, message: Message, status: Status) -> None:
        """Give a message another status; what the API prints alike before and after is no event."""
        before, message.status = message.status, status
        self._store.track(message)
        if self._awaited and status in CARRIED and (awaited := self._awaited.pop(message.id, None)) is not None:
            awaited()
        words = self._message_words
        if words[before] != words[status]:
            self._runtime.record(
                "message.status",
                message=message.id,
                broadcast=message.broadcast and message.broadcast.id,
                **{"from": words[before], "to": words[status]},
            )

    def fail(self, message: Message, reason: FailedReason) -> None:
        """Give a message up."""
        message.failed_reason = reason
        message.modified_on = self._runtime.now()
        self.set_status(message, Status.FAILED)

    def set_broadcast_status(self, broadcast: Broadcast, status: BroadcastStatus) -> None:
        before, broadcast.status = broadcast.status, status
        words = self._broadcast_words
        if words[before] != words[status]:
            self._runtime.record(
                "broadcast.status", broadcast=broadcast.id, **{"from": words[before], "to": words[status]}
            )
