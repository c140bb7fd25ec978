"""The action that hands a contact over to people (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows import modifiers
from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition import fields

from .base import Action
from .resolving import resolve_one

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.runs.run import Run, Step

DEFAULT_TOPIC = "General"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Action):
    """Opens a ticket, unless the contact has one; the local `_new_ticket` is its UUID, empty without one."""

    type: ClassVar[str] = "open_ticket"
    LOCALS: ClassVar[tuple[str, ...]] = ("_new_ticket",)

    topic: Reference | None = fields.reference("topic")
    assignee: Reference | None = fields.reference("user")
    note: str = fields.text(maximum=10_000, evaluated=True)

    async def execute(self, run: Run, step: Step) -> None:
        run.locals["_new_ticket"] = self._open(run)

    def _open(self, run: Run) -> str:
        if run.session.is_batch:
            run.log(events.error("Can't open tickets during batch starts"))
            return ""
        topics = run.session.assets.topics
        topic = topics.named(DEFAULT_TOPIC) if self.topic is None else resolve_one(run, self.topic)
        assignee = resolve_one(run, self.assignee) if self.assignee is not None else None
        note, _ = run.evaluate_text(self.note)
        if topic is None:
            return ""
        modifier = modifiers.TicketOpen(
            topic=topic.reference, assignee=assignee.reference if assignee else None, note=note
        )
        opened = run.apply(modifier)
        return run.contact.tickets[-1].uuid if opened else ""
