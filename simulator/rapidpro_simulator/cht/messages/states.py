"""The states of messages in CHT's documents: pure functions over documents (cht 5.5, 6.2, 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_identical, is_truthy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

Document = dict[str, Any]
Task = dict[str, Any]

TASK_LISTS = ("tasks", "scheduled_tasks")  # of a document

ABSENT: Any = object()
"""A value that JavaScript calls undefined: it is not stored."""


@dataclass(frozen=True)
class Mapped:
    """What a RapidPro status means to CHT."""

    state: str
    details: str


QUEUED = Mapped("received-by-gateway", "Queued")
FAILED = Mapped("failed", "Failed")

STATUS_MAP: dict[str, Mapped] = {
    "queued": QUEUED,
    "wired": Mapped("forwarded-by-gateway", "Wired"),
    "sent": Mapped("sent", "Sent"),
    "delivered": Mapped("delivered", "Delivered"),
    "resent": Mapped("sent", "Resent"),
    "errored": Mapped("received-by-gateway", "Errored"),
    "failed": FAILED,
}

STATES = (
    *("scheduled", "pending", "forwarded-to-gateway", "received-by-gateway", "forwarded-by-gateway", "sent"),
    *("delivered", "failed", "denied", "duplicate", "muted", "cleared", "clear", "unrecognised"),
)
"""All there are, on their usual way first (cht 6.1)."""

FINAL_STATES = ("delivered", "failed", "denied", "duplicate", "cleared", "clear")
POLLED_STATES = ("received-by-gateway", "forwarded-by-gateway", "sent")


@dataclass(frozen=True)
class StateChange:
    """One message is to have another state; it is named by its uuid, or by the reference of the gateway."""

    state: str
    details: Any = ABSENT
    message_id: str | None = None
    gateway_ref: Any = ABSENT


def javascript_time(moment: datetime) -> str:
    """Return `moment` as JavaScript's `toISOString` prints it, in milliseconds."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def tasks_of(document: Document) -> Iterator[Task]:
    """Yield the tasks of a document, then its scheduled tasks."""
    for name in TASK_LISTS:
        yield from document.get(name) or []


def task_with_message(document: Document, message_id: str) -> Task | None:
    """Return the first task that holds the message with this uuid."""
    for task in tasks_of(document):
        if any(message.get("uuid") == message_id for message in task.get("messages") or []):
            return task
    return None


def set_task_state(task: Task, state: str, now: datetime, details: Any = ABSENT, gateway_ref: Any = ABSENT) -> bool:
    """Give `task` a state, and say whether that changed anything (cht 6.3).

    What is not supplied is erased: without `gateway_ref` the task loses the one it had. Raises `TypeError` where the
    task has a history that is none, as CHT does.
    """
    history = task["state_history"] = _history(task.get("state_history"))
    if (
        task.get("state") == state
        and _last_state(history) == state
        and (not _is_supplied(details) or is_identical(details, task.get("state_details", ABSENT)))
        and (not _is_supplied(gateway_ref) or is_identical(gateway_ref, task.get("gateway_ref", ABSENT)))
    ):
        return False
    _assign(task, "state", state)
    _assign(task, "state_details", details)
    _assign(task, "gateway_ref", gateway_ref)
    entry = {"state": state, "state_details": details, "timestamp": javascript_time(now)}
    history.append({name: value for name, value in entry.items() if value is not ABSENT})
    return True


def _history(written: Any) -> list[Any]:
    if not is_truthy(written):
        return []
    if not isinstance(written, list):
        raise TypeError("a state history is an array")
    return written


def _last_state(history: list[Any]) -> Any:
    if history and history[-1] is None:
        raise TypeError("Cannot read properties of null (reading 'state')")
    return history[-1].get("state") if history and isinstance(history[-1], dict) else None


def _assign(task: Task, name: str, value: Any) -> None:
    if value is ABSENT:
        task.pop(name, None)
    else:
        task[name] = value


def _is_supplied(value: Any) -> bool:
    return value is not ABSENT and is_truthy(value)
