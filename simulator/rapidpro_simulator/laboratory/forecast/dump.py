"""The messages of documents that somebody took out of a CHT: open ones, those to come, and what nothing becomes of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from rapidpro_simulator.cht.messages.moments import read_moment
from rapidpro_simulator.cht.messages.states import FINAL_STATES, POLLED_STATES, STATES, TASK_LISTS
from rapidpro_simulator.cht.project.dumps import read_dump
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.near_words import did_you_mean

from .incident import Dump, OpenMessages
from .model.messages import OVERDUE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .incident import Incident

SILENT = {
    "muted": "so CHT does not send them",
    "unrecognised": "so CHT neither sends them nor asks about them",
}
DATELESS = "without a date that can be read"
TOO_LATE = "scheduled, and overdue for more than 7 days, so CHT never sends them"
AFTERWARDS = "scheduled for later than the forecast goes"


class _Kind(NamedTuple):
    """What messages have in common that are counted together."""

    state: str
    due: float
    reference: bool


def messages_in(path: Path, answer: str, incident: Incident) -> tuple[list[OpenMessages], Dump]:
    """Return the messages in a dump that CHT will still send or ask about, and what else there is.

    `answer` is RapidPro's word for those that it was given; dates without a zone are in that of the incident. Raises
    `UsageError` for what cannot be read, with the document.
    """
    found: Counter[_Kind] = Counter()
    left_out: Counter[str] = Counter()
    documents = read_dump(path)
    tasks = [(document, task) for document in documents for task in _tasks(path, document)]
    if not tasks:
        raise UsageError(
            f"{path} has no messages; CHT has them in the properties {' and '.join(TASK_LISTS)} of documents"
        )
    for document, task in tasks:
        count = len(_list(path, document, task, "messages")) or 1  # a scheduled one gets its text when it is due
        kind = _kind(path, document, task, incident)
        if isinstance(kind, str):
            left_out[kind] += count
        elif kind is not None:
            found[kind] += count
    messages = [
        OpenMessages(kind.state, count, answer=answer, reference=kind.reference, due=kind.due)
        for kind, count in found.items()
    ]
    to_come = sum(each.count for each in messages if each.is_to_come)
    return messages, Dump(path.name, len(documents), found.total() - to_come, to_come, dict(left_out))


def _kind(path: Path, document: dict[str, Any], task: dict[str, Any], incident: Incident) -> _Kind | str | None:
    """Return what a message is, or why it is left out; None for one that has ended."""
    state = _state(path, document, task)
    if state in FINAL_STATES:
        return None
    if state in SILENT and not any(state in remedy.of_states for remedy in incident.remedy):
        return f"{state}, {SILENT[state]}"
    moment = read_moment(task.get("due") or task.get("timestamp") or document.get("reported_date"), incident.zone)
    if moment is None:
        return DATELESS
    due = (moment - incident.start).total_seconds()
    if state != "scheduled":  # sent, or asked about, even if it was due later
        return _Kind(state, min(0.0, due), _has_reference(state, task))
    if due < -OVERDUE:
        return TOO_LATE
    return AFTERWARDS if due > incident.seconds else _Kind(state, due, reference=True)


def _has_reference(state: str, task: dict[str, Any]) -> bool:
    return state not in POLLED_STATES or bool(task.get("gateway_ref"))


def _state(path: Path, document: dict[str, Any], task: dict[str, Any]) -> str:
    state = task.get("state")
    if state not in STATES:
        hint = did_you_mean(state, STATES)
        raise UsageError(f"{_where(path, document)}: the state {state!r} is none of: {', '.join(STATES)}{hint}")
    return str(state)


def _tasks(path: Path, document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if document.get("type") == "task":  # of the webapp's list of tasks, which has no messages
        return
    for name in TASK_LISTS:
        for task in _list(path, document, document, name):
            if not isinstance(task, dict):
                raise UsageError(f"{_where(path, document)}: {name} has {task!r}, which is no task")
            yield task


def _list(path: Path, document: dict[str, Any], of: dict[str, Any], name: str) -> list[Any]:
    found = of.get(name) or []
    if not isinstance(found, list):
        raise UsageError(f"{_where(path, document)}: {name} is {found!r}, and is an array in CHT")
    return found


def _where(path: Path, document: dict[str, Any]) -> str:
    return f"{path}, document {document['_id']!r}"
