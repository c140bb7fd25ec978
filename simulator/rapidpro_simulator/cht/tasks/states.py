"""The states of a task (cht-sentinel 11.3)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date


class TaskState(StrEnum):
    """What a task is; of several tasks for the same work, the one whose state stands first here counts."""

    READY = "Ready"
    DRAFT = "Draft"
    COMPLETED = "Completed"
    FAILED = "Failed"
    CANCELLED = "Cancelled"

    @property
    def is_final(self) -> bool:
        """Say whether a document in this state is never changed again."""
        return self not in {TaskState.READY, TaskState.DRAFT}

    @property
    def rank(self) -> int:
        """Return the place in the order of what counts more, 0 first."""
        return list(TaskState).index(self)


INVALID = "invalid"
DUPLICATE = "duplicate"


def state_of(emission: dict[str, Any], today: date) -> tuple[TaskState, str | None]:
    """Return the state of the work that a document's `emission` describes, and the reason where CHT gives one."""
    if emission.get("resolved"):
        return TaskState.COMPLETED, None
    if emission.get("deleted"):
        return TaskState.CANCELLED, None
    start, end = emission.get("startDate"), emission.get("endDate")
    if not emission.get("dueDate") or not start or not end or start > end:
        return TaskState.CANCELLED, INVALID
    day = today.isoformat()
    if day < start:
        return TaskState.DRAFT, None
    return (TaskState.FAILED if day > end else TaskState.READY), None
