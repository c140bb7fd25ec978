"""How the wire differs between the generations of RapidPro, beyond what `Generation` says: one table (rapidpro 10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro import urns
from rapidpro_simulator.rapidpro.model.flows import StartStatus

if TYPE_CHECKING:
    from collections.abc import Mapping


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@dataclass(frozen=True)
class Dialect:
    """The wire of one generation.

    `contact_fields` and `channel_fields` are the keys of what is read, in order; `broadcast_writes`, `message_writes`
    and `contact_writes` name what may be written (nothing: the method does not exist).
    """

    optional_endpoints: tuple[str, ...]
    schemes: frozenset[str]
    broadcast_writes: tuple[str, ...]
    message_writes: tuple[str, ...]
    contact_writes: tuple[str, ...]
    contact_fields: tuple[str, ...]
    channel_fields: tuple[str, ...]
    reserved_keys: frozenset[str]  # no contact field may have one of them
    start_fields: tuple[str, ...]
    start_status: Mapping[StartStatus, str]
    run_values: tuple[str, ...]  # what is told of a result
    limit_reached: str = "Cannot create object because workspace has reached limit of {}."
    open_documentation: bool = False  # no credentials needed for the pages without `.json`
    writes_without_suffix: bool = True  # a POST to such a page is executed
    filters_by_uuid: bool = False  # broadcasts and messages can be found by UUID
    large_numbers_fail: bool = True  # a broadcast id beyond 32 bits is a 500
    moves_urns: bool = True  # on update, a URN of somebody else is moved without an error
    unreadable_group: str = "ready"  # the status of a group whose query makes no sense
    manual_groups: bool = False  # groups without a query can be asked for
    incoming_folder: bool = True
    text_folders_only: bool = True  # folders of incoming messages hold only those of type text
    form_broadcasts: bool = False  # a broadcast can be sent as a form
    strict_json: bool = True  # `NaN` is no number
    params_limit: int | None = None  # characters of a start's params, kept as they are; else they are normalised
    renews_events: bool = True  # an updated campaign event is a new one, with another UUID
    user_fields: tuple[str, ...] = _words("email first_name last_name role created_on")
    finds_users: bool = False  # by UUID and e-mail address
    most_topics: int = 250
    ticket_bodies: bool = True  # a ticket tells the note with which it was opened
    ticket_alias: bool = True  # a ticket is also found by `ticket`
    ticket_failures: bool = False  # tickets for which there was nothing to do are named
    longest_note: int = 4096  # characters
    anonymous_ref: bool = False  # a run of somebody anonymous also says `ref`


_TRANSLATED = _words("urns contacts groups text attachments")
_START_FLAGS = _words("restart_participants exclude_active")
_CONTACT = _words("fields flow created_on modified_on last_seen_on blocked stopped")

_START_WORDS_OLD = MappingProxyType(
    {
        StartStatus.PENDING: "pending",
        StartStatus.QUEUED: "starting",
        StartStatus.STARTED: "starting",
        StartStatus.COMPLETED: "complete",
        StartStatus.FAILED: "failed",
        StartStatus.INTERRUPTED: "failed",
    }
)
_START_WORDS_NEW = MappingProxyType({status: status.name.lower() for status in StartStatus})

COMMUNITY = Dialect(
    optional_endpoints=_words("classifiers media optins templates"),
    schemes=urns.COMMUNITY_SCHEMES,
    broadcast_writes=(*_TRANSLATED, "base_language"),
    message_writes=_words("contact text attachments ticket"),
    contact_writes=_words("name language urns groups fields"),
    contact_fields=(*_words("uuid name anon_display status language urns groups"), *_CONTACT),
    channel_fields=_words("uuid name address country device last_seen created_on"),
    reserved_keys=frozenset(
        (
            *_words(
                "has is created_on flow group history id language last_seen_on name status ticket urn uuid channel"
            ),
            *_words("fields first_name groups tickets timezone urns"),
            *urns.SCHEMES,
        )
    ),
    start_fields=(
        *_words("id uuid flow status groups contacts params created_on modified_on extra"),
        *_START_FLAGS,
    ),
    start_status=_START_WORDS_OLD,
    run_values=_words("value category node time input name"),
)

TEXTIT_2025 = replace(
    COMMUNITY,
    optional_endpoints=_words("classifiers media optins"),
    broadcast_writes=(*_TRANSLATED, "quick_replies", "base_language"),
    message_writes=_words("contact text attachments quick_replies"),
    contact_writes=(*COMMUNITY.contact_writes, "note"),
    contact_fields=(*_words("uuid name ref anon_display status language urns groups notes"), *_CONTACT),
    channel_fields=_words("uuid name address type country device last_seen created_on"),
    reserved_keys=frozenset(_words("has is fields urns created_on last_seen_on")),
    open_documentation=True,
    writes_without_suffix=False,
    large_numbers_fail=False,
    moves_urns=False,
    text_folders_only=False,
    unreadable_group="invalid",
    manual_groups=True,
    start_fields=(
        *_words("uuid flow groups contacts status progress params created_on modified_on id extra"),
        *_START_FLAGS,
    ),
    start_status=_START_WORDS_NEW,
    run_values=_words("value category node time name"),
    params_limit=10_000,
    renews_events=False,
    user_fields=_words("uuid name email role team created_on avatar first_name last_name"),
    finds_users=True,
    most_topics=50,
    ticket_bodies=False,
    ticket_failures=True,
    longest_note=10_000,
    anonymous_ref=True,
    limit_reached="Cannot create object because workspace has reached limit.",
)

TEXTIT_2026 = replace(
    TEXTIT_2025,
    optional_endpoints=_words("media statistics"),
    schemes=urns.TEXTIT_SCHEMES,
    filters_by_uuid=True,
    incoming_folder=False,
    ticket_alias=False,
)

V8 = replace(
    COMMUNITY,
    optional_endpoints=_words("classifiers optins templates"),
    broadcast_writes=_words("urns contacts groups text"),
    message_writes=(),
    form_broadcasts=True,
    strict_json=False,
)

# A contact told neither its status nor what stands for its number in an anonymous workspace (rapidpro 10).
V7 = replace(V8, contact_fields=(*_words("uuid name language urns groups"), *_CONTACT))

DIALECTS = {
    "community": COMMUNITY,
    "textit-2025": TEXTIT_2025,
    "textit-2026": TEXTIT_2026,
    "v8": V8,
    "v7": V7,
}
"""By the name of the generation."""
