"""Resthooks: named events of flows, who subscribed to them, and what was sent lately (rapidpro 4.15, 7.5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from rapidpro_simulator.world.clock import Clock

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


class Resthooks(dict[str, Resthook]):
    """The resthooks of a workspace by slug."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def add(self, slug: str) -> Resthook:
        """Return the resthook called `slug`; it is created where it is not there yet."""
        now = self._clock.now()
        return self.setdefault(slug, Resthook(slug, now, now))

    def subscribe(self, resthook: Resthook, target_url: str, number: int) -> Subscriber:
        """Let a URL hear of a resthook; `number` is the id of the row."""
        subscriber = Subscriber(number, resthook, target_url, self._clock.now())
        resthook.subscribers.append(subscriber)
        resthook.modified_on = subscriber.created_on
        return subscriber

    def unsubscribe(self, subscriber: Subscriber) -> None:
        subscriber.resthook.subscribers.remove(subscriber)
        subscriber.resthook.modified_on = self._clock.now()
