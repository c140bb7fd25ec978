"""The action that hands a contact over to people (flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows import modifiers
from rapidpro_simulator.rapidpro.flows.core import events

from .resolving import resolve_one

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.tickets import OpenTicket
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

DEFAULT_TOPIC = "General"


async def open_ticket(action: OpenTicket, run: Run) -> None:
    run.locals["_new_ticket"] = _open(action, run)


def _open(action: OpenTicket, run: Run) -> str:
    if run.session.is_batch:
        run.log(events.error("Can't open tickets during batch starts"))
        return ""
    topics = run.session.assets.topics
    topic = topics.named(DEFAULT_TOPIC) if action.topic is None else resolve_one(run, action.topic)
    assignee = resolve_one(run, action.assignee) if action.assignee is not None else None
    note, _ = run.evaluate_text(action.note)
    if topic is None:
        return ""
    modifier = modifiers.TicketOpenModifier(
        topic=topic.reference, assignee=assignee.reference if assignee else None, note=note
    )
    opened = run.apply(modifier)
    return run.contact.tickets[-1].uuid if opened else ""
