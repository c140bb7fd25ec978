"""The send timer: the oldest 25 messages, one after another, and their states saved after the last (cht 5.2, 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages import states
from rapidpro_simulator.cht.messages.phones import normalised_or_raw
from rapidpro_simulator.cht.messages.states import ABSENT, StateChange

from .upstream import UpstreamError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rapidpro_simulator.cht.couch.client import Document
    from rapidpro_simulator.cht.releases import Release

    from .context import GatewayContext
    from .state_writer import StateWriter
    from .upstream import Upstream

BATCH = 25
SENDABLE = ("pending", "forwarded-to-gateway")


class Sender:
    """Sends what is pending. Nothing keeps two ticks from sending the same message (H1)."""

    def __init__(self, context: GatewayContext, upstream: Upstream, writer: StateWriter, release: Release) -> None:
        self._context = context
        self._upstream = upstream
        self._writer = writer
        self._release = release

    async def tick(self) -> None:
        """Send one batch, if RapidPro is the configured service."""
        if not self._context.is_enabled:
            return
        rows = await self._context.couch.view(
            "medic/messages_by_state",
            startkey=["pending-or-forwarded", 0],
            endkey=["pending-or-forwarded", "\ufff0"],
            limit=BATCH,
        )
        settings = self._context.settings()
        messages = [row["value"] for row in rows]
        await self._send([{**message, "to": normalised_or_raw(message["to"], settings)} for message in messages])

    async def send_document(self, document_id: str) -> None:
        """Send what is pending in one document; its numbers are taken as they stand (cht 5.2)."""
        if not self._context.is_enabled:
            return
        document = await self._context.couch.get(document_id)
        await self._send(
            [
                {"id": message["uuid"], "to": message["to"], "content": message["message"]}
                for task in states.tasks_of(document or {})
                if task.get("state") in SENDABLE
                for message in task.get("messages") or []
                if message.get("uuid") and message.get("to") and message.get("message")
            ]
        )

    async def _send(self, messages: Sequence[Document]) -> None:
        if not messages:
            return
        account = await self._upstream.account()
        changes = []
        for message in messages:
            try:
                answer = await self._upstream.broadcast(account, message["to"], message["content"])
            except UpstreamError as error:
                # Whatever it was, the next message is tried at once: a 429 does not stop the batch (H18).
                self._context.log(f"message {message['id']}: {error}")
                change = self._after_error(message["id"], error)
            else:
                change = self._after_answer(message["id"], answer)
            if change is not None:
                changes.append(change)
        # Only now: if this fails, or the process dies before it, all of the batch is sent again (H2).
        await self._writer.save(changes)

    def _after_error(self, message_id: str, error: UpstreamError) -> StateChange | None:
        if error.status == 400 and self._release.rejected_messages_fail:
            return StateChange(states.FAILED.state, states.FAILED.details, message_id)
        return None

    def _after_answer(self, message_id: str, answer: Any) -> StateChange | None:
        if answer in (None, "", 0, False):
            self._context.log(f"message {message_id}: empty response")
            return None
        known = answer if isinstance(answer, dict) else {}
        mapped = map_status(known.get("status"), self._release)
        if mapped is None:
            self._context.log(f"message {message_id}: no state for the status {known.get('status')!r}")
            return None
        # Without an id the message counts as sent, and can never be asked about (H5).
        return StateChange(mapped.state, mapped.details, message_id, known.get("id", ABSENT))


def map_status(status: Any, release: Release) -> states.Mapped | None:
    """Return what `status` means to this release; None where it is an error to it (before 4.14; cht 5.5, 13)."""
    if isinstance(status, str) and status in states.STATUS_MAP:
        return states.STATUS_MAP[status]
    return states.QUEUED if release.unknown_status_is_queued else None
