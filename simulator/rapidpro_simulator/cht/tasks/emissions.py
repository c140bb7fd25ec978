"""What rules say of one piece of work, and how a document describes it (cht-sentinel 11.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from rapidpro_simulator.cht.javascript import EPOCH

EARLIEST = timedelta(days=60)
LATEST = timedelta(days=180)
"""How long ago a task may have ended, and how far ahead it may start, to be written at all."""


@dataclass(frozen=True)
class Emission:
    """Work for a health worker. `due` is a day, None where the rules gave none that can be read.

    It is shown from `start` days before it is due until `end` days after. `owner` is the contact that it is shown for,
    `requester` the one whose data asked for it.
    """

    identifier: str
    due: date | None
    start: int = 0
    end: int = 0
    requester: str | None = None
    owner: str | None = None
    owner_name: str | None = None
    resolved: bool = False
    deleted: bool = False
    shown: dict[str, Any] = field(default_factory=dict)
    actions: tuple[dict[str, Any], ...] = ()

    @classmethod
    def of(cls, emitted: dict[str, Any]) -> Emission:
        """Return what the rules handed to `emit`; `date` stands there in milliseconds."""
        contact = emitted.get("contact") or {}
        return cls(
            identifier=str(emitted.get("_id")),
            due=_day(emitted.get("date")),
            start=_days(emitted.get("readyStart")),
            end=_days(emitted.get("readyEnd")),
            requester=emitted.get("requester"),
            owner=contact.get("_id"),
            owner_name=contact.get("name"),
            resolved=bool(emitted.get("resolved")),
            deleted=bool(emitted.get("deleted")),
            shown={name: emitted[name] for name in SHOWN if emitted.get(name) is not None},
            actions=tuple(emitted.get("actions") or ()),
        )

    def is_timely(self, now: datetime) -> bool:
        """Say whether the work is near enough to today to be written down; what cannot be read is."""
        if self.due is None:
            return True
        today = now.date()
        return (
            self.due + timedelta(days=self.end) > today - EARLIEST
            and self.due - timedelta(days=self.start) < today + LATEST
        )

    def described(self) -> dict[str, Any]:
        """Return the property `emission` of the task's document."""
        contents = [action.get("content") or {} for action in self.actions]
        described = {
            "_id": self.identifier,
            **self.shown,
            "deleted": self.deleted,
            "resolved": self.resolved,
            "actions": [_without_contact(action) for action in self.actions],
            **self._days(),
        }
        if self.owner is not None or self.owner_name is not None:
            described["contact"] = {"name": self.owner_name} if self.owner_name is not None else {}
        subject = (contents[0].get("contact") or {}).get("_id") if contents else None
        return {**described, "forId": subject} if subject is not None else described

    def _days(self) -> dict[str, str]:
        if self.due is None:
            return {}
        return {
            "dueDate": self.due.isoformat(),
            "startDate": (self.due - timedelta(days=self.start)).isoformat(),
            "endDate": (self.due + timedelta(days=self.end)).isoformat(),
        }


SHOWN = ("title", "icon", "priority", "priorityLabel")


def _day(milliseconds: Any) -> date | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return None
    return (EPOCH + timedelta(milliseconds=milliseconds)).date()


def _days(value: Any) -> int:
    return int(value) if isinstance(value, int | float) else 0


def _without_contact(action: dict[str, Any]) -> dict[str, Any]:
    content = action.get("content")
    if not isinstance(content, dict):
        return dict(action)
    return {**action, "content": {name: value for name, value in content.items() if name != "contact"}}
