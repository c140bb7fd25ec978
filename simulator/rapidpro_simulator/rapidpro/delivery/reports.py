"""What a report writes into a message's row (rapidpro 6.3, 6.4). Tables and pure rules; `courier` applies them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.messages import FailedReason, Status

if TYPE_CHECKING:
    from datetime import datetime

    from rapidpro_simulator.rapidpro.generations import Generation
    from rapidpro_simulator.rapidpro.model.messages import Message

MOST_ERRORS = 2
BACKOFF = timedelta(minutes=5)  # after the first error, twice that after the second


def write(message: Message, status: Status, now: datetime, generation: Generation) -> Status:
    """Write what a report of `status` says into `message`, and return the status that it is to have."""
    if message.channel is not None and message.channel.kind.relayed:
        return _from_phone(message, status, now)
    return _from_provider(message, status, now, generation)


def _from_phone(message: Message, status: Status, now: datetime) -> Status:
    # A phone's reports leave modified_on and next_attempt alone: an error is never retried (rapidpro 6.6).
    if status is Status.SENT:
        message.sent_on = now
    elif status is Status.DELIVERED:
        message.sent_on = message.sent_on or now
    return status


def _from_provider(message: Message, status: Status, now: datetime, generation: Generation) -> Status:
    message.modified_on = now
    if status in generation.courier.sent_on_statuses:
        message.sent_on = message.sent_on or now
    elif generation.courier.resets_sent_on:
        message.sent_on = None
    if status is not Status.ERRORED:
        return status
    final = message.error_count >= MOST_ERRORS or message.status is Status.FAILED
    message.next_attempt = now + BACKOFF * (message.error_count + 1)
    message.error_count += 1
    if not final:
        return Status.ERRORED
    message.failed_reason = FailedReason.ERROR_LIMIT
    return Status.FAILED
