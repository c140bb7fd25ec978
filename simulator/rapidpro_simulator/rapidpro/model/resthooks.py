"""Resthooks: named events of flows, who subscribed to them, and what was sent lately (rapidpro 4.15, 7.5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

KEPT = timedelta(hours=48)


@dataclass(slots=True, eq=False)
class Subscriber:
    """A URL that hears of a resthook."""

    id: int
    resthook: Resthook
    target_url: str
    created_on: datetime


@dataclass(slots=True, eq=False)
class ResthookEvent:
    """What a flow told the subscribers."""

    resthook: Resthook
    data: Mapping[str, Any]
    created_on: datetime


@dataclass(slots=True, eq=False)
class Resthook:
    """An event that flows announce, called by its `slug`."""

    slug: str
    created_on: datetime
    modified_on: datetime
    subscribers: list[Subscriber] = field(default_factory=list)
    events: list[ResthookEvent] = field(default_factory=list)

    def recent(self, now: datetime) -> list[ResthookEvent]:
        """Return the events that are still kept."""
        self.events = [event for event in self.events if now - event.created_on <= KEPT]
        return self.events
