"""Messages and broadcasts: the rows that RapidPro keeps. What becomes of them is `mailroom`'s and `delivery`'s part."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from .assets import Label, Reference
    from .channels import Channel
    from .contacts import Contact, Group

    QuickReply = Mapping[str, str | None]


class Status(StrEnum):
    """The stored status of a message; `Generation.message_status` says how the API prints it (rapidpro 4.2)."""

    PENDING = "P"
    INITIALIZING = "I"
    QUEUED = "Q"
    WIRED = "W"
    SENT = "S"
    DELIVERED = "D"
    READ = "R"
    HANDLED = "H"
    ERRORED = "E"
    FAILED = "F"
    RESENT = "Z"  # stored as R by the old generations that knew it, which had no `read`


class BroadcastStatus(StrEnum):
    """How far a broadcast is; `Generation.broadcast_status` says how the API prints it (rapidpro 4.1, 6.1)."""

    PENDING = "P"
    QUEUED = "Q"
    STARTED = "S"
    COMPLETED = "C"
    FAILED = "F"
    INTERRUPTED = "I"


class FailedReason(StrEnum):
    """Why a message failed; never shown by the API (rapidpro 6.3)."""

    SUSPENDED = "S"
    CONTACT = "C"
    LOOPING = "L"
    ERROR_LIMIT = "E"
    TOO_OLD = "O"
    NO_DESTINATION = "D"
    CHANNEL_REMOVED = "R"


class Visibility(StrEnum):
    """Where a message is shown."""

    VISIBLE = "V"
    ARCHIVED = "A"
    DELETED = "D"


WAITING = frozenset({Status.INITIALIZING, Status.QUEUED, Status.ERRORED})
"""The outbox: outgoing messages that are still to be sent (rapidpro 4.2, `folder=outbox`)."""


@dataclass(slots=True, eq=False)
class Broadcast:
    """A text for many: what the API was asked to send (rapidpro 4.1).

    `total` is the number of recipients, -1 until they are counted (and where there are none); `started` how many
    messages were created. `messages` are in the order of their creation, without those that were archived.
    """

    id: int
    uuid: str
    urns: Sequence[str]
    contacts: Sequence[Contact]
    groups: Sequence[Group]
    text: Mapping[str, str]
    attachments: Mapping[str, Sequence[str]]
    quick_replies: Mapping[str, Sequence[QuickReply]]
    base_language: str
    status: BroadcastStatus
    created_on: datetime
    total: int = -1
    started: int = 0
    messages: list[Message] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Message:
    """One text to or from one contact (rapidpro 4.2)."""

    id: int
    uuid: str
    broadcast: Broadcast | None
    contact: Contact
    urn: str | None
    channel: Channel | None
    incoming: bool
    text: str
    status: Status
    created_on: datetime
    modified_on: datetime
    sent_on: datetime | None = None
    attachments: Sequence[str] | None = None
    quick_replies: Sequence[QuickReply] | None = None
    visibility: Visibility = Visibility.VISIBLE
    error_count: int = 0
    next_attempt: datetime | None = None
    failed_reason: FailedReason | None = None
    high_priority: bool = False
    kind: str = "text"
    flow: Reference | None = None
    labels: list[Label] | None = None

    def __repr__(self) -> str:
        return f"<message {self.id} {'from' if self.incoming else 'to'} {self.urn}: {self.status.name.lower()}>"
