"""Messages and broadcasts: the rows that RapidPro keeps."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from .channels import Channel
    from .contacts import Contact, Group


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


@dataclass(slots=True, eq=False)
class Broadcast:
    """A text for many: what the API was asked to send (rapidpro 4.1)."""

    id: int
    uuid: str
    urns: list[str]
    contacts: list[Contact]
    groups: list[Group]
    text: dict[str, str]
    attachments: dict[str, list[str]]
    quick_replies: dict[str, list[dict[str, str]]]
    base_language: str
    status: str
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
    attachments: list[str] | None = None
    quick_replies: list[dict[str, str]] | None = None
    visibility: Visibility = Visibility.VISIBLE
    error_count: int = 0
    next_attempt: datetime | None = None
    failed_reason: FailedReason | None = None
    high_priority: bool = False
