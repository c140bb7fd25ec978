"""Actions on a run's own memory: its results and its locals (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.definition import fields, limits

from .base import Action, ResultInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

SET, INCREMENT, CLEAR = OPERATIONS = ("set", "increment", "clear")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRunResult(Action):
    """Saves a result of the run, without input."""

    type: ClassVar[str] = "set_run_result"
    allowed_in = limits.EVERYWHERE

    name: str = fields.text(required=True, check=fields.RESULT_NAME)
    value: str = fields.text(maximum=limits.TEMPLATE, evaluated=True)
    category: str = fields.text(check=fields.CATEGORY_NAME, localized=True)

    def results(self) -> Iterator[ResultInfo]:
        yield ResultInfo(self.name, (self.category,) if self.category else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRunLocal(Action):
    """Sets, increments or clears a local of the run."""

    type: ClassVar[str] = "set_run_local"
    allowed_in = limits.EVERYWHERE

    local: str = fields.text(required=True, check=fields.LOCAL_NAME)
    value: str = fields.text(maximum=limits.SHORT_TEMPLATE, evaluated=True)
    operation: str = fields.text(required=True, check=fields.one_of(OPERATIONS, "local operation"))

    def locals(self) -> Iterator[str]:
        yield self.local
