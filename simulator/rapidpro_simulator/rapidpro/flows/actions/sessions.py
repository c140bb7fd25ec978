"""Actions that lead to other flows: for this contact, or for others (flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition import limits

from .recipients import recipients_of

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.sessions import EnterFlow, StartSession
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

MOST_ANCESTORS_SINCE_INPUT = 5


async def enter_flow(action: EnterFlow, run: Run) -> None:
    flow = run.session.assets.flow(action.flow.identity)
    if flow is None:
        run.fail(f"Unable to find flow '{action.flow.name}'")
    elif flow.type not in {run.session.type, limits.BACKGROUND}:
        run.fail(f"Can't enter {action.flow} of type {flow.type} from type {run.session.type}")
    else:
        run.session.push(flow, run.uuid, terminal=action.terminal)


async def start_session(action: StartSession, run: Run) -> None:
    flow = run.session.assets.flow(action.flow.identity)
    if flow is None:
        run.log(events.missing_dependency(action.flow))
        return
    recipients = recipients_of(action, run)
    history = run.session.history
    if run.session.is_batch and recipients.are_many:
        run.log(events.error("Can't start new sessions for groups or queries during batch starts"))
    elif history["ancestors_since_input"] >= MOST_ANCESTORS_SINCE_INPUT:
        text = "Too many sessions have been spawned since the last time input was received"
        run.log(events.error(text))
    elif recipients or action.create_contact:
        run.log(
            events.session_triggered(
                action.flow.named(flow.name),
                recipients.to_json(),
                run.summary(),
                history,
                exclusions={"in_a_flow": True} if action.exclusions and action.exclusions.in_a_flow else {},
                create_contact=action.create_contact,
            )
        )
