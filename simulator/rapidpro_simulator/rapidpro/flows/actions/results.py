"""Actions on a run's own memory: its results and its locals (flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition.actions.results import CLEAR, SET
from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_integer
from rapidpro_simulator.rapidpro.flows.excellent.values import Error

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.results import SetRunLocal, SetRunResult
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


async def set_run_result(action: SetRunResult, run: Run) -> None:
    value, ok = run.evaluate_text(action.value)
    if not ok:
        return
    (localized,), _ = run.localized(action.uuid, "category", [action.category])
    run.save_result(
        action.name,
        value,
        category=action.category,
        category_localized="" if localized == action.category else localized,
    )


async def set_run_local(action: SetRunLocal, run: Run) -> None:
    if action.operation == CLEAR:
        run.locals.pop(action.local, None)
        return
    value, ok = run.evaluate_text(action.value)
    if not ok:
        return
    if action.operation == SET:
        run.locals[action.local] = value
        return
    increment = to_integer(run.environment, value)
    if isinstance(increment, Error):
        run.log(events.error("Increment value is not an integer"))
        return
    before = to_integer(run.environment, run.locals.get(action.local, ""))
    run.locals[action.local] = str((0 if isinstance(before, Error) else before) + increment)
