"""Campaigns: flows and messages at a distance from a date of each contact's. When that is, `mailroom` works out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from .contacts import Contact
    from .flows import Flow
    from .groups import Group

UNITS = {"M": "minutes", "H": "hours", "D": "days", "W": "weeks"}
"""The codes of exports, and the words of the API (flows 1.1, rapidpro 4.14)."""

SYSTEM_DATES = {"created_on": "Created On", "last_seen_on": "Last Seen On"}
"""What events can be relative to beside the fields of contacts."""

ANY_HOUR = -1

INTERRUPT = "I"
SKIP = "S"
PASSIVE = "P"


@dataclass(slots=True, eq=False)
class CampaignEvent:
    """Something that happens `offset` `unit`s after (before, where negative) the date in `relative_to`.

    `unit` is a value of `UNITS`; `delivery_hour` is of the workspace's day, -1 for any; `start_mode` says what becomes
    of a flow the contact is in (rapidpro 8.4). It starts `flow`, or sends `message`. `fires` are the contacts and when
    it is their turn.
    """

    id: int
    uuid: str
    campaign: Campaign
    relative_to: str
    offset: int
    unit: str
    delivery_hour: int
    created_on: datetime
    flow: Flow | None = None
    message: Mapping[str, str] | None = None
    base_language: str = "und"
    start_mode: str = INTERRUPT
    revision: int = 1
    fires: dict[Contact, datetime] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Campaign:
    """A named list of events for the members of a group."""

    uuid: str
    name: str
    group: Group
    created_on: datetime
    archived: bool = False
    events: list[CampaignEvent] = field(default_factory=list)
