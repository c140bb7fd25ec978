"""The keys of the JSON that is read and written, in their order, by generation (rapidpro 4, 10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True)
class FieldNames:
    """The keys that the API shows of each kind of thing, and (`written_…`) those that may be sent.

    `results` are the keys of a result within a run. No key that may be sent: the method does not exist.
    """

    archives: tuple[str, ...]
    broadcasts: tuple[str, ...]
    channels: tuple[str, ...]
    contacts: tuple[str, ...]
    messages: tuple[str, ...]
    results: tuple[str, ...]
    starts: tuple[str, ...]
    users: tuple[str, ...]
    written_broadcasts: tuple[str, ...]
    written_contacts: tuple[str, ...]
    written_messages: tuple[str, ...]


_BROADCAST = _words("urns contacts groups text attachments")
_CONTACT = _words("fields flow created_on modified_on last_seen_on blocked stopped")
_START_FLAGS = _words("restart_participants exclude_active")
_MESSAGE_BEFORE_FLOWS = _words("contact urn channel direction type status archived visibility text labels attachments")
_MESSAGE = _words("contact urn channel direction type status archived visibility text labels flow attachments")
_MESSAGE_DATES = _words("created_on sent_on modified_on media")

_ARCHIVE = _words("start_date period record_count size hash download_url")

_COMMUNITY = FieldNames(
    archives=("archive_type", *_ARCHIVE),
    broadcasts=("id", *_BROADCAST, "base_language", "status", "created_on"),
    channels=_words("uuid name address country device last_seen created_on"),
    contacts=(*_words("uuid name anon_display status language urns groups"), *_CONTACT),
    messages=("id", "broadcast", *_MESSAGE, *_MESSAGE_DATES),
    results=_words("value category node time input name"),
    starts=(*_words("id uuid flow status groups contacts params created_on modified_on extra"), *_START_FLAGS),
    users=_words("email first_name last_name role created_on"),
    written_broadcasts=(*_BROADCAST, "base_language"),
    written_contacts=_words("name language urns groups fields"),
    written_messages=_words("contact text attachments ticket"),
)

_TEXTIT_2025 = FieldNames(
    archives=("type", *_ARCHIVE, "archive_type"),
    broadcasts=("id", "status", "progress", *_BROADCAST, "quick_replies", "base_language", "created_on"),
    channels=_words("uuid name address type country device last_seen created_on"),
    contacts=(*_words("uuid name ref anon_display status language urns groups notes"), *_CONTACT),
    messages=("id", "broadcast", *_MESSAGE, "quick_replies", *_MESSAGE_DATES),
    results=_words("value category node time name"),
    starts=(
        *_words("uuid flow groups contacts status progress params created_on modified_on id extra"),
        *_START_FLAGS,
    ),
    users=_words("uuid name email role team created_on avatar first_name last_name"),
    written_broadcasts=(*_BROADCAST, "quick_replies", "base_language"),
    written_contacts=_words("name language urns groups fields note"),
    written_messages=_words("contact text attachments quick_replies"),
)

# UUIDs have taken the place of ids.
_TEXTIT_2026 = replace(
    _TEXTIT_2025,
    broadcasts=("uuid", "status", "progress", *_BROADCAST, "quick_replies", "base_language", "created_on", "id"),
    messages=("uuid", *_MESSAGE, "quick_replies", *_MESSAGE_DATES, "id", "broadcast"),
)

_V8 = replace(
    _COMMUNITY,
    broadcasts=_words("id urns contacts groups text status created_on"),
    messages=("id", "broadcast", *_MESSAGE_BEFORE_FLOWS, *_MESSAGE_DATES),
    written_broadcasts=_words("urns contacts groups text"),
    written_messages=(),
)

# A contact told neither its status nor what stands for its number in an anonymous workspace (rapidpro 10).
_V7 = replace(_V8, contacts=(*_words("uuid name language urns groups"), *_CONTACT))

FIELDS: Mapping[str, FieldNames] = MappingProxyType(
    {
        "community": _COMMUNITY,
        "textit-2025": _TEXTIT_2025,
        "textit-2026": _TEXTIT_2026,
        "v7": _V7,
        "v8": _V8,
    }
)
"""By the name of the generation."""
