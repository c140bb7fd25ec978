"""Giving a report the tasks of a schedule (cht-sentinel 7.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy, trim
from rapidpro_simulator.cht.messages.lineage_words import object_path
from rapidpro_simulator.cht.messages.moments import iso, parse_duration, read_moment, start_of_day
from rapidpro_simulator.cht.messages.outgoing import is_denied
from rapidpro_simulator.cht.messages.states import set_task_state
from rapidpro_simulator.cht.messages.translations import locale_of
from rapidpro_simulator.cht.transitions.context import objects_in

from .timing import due_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from rapidpro_simulator.cht.messages.context import Subject
    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Json = dict[str, Any]

ABSENT: Any = object()
REPORTED = "reported_date"
KEPT = ("group", "type", "translation_key", "message_key", "recipient")


def assign_schedule(context: TransitionContext, document: Json, name: str, subject: Subject) -> None:
    """Append the tasks of the schedule `name` to a report about `subject`. Raises `CompositionError`.

    Nothing comes of a schedule that is not there, nor of one that begins at what the report does not have.
    """
    schedule = next((each for each in reversed(context.entries("schedules")) if each.get("name") == name), None)
    start = ABSENT if schedule is None else _start(context, document, schedule.get("start_from"))
    if schedule is None or start is ABSENT or start is None:
        return
    tasks = list(_Assignment(context, document, schedule, subject).tasks(read_moment(start, context.zone)))
    if not tasks:
        return
    known = document.get("scheduled_tasks")
    document["scheduled_tasks"] = [*(known if isinstance(known, list) else []), *tasks]


def _start(context: TransitionContext, document: Json, start_from: Any) -> Any:
    """Return what the schedule starts from: `ABSENT` where the report has no such thing, None for null."""
    if not is_truthy(start_from):
        if not context.release.schedules_from_report:
            return iso(start_of_day(context.now()))
        start_from = REPORTED
    names = start_from if isinstance(start_from, list) and context.release.start_from_lists else [start_from]
    found = (_defined(document, str(name)) for name in names)
    return next((value for value in found if value is not ABSENT), ABSENT)


def _defined(document: Json, path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name, ABSENT) if isinstance(value, dict) else ABSENT
    return value


@dataclass
class _Assignment:
    context: TransitionContext
    document: Json
    schedule: Json
    subject: Subject

    def tasks(self, start: datetime | None) -> Iterator[Json]:
        closed: set[Any] = set()  # groups that have begun already
        for message in objects_in(self.schedule.get("messages")):
            group = str(message.get("group"))
            if group in closed:
                continue
            offset = parse_duration(message.get("offset"))
            if offset is None:
                self.context.log(f"Schedule message has no valid offset: {message.get('offset')!r}")
                continue
            due = due_of(start, offset, message) if start else None
            if self._is_late(due) or not self._has_text(message):
                if not is_truthy(self.schedule.get("start_mid_group")):
                    closed.add(group)
                continue
            yield self._task(message, due)

    def _is_late(self, due: datetime | None) -> bool:
        return due is not None and due < self.context.now()

    def _has_text(self, message: Json) -> bool:
        # A key without a translation is a text: the translation may come until the message is due.
        if is_truthy(message.get("translation_key")):
            return True
        text = self.context.composer.text_of(message, locale_of(self.document, self.context.settings))
        return bool(text and trim(text))

    def _task(self, message: Json, due: datetime | None) -> Json:
        named = {
            "group": message.get("group"),
            "type": self.schedule.get("name"),
            "translation_key": self.schedule.get("translation_key"),
            "message_key": message.get("translation_key"),
            "recipient": message.get("recipient"),
        }
        task: Json = {"due": iso(due) if due else None}
        task.update({name: named[name] for name in KEPT if named[name] is not None})
        if not is_truthy(message.get("translation_key")):
            generated = self.context.composer.generate(self.document, message, message.get("recipient"), self.subject)
            task["messages"] = [generated]
        set_task_state(task, self._state(), self.context.clock.now())
        return task

    def _state(self) -> str:
        if is_denied(self.document.get("from"), self.context.settings):
            return "denied"
        subject = self.subject.patient or self.subject.place
        return "muted" if is_muted(subject) else "scheduled"


def is_muted(contact: Any) -> bool:
    """Say whether a contact, or a place above it, is muted."""
    while isinstance(contact, dict):
        if is_truthy(contact.get("muted")):
            return True
        contact = object_path(contact, "parent")
    return False
