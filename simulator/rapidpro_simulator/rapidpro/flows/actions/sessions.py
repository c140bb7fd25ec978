"""Actions that lead to other flows: for this contact, or for others (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition import fields, limits

from .base import Action
from .recipients import ActionOnOthers

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.runs.run import Run, Step

MOST_ANCESTORS_SINCE_INPUT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterFlow(Action):
    """Goes on with another flow once the node's actions are done; a terminal one never comes back."""

    type: ClassVar[str] = "enter_flow"
    allowed_in = limits.EVERYWHERE

    flow: Reference = fields.reference("flow", required=True)
    terminal: bool = fields.flag()

    async def execute(self, run: Run, step: Step) -> None:
        flow = run.session.assets.flow(self.flow.identity)
        if flow is None:
            run.fail(f"Unable to find flow '{self.flow.name}'")
        elif flow.type not in {run.session.type, limits.BACKGROUND}:
            run.fail(f"Can't enter {self.flow} of type {flow.type} from type {run.session.type}")
        else:
            run.session.push(flow, run, terminal=self.terminal)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """Which contacts are not to be started."""

    in_a_flow: bool = fields.flag()


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSession(ActionOnOthers):
    """Starts others, or a contact yet to be created, in a flow."""

    type: ClassVar[str] = "start_session"

    flow: Reference = fields.reference("flow", required=True)
    exclusions: Exclusions | None = fields.part(Exclusions)
    create_contact: bool = fields.flag()

    async def execute(self, run: Run, step: Step) -> None:
        flow = run.session.assets.flow(self.flow.identity)
        if flow is None:
            run.log(events.missing_dependency(self.flow))
            return
        recipients = self.recipients(run)
        history = run.session.history
        if run.session.is_batch and recipients.are_many:
            run.log(events.error("Can't start new sessions for groups or queries during batch starts"))
        elif history["ancestors_since_input"] >= MOST_ANCESTORS_SINCE_INPUT:
            text = "Too many sessions have been spawned since the last time input was received"
            run.log(events.error(text))
        elif recipients or self.create_contact:
            run.log(
                events.session_triggered(
                    self.flow.named(flow.name),
                    recipients.to_json(),
                    run.summary(),
                    history,
                    exclusions={"in_a_flow": True} if self.exclusions and self.exclusions.in_a_flow else {},
                    create_contact=self.create_contact,
                )
            )
