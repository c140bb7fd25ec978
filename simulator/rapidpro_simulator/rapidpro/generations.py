"""What differs between the generations of RapidPro, as data that can be read (rapidpro 0.1, 10).

The generations differ in words, fields, limits and habits; no other module asks which generation it is in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from sys import maxsize
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.definition.versions import CURRENT, Version
from rapidpro_simulator.rapidpro.flows.engine.services import MAILROOM_LIMITS, Limits
from rapidpro_simulator.rapidpro.model.flows import RunStatus
from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

_MESSAGE_WORDS: Mapping[Status, str | None] = MappingProxyType(
    {
        Status.PENDING: "queued",
        Status.INITIALIZING: "queued",
        Status.QUEUED: "queued",
        Status.HANDLED: "handled",
        Status.WIRED: "wired",
        Status.SENT: "sent",
        Status.DELIVERED: "delivered",
        Status.READ: None,  # a row that this generation has no word for prints null (rapidpro 4.2)
        Status.ERRORED: "errored",
        Status.FAILED: "failed",
        Status.RESENT: None,
    }
)
_MESSAGE_WORDS_WITH_READ = MappingProxyType({**_MESSAGE_WORDS, Status.READ: "read"})
_MESSAGE_WORDS_V7 = MappingProxyType({**_MESSAGE_WORDS, Status.INITIALIZING: "initializing", Status.RESENT: "resent"})

_BROADCAST_WORDS_OLD: Mapping[BroadcastStatus, str] = MappingProxyType(
    {
        BroadcastStatus.PENDING: "queued",
        BroadcastStatus.QUEUED: "queued",
        BroadcastStatus.STARTED: "queued",
        BroadcastStatus.COMPLETED: "sent",
        BroadcastStatus.FAILED: "sent",  # mailroom 9 writes the code of `sent` even here (rapidpro 6.1)
        BroadcastStatus.INTERRUPTED: "sent",
    }
)
_BROADCAST_WORDS_NEW: Mapping[BroadcastStatus, str] = MappingProxyType(
    {status: status.name.lower() for status in BroadcastStatus}
)

_MESSAGE_MIDDLE = (
    *("contact", "urn", "channel", "direction", "type", "status", "archived", "visibility", "text", "labels", "flow"),
    "attachments",
)
_MESSAGE_DATES = ("created_on", "sent_on", "modified_on", "media")
_TRANSLATED = ("urns", "contacts", "groups", "text", "attachments")
COMMUNITY_SPEC = Version(13, 2)
_OLDER_LIMITS = Limits(
    steps_per_sprint=200,
    sprints_per_session=250,
    webhook_request=maxsize,  # nobody minds (rapidpro 7.1)
    webhook_response=1024 * 1024,
)


@dataclass(frozen=True)
class Generation:
    """One RapidPro, its backend and its sender, as one set of facts.

    Words and fields: `message_status` and `broadcast_status` say how the API prints what is stored (None prints null);
    `message_fields` and `broadcast_fields` are the keys of the JSON in their order. Limits: `text_limit` characters,
    `looping_threshold` identical messages within five minutes of which the last fails. Habits: see each field.
    """

    name: str
    rate_profile: str
    message_status: Mapping[Status, str | None]
    broadcast_status: Mapping[BroadcastStatus, str]
    message_fields: tuple[str, ...]
    broadcast_fields: tuple[str, ...]

    # The wire
    workspace_header: str = "X-Temba-Org"
    workspace_header_value: str = "id"  # the attribute of the workspace that the header carries
    text_limit: int = 640
    not_found: str = "model"  # "model": "No Contact matches the given query.", "plain": "Not found." (rapidpro 1.5)
    checks_uuids: bool = False  # a query parameter that is no UUID is a 400 (rapidpro 1.8)
    key_style: str = "hex"  # "hex": 40 lower-case hex characters, "alphanumeric": 40 of those (rapidpro 1.3)
    bucket: str = "workspace"  # who shares a throttle's bucket: "workspace" or "user" (rapidpro 2.3)
    staff_bucket: str = "user"

    # The backend, mailroom
    time_ordered_uuids: bool = False  # version 7 for messages and broadcasts
    broadcasts_need_mailroom: bool = False  # a POST fails while mailroom is down, instead of waiting (rapidpro 4.1)
    translation: str = "whole"  # one language for all, or "each" property on its own (rapidpro 6.1)
    renders_all: bool = False  # attachments and quick replies are templates too (rapidpro 4.1)
    empty_check: str = "after"  # when a message without content is dropped: "before" or "after" its evaluation
    looping_threshold: int = 20  # the message of this number fails (rapidpro 6.3)
    outbox_limit: int | None = None  # batches wait while this many messages do (rapidpro 6.1)
    skips_busy_contacts: bool = False  # whom mailroom cannot lock gets no message, silently (rapidpro 6.1)
    sends_to_given_urns: bool = False  # a posted URN is where the message goes, not only whose it is (rapidpro 10)
    resend_copies: bool = False  # a resend makes a new message and marks the old one `resent` (rapidpro 10)

    # Flows
    flow_limits: Limits = _OLDER_LIMITS
    flow_version: Version = COMMUNITY_SPEC  # older definitions are migrated to it on import, newer ones stay
    message_expiry: int = 10080  # minutes that an imported flow waits if it does not say so itself (rapidpro 4.7)
    start_batch: int = 100  # contacts
    campaign_rhythm: timedelta = timedelta(minutes=1)
    campaign_flows: bool = True  # a campaign's message is sent by a hidden flow of its own
    session_life: timedelta = timedelta(days=90)
    session_jitter: timedelta = timedelta(0)
    session_end: RunStatus = RunStatus.INTERRUPTED  # what becomes of a session at the end of its life
    webhook_agent: str = "RapidProMailroom/9.0.1"
    webhook_waits: tuple[float, ...] = (5.0, 10.0)  # seconds before each automatic retry (rapidpro 7.2)
    webhook_keeps_status: bool = False  # an answer that is too large still has its status (rapidpro 7.3, flows 4.3)

    # The sender, courier
    rejection: Status = Status.ERRORED  # what a provider's rejection becomes (rapidpro 6.3)
    sent_on_statuses: frozenset[Status] = frozenset({Status.WIRED, Status.SENT, Status.DELIVERED, Status.READ})
    resets_sent_on: bool = True  # a report of any other status takes `sent_on` back (rapidpro 6.4)
    too_old_android_only: bool = False  # whose messages fail after seven days (rapidpro 6.3)


COMMUNITY = Generation(
    name="community",
    rate_profile="community",
    message_status=_MESSAGE_WORDS,
    broadcast_status=_BROADCAST_WORDS_OLD,
    message_fields=("id", "broadcast", *_MESSAGE_MIDDLE, *_MESSAGE_DATES),
    broadcast_fields=("id", *_TRANSLATED, "base_language", "status", "created_on"),
)

TEXTIT_2026 = Generation(
    name="textit-2026",
    rate_profile="textit-2026",
    message_status=_MESSAGE_WORDS_WITH_READ,
    broadcast_status=_BROADCAST_WORDS_NEW,
    message_fields=("uuid", *_MESSAGE_MIDDLE, "quick_replies", *_MESSAGE_DATES, "id", "broadcast"),
    broadcast_fields=(
        *("uuid", "status", "progress", *_TRANSLATED, "quick_replies", "base_language", "created_on", "id"),
    ),
    workspace_header="X-Temba-Workspace",
    workspace_header_value="uuid",
    text_limit=4096,
    checks_uuids=True,
    key_style="alphanumeric",
    staff_bucket="workspace",
    time_ordered_uuids=True,
    broadcasts_need_mailroom=True,
    translation="each",
    renders_all=True,
    empty_check="before",
    looping_threshold=21,
    outbox_limit=10_000,
    skips_busy_contacts=True,
    flow_limits=MAILROOM_LIMITS,
    flow_version=CURRENT,
    message_expiry=4320,  # flows 1.1
    start_batch=25,
    campaign_rhythm=timedelta(seconds=30),
    campaign_flows=False,
    session_life=timedelta(days=30),
    session_jitter=timedelta(days=1),
    session_end=RunStatus.EXPIRED,
    webhook_agent="Mailroom/26.3",
    webhook_waits=(),
    webhook_keeps_status=True,
    rejection=Status.FAILED,
    too_old_android_only=True,
)

# TextIt in September 2025 (v10.3.7x): the words and habits of 2026, before UUIDs took the place of ids.
TEXTIT_2025 = replace(
    TEXTIT_2026,
    name="textit-2025",
    rate_profile="textit-2025",
    message_fields=("id", "broadcast", *_MESSAGE_MIDDLE, "quick_replies", *_MESSAGE_DATES),
    broadcast_fields=("id", "status", "progress", *_TRANSLATED, "quick_replies", "base_language", "created_on"),
    workspace_header="X-Temba-Org",
    workspace_header_value="id",
    looping_threshold=20,
    webhook_agent="Mailroom/10.3",
)

V8 = replace(
    COMMUNITY,
    name="v8",
    not_found="plain",
    message_fields=("id", "broadcast", *(name for name in _MESSAGE_MIDDLE if name != "flow"), *_MESSAGE_DATES),
    broadcast_fields=("id", "urns", "contacts", "groups", "text", "status", "created_on"),
    sends_to_given_urns=True,
)

# v7.1, before a workspace's tokens shared one bucket; messages still told `initializing` and `resent` (rapidpro 10).
V7 = replace(
    V8,
    name="v7",
    message_status=_MESSAGE_WORDS_V7,
    bucket="user",
    resend_copies=True,
    sent_on_statuses=frozenset({Status.WIRED}),
    resets_sent_on=False,
)

GENERATIONS: Mapping[str, Generation] = MappingProxyType(
    {each.name: each for each in (COMMUNITY, TEXTIT_2025, TEXTIT_2026, V7, V8)}
)


def generation(name: str) -> Generation:
    """Return the generation called `name`. Raises `ValueError` that says which there are."""
    try:
        return GENERATIONS[name]
    except KeyError:
        raise ValueError(f"no RapidPro generation is called {name!r}; there are: {', '.join(GENERATIONS)}") from None
