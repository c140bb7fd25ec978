"""`resolve_pending`: calls every pending message sent, although no gateway has seen it (cht-sentinel 5.14)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.states import set_task_state

from .context import objects_in
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]


def matches(context: TransitionContext, change: Change) -> bool:
    return bool(_resolvable(change.document))


async def run(context: TransitionContext, change: Change) -> bool:
    tasks = _resolvable(change.document)
    for task in tasks:
        set_task_state(task, "sent", context.clock.now())
        task["timestamp"] = context.now_iso()
    return bool(tasks)


def _resolvable(document: Json) -> list[Json]:
    tasks = objects_in(document.get("tasks"))
    if not is_truthy(document.get("errors") or None):
        tasks += objects_in(document.get("scheduled_tasks"))
    # A pending task without messages makes CHT's filter throw: then nothing at all is resolved.
    return [task for task in tasks if task.get("state") == "pending" and any(map(_is_sendable, task["messages"]))]


def _is_sendable(message: Any) -> bool:
    return isinstance(message, dict) and is_truthy(message.get("to")) and is_truthy(message.get("message"))


RESOLVE_PENDING = Transition("resolve_pending", matches, run, in_api=True, once=False)
