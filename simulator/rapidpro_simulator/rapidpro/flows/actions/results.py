"""Actions on a run's own memory: its results and its locals (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.excellent.conversions import to_integer
from rapidpro_simulator.rapidpro.flows.excellent.values import Error

from .base import Action, ResultInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.rapidpro.flows.runs.run import Run, Step

SET, INCREMENT, CLEAR = OPERATIONS = ("set", "increment", "clear")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRunResult(Action):
    """Saves a result of the run, without input."""

    type: ClassVar[str] = "set_run_result"
    allowed_in = limits.EVERYWHERE

    name: str = fields.text(required=True, check=fields.RESULT_NAME)
    value: str = fields.text(maximum=10_000, evaluated=True)
    category: str = fields.text(check=fields.CATEGORY_NAME, localized=True)

    async def execute(self, run: Run, step: Step) -> None:
        value, ok = run.evaluate_text(self.value)
        if not ok:
            return
        (localized,), _ = run.localized(self.uuid, "category", [self.category])
        run.save_result(
            self.name,
            value,
            category=self.category,
            category_localized="" if localized == self.category else localized,
        )

    def results(self) -> Iterator[ResultInfo]:
        yield ResultInfo(self.name, (self.category,) if self.category else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRunLocal(Action):
    """Sets, increments or clears a local of the run."""

    type: ClassVar[str] = "set_run_local"
    allowed_in = limits.EVERYWHERE

    local: str = fields.text(required=True, check=fields.LOCAL_NAME)
    value: str = fields.text(maximum=1_000, evaluated=True)
    operation: str = fields.text(required=True, check=fields.one_of(OPERATIONS, "local operation"))

    async def execute(self, run: Run, step: Step) -> None:
        if self.operation == CLEAR:
            run.locals.pop(self.local, None)
            return
        value, ok = run.evaluate_text(self.value)
        if not ok:
            return
        if self.operation == SET:
            run.locals[self.local] = value
            return
        increment = to_integer(run.environment, value)
        if isinstance(increment, Error):
            run.log(events.error("Increment value is not an integer"))
            return
        before = to_integer(run.environment, run.locals.get(self.local, ""))
        run.locals[self.local] = str((0 if isinstance(before, Error) else before) + increment)

    def locals(self) -> Iterator[str]:
        yield self.local
