"""Tickets: conversations with contacts that are left to people, and their topics. `mailroom` opens and closes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .named import NamedRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from rapidpro_simulator.world.clock import Clock

    from .contacts import Contact
    from .flows import Flow
    from .users import User

GENERAL = "General"
"""The topic that every workspace has, and nobody may change."""


@dataclass(slots=True, eq=False)
class Topic:
    """What a ticket is about."""

    uuid: str
    name: str
    created_on: datetime
    system: bool = False


@dataclass(slots=True, eq=False)
class Ticket:
    """A conversation with one contact, open until it is closed (rapidpro 4.15)."""

    uuid: str
    contact: Contact
    topic: Topic
    opened_on: datetime
    modified_on: datetime
    opened_in: Flow | None = None
    opened_by: User | None = None
    assignee: User | None = None
    closed_on: datetime | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return "open" if self.closed_on is None else "closed"


class Topics(NamedRows[Topic]):
    """The topics of a workspace by UUID; the first is the `general` one, which has a UUID of its own making."""

    def __init__(self, new_uuid: Callable[[], str], clock: Clock, general_uuid: str) -> None:
        super().__init__(new_uuid)
        self._clock = clock
        self.general = self[general_uuid] = Topic(general_uuid, GENERAL, clock.now(), system=True)

    def add(self, name: str) -> Topic:
        topic = Topic(self._new_uuid(), name, self._clock.now())
        self[topic.uuid] = topic
        return topic
