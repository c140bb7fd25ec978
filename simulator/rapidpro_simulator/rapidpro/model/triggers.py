"""Triggers: what makes a flow start. Which of them a message or an event fits is `mailroom`'s part."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from .channels import Channel
    from .contacts import Contact
    from .flows import Flow
    from .groups import Group


class TriggerKind(StrEnum):
    """The codes of RapidPro (flows 1.1)."""

    KEYWORD = "K"
    CATCH_ALL = "C"
    INCOMING_CALL = "V"
    MISSED_CALL = "M"
    NEW_CONVERSATION = "N"
    REFERRAL = "R"
    TICKET_CLOSED = "T"
    SCHEDULE = "S"


FIRST_WORD = "F"
ONLY_WORD = "O"
MATCH_TYPES = {FIRST_WORD: "first_word", ONLY_WORD: "only_word"}
"""How a keyword has to fit, in the words of the engine (flows 3.6)."""


class Repeat(StrEnum):
    """How often a schedule fires (rapidpro 8.3)."""

    NEVER = "O"
    DAILY = "D"
    WEEKLY = "W"
    MONTHLY = "M"
    YEARLY = "Y"


class Schedule(NamedTuple):
    """When a trigger fires: first at `start`, then at the same time of the workspace's day.

    `weekdays` (0: Monday) are those of a weekly schedule, by default the day of `start`.
    """

    start: datetime
    repeat: Repeat = Repeat.NEVER
    weekdays: tuple[int, ...] = ()


@dataclass(slots=True, eq=False)
class Trigger:
    """What has to happen for `flow` to start, and for whom."""

    id: int
    kind: TriggerKind
    flow: Flow
    created_on: datetime
    keywords: tuple[str, ...] = ()
    match_type: str = FIRST_WORD
    groups: tuple[Group, ...] = ()
    exclude_groups: tuple[Group, ...] = ()
    contacts: tuple[Contact, ...] = ()  # whom a schedule starts, beside its groups
    channel: Channel | None = None
    referrer_id: str = ""
    schedule: Schedule | None = None
    archived: bool = False

    @property
    def active(self) -> bool:
        return not self.archived and not self.flow.archived

    def conflicts(self, other: Trigger) -> bool:
        """Say whether the two cannot both be active (rapidpro 8.3); schedules never conflict."""
        if self.kind is TriggerKind.SCHEDULE or self.kind is not other.kind:
            return False
        return (
            self.channel is other.channel
            and {group.uuid for group in self.groups} == {group.uuid for group in other.groups}
            and (self.kind is not TriggerKind.KEYWORD or bool({*self.keywords} & {*other.keywords}))
            and self.referrer_id.lower() == other.referrer_id.lower()
        )
