"""How the API takes and answers requests, by generation: endpoints, limits, errors and habits (rapidpro 4, 10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro import urns

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class ApiProfile:
    """The habits of the API: each field says its own."""

    optional_endpoints: tuple[str, ...]
    unlisted_endpoints: frozenset[str]  # which the root does not tell of: no documentation does (rapidpro 4.0)
    schemes: frozenset[str]  # of URNs
    reserved_keys: frozenset[str]  # no contact field may have one of them

    # Requests
    strict_json: bool = True  # `NaN` is no number
    checks_uuids: bool = False  # a query parameter that is no UUID is a 400 (rapidpro 1.8)
    large_numbers_fail: bool = True  # a broadcast id beyond 32 bits is a 500
    not_found: str = "model"  # "model": "No Contact matches the given query.", "plain": "Not found." (rapidpro 1.5)
    limit_reached: str = "Cannot create object because workspace has reached limit of {}."

    # Messages and broadcasts
    text_limit: int = 640  # characters
    filters_by_uuid: bool = False  # broadcasts and messages can be found by UUID
    form_broadcasts: bool = False  # a broadcast can be sent as a form
    incoming_folder: bool = True
    text_folders_only: bool = True  # folders of incoming messages hold only those of type text

    # Contacts and groups
    unreadable_group: str = "ready"  # the status of a group whose query makes no sense
    manual_groups: bool = False  # groups without a query can be asked for

    # Flows and campaigns
    params_limit: int | None = None  # characters of a start's params, kept as they are; else they are normalised
    anonymous_ref: bool = False  # a run of somebody anonymous also says `ref`
    renews_events: bool = True  # an updated campaign event is a new one, with another UUID

    # Places
    always_geometry: bool = False  # the borders of places are shown to those who do not ask for them, too

    # Users, topics and tickets
    finds_users: bool = False  # by UUID and e-mail address
    most_topics: int = 250
    longest_note: int = 4096  # characters
    ticket_bodies: bool = True  # a ticket tells the note with which it was opened
    ticket_alias: bool = True  # a ticket is also found by `ticket`
    ticket_failures: bool = False  # tickets for which there was nothing to do are named


_RESERVED_NAMES = (
    *("has", "is", "created_on", "flow", "group", "history", "id", "language", "last_seen_on", "name", "status"),
    *("ticket", "urn", "uuid", "channel", "fields", "first_name", "groups", "tickets", "timezone", "urns"),
)

_COMMUNITY = ApiProfile(
    optional_endpoints=("classifiers", "media", "optins", "templates"),
    unlisted_endpoints=frozenset({"definitions", "optins", "org", "templates"}),
    schemes=urns.COMMUNITY_SCHEMES,
    reserved_keys=frozenset({*_RESERVED_NAMES, *urns.SCHEMES}),
)

_TEXTIT_2025 = ApiProfile(
    optional_endpoints=("classifiers", "media", "optins"),
    unlisted_endpoints=frozenset({"boundaries", "channel_events", "definitions", "optins", "org"}),
    schemes=urns.COMMUNITY_SCHEMES,
    reserved_keys=frozenset({"has", "is", "fields", "urns", "created_on", "last_seen_on"}),
    checks_uuids=True,
    large_numbers_fail=False,
    limit_reached="Cannot create object because workspace has reached limit.",
    text_limit=4096,
    text_folders_only=False,
    unreadable_group="invalid",
    manual_groups=True,
    params_limit=10_000,
    anonymous_ref=True,
    renews_events=False,
    always_geometry=True,
    finds_users=True,
    most_topics=50,
    longest_note=10_000,
    ticket_bodies=False,
    ticket_failures=True,
)

_TEXTIT_2026 = replace(
    _TEXTIT_2025,
    optional_endpoints=("media", "statistics"),
    unlisted_endpoints=frozenset({"boundaries", "channel_events", "definitions", "org", "statistics"}),
    schemes=urns.TEXTIT_SCHEMES,
    filters_by_uuid=True,
    incoming_folder=False,
    ticket_alias=False,
)

_V8 = replace(
    _COMMUNITY,
    optional_endpoints=("classifiers", "optins", "templates"),
    strict_json=False,
    not_found="plain",
    form_broadcasts=True,
)

API: Mapping[str, ApiProfile] = MappingProxyType(
    {
        "community": _COMMUNITY,
        "textit-2025": _TEXTIT_2025,
        "textit-2026": _TEXTIT_2026,
        "v7": _V8,
        "v8": _V8,
    }
)
"""By the name of the generation."""
