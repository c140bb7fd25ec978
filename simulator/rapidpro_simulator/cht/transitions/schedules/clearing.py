"""Silencing: scheduled messages that a report makes needless are cleared (cht-sentinel 7.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy, trim
from rapidpro_simulator.cht.messages.moments import add, parse_duration, read_moment
from rapidpro_simulator.cht.messages.states import set_task_state
from rapidpro_simulator.cht.transitions.context import objects_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Json = dict[str, Any]

CLEARED_STATES = ("pending", "scheduled", "muted")


def split_names(types: Any) -> list[str]:
    """Return the names of schedules in `silence_type`."""
    return [name for each in types.split(",") if (name := trim(each))] if isinstance(types, str) else []


async def clear_schedules(
    context: TransitionContext,
    report: Json,
    registrations: Sequence[Json],
    types: Collection[str],
    silence_for: Any = None,
) -> None:
    """Clear the tasks of the schedules `types` on `registrations`, because of `report`; each is saved at once.

    With `silence_for` only the groups that have a message due within that time after the report. Raises
    `CouchClientError`, with what was saved before it.
    """
    for registration in registrations:
        if registration.get("_id") == report.get("_id"):
            continue
        tasks = _tasks_to_clear(context, report, registration, types, silence_for)
        for task in tasks:
            set_task_state(task, "cleared", context.clock.now())
            task["cleared_by"] = report.get("_id")
        if tasks:
            registration["_rev"] = await context.store.put(registration)


def _tasks_to_clear(
    context: TransitionContext, report: Json, registration: Json, types: Collection[str], silence_for: Any
) -> list[Json]:
    tasks = [each for each in objects_in(registration.get("scheduled_tasks")) if each.get("type") in types]
    if is_truthy(silence_for):
        groups = _groups_due(context, report, tasks, silence_for)
        tasks = [task for task in tasks if group_of(task) in groups]
    return [task for task in tasks if task.get("state") in CLEARED_STATES]


def _groups_due(context: TransitionContext, report: Json, tasks: Iterable[Json], silence_for: Any) -> set[Any]:
    until = read_moment(report.get("reported_date"), context.zone)
    if until is None:
        return set()
    duration = parse_duration(silence_for)
    until = add(until, duration) if duration else until
    dues = ((group_of(task), read_moment(task.get("due"), context.zone)) for task in tasks)
    return {group for group, due in dues if due is not None and due <= until}


def group_of(task: Json) -> tuple[str, Any]:
    """Return what tells the groups of a registration's tasks apart."""
    return str(task.get("group")), task.get("type")
