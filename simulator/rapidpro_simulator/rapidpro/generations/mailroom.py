"""What mailroom, the backend, does with contacts, broadcasts, starts and campaigns, by generation (rapidpro 6, 8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class MailroomProfile:
    """The habits of mailroom: each field says its own."""

    time_ordered_uuids: bool = False  # version 7 for messages, broadcasts and runs (rapidpro 0.3)

    # Contacts
    moves_urns: bool = True  # a URN that a flow or an update adds is taken from whoever has it (rapidpro 4.3, 10)
    prefers_urns_of_blocked: bool = False  # also a blocked contact's URN that is heard of comes first (flows 10)

    # Broadcasts and messages
    broadcasts_need_mailroom: bool = False  # a POST fails while mailroom is down, instead of waiting (rapidpro 4.1)
    translation: str = "whole"  # one language for all, or "each" property on its own (rapidpro 6.1)
    renders_all: bool = False  # attachments and quick replies are templates too (rapidpro 4.1)
    empty_check: str = "after"  # when a message without content is dropped: "before" or "after" its evaluation
    looping_threshold: int = 20  # of equal messages within five minutes, this one fails (rapidpro 6.3)
    outbox_limit: int | None = None  # batches wait while this many messages do (rapidpro 6.1)
    patience: timedelta | None = None  # a busy contact is waited for, then left out; none: not locked (rapidpro 6.1)
    sends_to_given_urns: bool = False  # a posted URN is where the message goes, not only whose it is (rapidpro 10)
    resend_copies: bool = False  # a resend makes a new message and marks the old one `resent` (rapidpro 10)

    # Flow starts and campaigns
    starts_need_mailroom: bool = False  # a POST fails while mailroom is down, instead of waiting (rapidpro 4.5, 9)
    start_batch: int = 100  # contacts (rapidpro 8.1)
    campaign_rhythm: timedelta = timedelta(minutes=1)  # between two looks at what is due (rapidpro 8.4)
    campaign_flows: bool = True  # a campaign's message is sent by a hidden flow of its own (rapidpro 8.4)
    reschedules_new_group: bool = False  # a campaign's events are scheduled for the members of another group at once


_TEXTIT_2025 = MailroomProfile(
    time_ordered_uuids=True,
    moves_urns=False,
    prefers_urns_of_blocked=True,
    broadcasts_need_mailroom=True,
    translation="each",
    renders_all=True,
    empty_check="before",
    outbox_limit=10_000,
    patience=timedelta(minutes=1),
    starts_need_mailroom=True,
    start_batch=25,
    campaign_rhythm=timedelta(seconds=30),
    campaign_flows=False,
    reschedules_new_group=True,
)

MAILROOM: Mapping[str, MailroomProfile] = MappingProxyType(
    {
        "community": MailroomProfile(),
        "textit-2025": _TEXTIT_2025,
        "textit-2026": replace(_TEXTIT_2025, looping_threshold=21),
        "v7": MailroomProfile(sends_to_given_urns=True, resend_copies=True),
        "v8": MailroomProfile(sends_to_given_urns=True),
    }
)
"""By the name of the generation."""
