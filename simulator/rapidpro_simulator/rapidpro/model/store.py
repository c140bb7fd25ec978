"""The messages of a workspace, kept so that every question stays cheap at a million of them."""

from __future__ import annotations

import uuid as uuids
from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from .messages import WAITING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .contacts import Contact
    from .messages import Broadcast, Message

Row = TypeVar("Row", "Broadcast", "Message")

_MICROSECOND = timedelta(microseconds=1)
_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime.fromtimestamp(0, UTC)
_ID = attrgetter("id")
_CREATED_ON = attrgetter("created_on")


class MessageStore:
    """Messages and broadcasts in the order of their creation, which is that of their ids and of `created_on`.

    `outbox` are the outgoing messages that are still to be sent, by id.
    """

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.broadcasts: list[Broadcast] = []
        self.outbox: dict[int, Message] = {}
        self._last = datetime.min.replace(tzinfo=UTC)

    def moment(self, now: datetime) -> datetime:
        """Return when a row that is created `now` was: rows of one instant differ by microseconds (rapidpro 6.4)."""
        self._last = max(now, self._last + _MICROSECOND)
        return self._last

    def broadcast_moment(self, now: datetime) -> datetime:
        """Return when a broadcast that is created `now` was: after all others."""
        return max(now, self.broadcasts[-1].created_on + _MICROSECOND) if self.broadcasts else now

    def add(self, message: Message) -> None:
        self.messages.append(message)
        message.contact.messages.append(message)
        if message.broadcast is not None:
            message.broadcast.add(message)
        self.track(message)

    def track(self, message: Message) -> None:
        """Keep the outbox in step with the status of `message`."""
        if not message.incoming and message.status in WAITING:
            self.outbox[message.id] = message
        else:
            self.outbox.pop(message.id, None)

    def message(self, number: int) -> Message | None:
        return _find(self.messages, number)

    def broadcast(self, number: int) -> Broadcast | None:
        return _find(self.broadcasts, number)

    def messages_of(self, broadcast_id: int) -> Sequence[Message]:
        """Return the messages of a broadcast in the order of their creation; none for an unknown id (rapidpro 4.2)."""
        broadcast = self.broadcast(broadcast_id)
        return broadcast.messages if broadcast is not None else ()

    def message_by_uuid(self, uuid: str) -> Message | None:
        """Return the message of a UUID; those of version 7 are found by the time they carry."""
        return _find_by_uuid(self.messages, uuid)

    def broadcast_by_uuid(self, uuid: str) -> Broadcast | None:
        """Return the broadcast of a UUID, found as messages are."""
        return _find_by_uuid(self.broadcasts, uuid)

    def expire(self, before: datetime) -> tuple[list[Message], list[Broadcast]]:
        """Drop the messages created before an instant, and the broadcasts that are left without messages."""
        count = bisect_left(self.messages, before, key=_CREATED_ON)
        gone = self.messages[:count]
        del self.messages[:count]
        self._unlink(gone)
        old = self.broadcasts[: bisect_left(self.broadcasts, before, key=_CREATED_ON)]
        empty = {broadcast.id for broadcast in old if not broadcast.messages}
        self.broadcasts[: len(old)] = [broadcast for broadcast in old if broadcast.id not in empty]
        return gone, [broadcast for broadcast in old if broadcast.id in empty]

    def forget(self, contact: Contact) -> list[Message]:
        """Drop the messages of a contact."""
        gone = contact.messages
        contact.messages = []
        for message in gone:
            del self.messages[bisect_left(self.messages, message.id, key=_ID)]
        self._unlink(gone)
        return gone

    def _unlink(self, gone: list[Message]) -> None:
        numbers = {message.id for message in gone}
        holders: dict[int, Contact | Broadcast] = {}
        for message in gone:
            self.outbox.pop(message.id, None)
            for holder in (message.contact, message.broadcast):
                if holder is not None:
                    holders[id(holder)] = holder
        for holder in holders.values():
            holder.messages = [message for message in holder.messages if message.id not in numbers]


def _find(rows: list[Row], number: int) -> Row | None:
    """Return the row whose id is `number`: as far from the first one as their ids are, or before where some lack."""
    last = min(number - rows[0].id, len(rows) - 1) if rows else -1
    if last < 0:
        return None
    row = rows[last]
    if row.id > number:
        row = rows[bisect_left(rows, number, hi=last, key=_ID)]
    return row if row.id == number else None


def _milliseconds(row: Broadcast | Message) -> int:
    # Not the other way round: a UUID can tell of the year 10889, a datetime cannot.
    return (row.created_on - _EPOCH) // _MILLISECOND


def _find_by_uuid(rows: list[Row], uuid: str) -> Row | None:
    try:
        parsed = uuids.UUID(uuid)
    except ValueError:
        return None
    if parsed.version == 7:
        milliseconds = parsed.int >> 80
        low = bisect_left(rows, milliseconds - 1, key=_milliseconds)
        high = bisect_right(rows, milliseconds + 1, key=_milliseconds)
        rows = rows[low:high]
    text = str(parsed)
    return next((row for row in rows if row.uuid == text), None)
