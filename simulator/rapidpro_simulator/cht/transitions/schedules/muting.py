"""Muting: the scheduled messages about somebody rest until messages about them are wanted again (cht-sentinel 5.12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.messages.moments import read_moment, start_of_day
from rapidpro_simulator.cht.messages.states import set_task_state
from rapidpro_simulator.cht.transitions.context import objects_in

if TYPE_CHECKING:
    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Json = dict[str, Any]

MUTED_STATES = ("scheduled", "pending")


def mute_tasks(context: TransitionContext, document: Json) -> bool:
    """Mute what was to be sent, and say whether there was anything."""
    tasks = [each for each in objects_in(document.get("scheduled_tasks")) if each.get("state") in MUTED_STATES]
    for task in tasks:
        set_task_state(task, "muted", context.clock.now())
    return bool(tasks)


def unmute_tasks(context: TransitionContext, document: Json) -> bool:
    """Schedule again what was muted and is due today or later, and say whether there was anything."""
    today = start_of_day(context.now())
    tasks = []
    for task in objects_in(document.get("scheduled_tasks")):
        due = read_moment(task.get("due"), context.zone)
        if task.get("state") == "muted" and due is not None and due >= today:
            set_task_state(task, "scheduled", context.clock.now())
            tasks.append(task)
    return bool(tasks)
