"""Messages and broadcasts: the rows that RapidPro keeps. What becomes of them is `mailroom`'s and `delivery`'s part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from datetime import datetime

    from .assets import Label
    from .channels import Channel
    from .contacts import Contact
    from .groups import Group
    from .identifiers import RowUuids
    from .named import NamedRow

QuickReply = Mapping[str, str | None]
Value = TypeVar("Value")


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


class OneLanguage(Mapping[str, Value]):
    """What is said in one language only, as translations by language."""

    __slots__ = ("_language", "_value")

    def __init__(self, language: str, value: Value) -> None:
        self._language = language
        self._value = value

    def __getitem__(self, language: str) -> Value:
        if language == self._language:
            return self._value
        raise KeyError(language)

    def __iter__(self) -> Iterator[str]:
        yield self._language

    def __len__(self) -> int:
        return 1


NOTHING: Mapping[str, Any] = MappingProxyType({})
"""What is said in no language."""


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """Which message template is sent, and what its variables are."""

    uuid: str
    variables: Sequence[str] = ()


@dataclass(slots=True, eq=False)
class Broadcast:
    """A text for many: what the API was asked to send (rapidpro 4.1).

    `said` is the text, in the base language or by language. `total` is the number of recipients, -1 until they are
    counted (and where there are none); `started` how many messages were created. What a flow sends is `evaluated`: it
    holds no templates any more; it may send a message `template` of WhatsApp instead.

    A gateway has a million broadcasts of one text and one message: neither has a collection around it.
    """

    id: int
    uuids: RowUuids
    urns: Sequence[str]
    contacts: Sequence[Contact]
    groups: Sequence[Group]
    said: str | Mapping[str, str]
    attachments: Mapping[str, Sequence[str]]
    quick_replies: Mapping[str, Sequence[QuickReply]]
    base_language: str
    status: BroadcastStatus
    created_on: datetime
    total: int = -1
    started: int = 0
    evaluated: bool = False
    query: str | None = None
    template: TemplateUse | None = None
    _messages: Message | list[Message] | None = None

    @property
    def uuid(self) -> str:
        return self.uuids.of("broadcast", self.id, self.created_on)

    @property
    def text(self) -> Mapping[str, str]:
        """The text by language."""
        return OneLanguage(self.base_language, self.said) if isinstance(self.said, str) else self.said

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the text, in order."""
        return (self.base_language,) if isinstance(self.said, str) else tuple(self.said)

    @property
    def messages(self) -> Sequence[Message]:
        """Its messages in the order of their creation, without those that were archived."""
        kept = self._messages
        if isinstance(kept, list):
            return kept
        return () if kept is None else (kept,)

    @messages.setter
    def messages(self, messages: Sequence[Message]) -> None:
        self._messages = messages[0] if len(messages) == 1 else list(messages) or None

    def add(self, message: Message) -> None:
        """Take one more message."""
        if isinstance(self._messages, list):
            self._messages.append(message)
        else:
            self.messages = (*self.messages, message)


@dataclass(slots=True, eq=False)
class Message:
    """One text to or from one contact (rapidpro 4.2)."""

    id: int
    uuids: RowUuids
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
    flow: NamedRow | None = None
    labels: list[Label] | None = None
    external_id: str | None = None
    payload: Mapping[str, Any] | None = None

    @property
    def uuid(self) -> str:
        return self.uuids.of("message", self.id, self.created_on)

    def __repr__(self) -> str:
        return f"<message {self.id} {'from' if self.incoming else 'to'} {self.urn}: {self.status.name.lower()}>"
