"""The engine: starts and resumes sessions (flows 3.2, 3.5). `loop` says how they go on from there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from rapidpro_simulator.rapidpro.flows.core import resumes, triggers
from rapidpro_simulator.rapidpro.flows.core.inputs import Input, VoiceCall
from rapidpro_simulator.rapidpro.flows.core.run_data import ACTIVE, EXPIRED, FAILED, WAITING
from rapidpro_simulator.rapidpro.flows.core.services import EngineLimits, Runtime, Services
from rapidpro_simulator.rapidpro.flows.core.sprint import Sprint
from rapidpro_simulator.rapidpro.flows.definition.limits import VOICE
from rapidpro_simulator.rapidpro.flows.locales.timestamps import timestamp
from rapidpro_simulator.rapidpro.flows.modifiers import smart_groups

from . import waits
from .loop import MISSING_FLOW, MISSING_NODE, NOWHERE, proceed
from .routing import Chosen, choose_exit, choose_timeout
from .session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets
    from rapidpro_simulator.rapidpro.flows.core.contact import Contact
    from rapidpro_simulator.rapidpro.flows.core.resumes import Resume
    from rapidpro_simulator.rapidpro.flows.core.triggers import SessionTrigger
    from rapidpro_simulator.rapidpro.flows.definition.flow import Node
    from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment
    from rapidpro_simulator.rapidpro.flows.runs.run import Run

Outcome = TypeVar("Outcome")

NOT_WAITING, NO_WAITING_RUN, RESUME_REFUSED = 101, 102, 103


class EngineError(Exception):
    """A session cannot be started or resumed; nothing has changed. `code` is that of a refused resume, else 0."""

    def __init__(self, text: str, code: int = 0) -> None:
        super().__init__(text)
        self.code = code


class Engine:
    """Runs sessions, in a world that is handed in.

    `now` gives the time, `new_uuid` UUIDs of version 7, `random` numbers from 0 to below 1.
    """

    def __init__(
        self,
        *,
        now: Callable[[], DateTime],
        new_uuid: Callable[[], str],
        random: Callable[[], float],
        services: Services | None = None,
        limits: EngineLimits | None = None,
    ) -> None:
        self.runtime = Runtime(
            now=now,
            new_uuid=new_uuid,
            random=random,
            services=services or Services(),
            limits=limits or EngineLimits(),
        )

    async def start(
        self,
        assets: Assets,
        environment: Environment,
        contact: Contact,
        trigger: SessionTrigger,
        call: VoiceCall | None = None,
    ) -> tuple[Session, Sprint]:
        """Start the flow of a trigger for a contact and run it until it waits or ends (flows 3.2).

        Raises `EngineError` where there is no such flow, or no call for a voice flow.
        """
        flow = assets.flow(trigger.flow.identity)
        if flow is None:
            uuid = trigger.flow.identity
            raise EngineError(f"unable to load {trigger.flow}: {assets.unreadable.get(uuid, f'no such flow {uuid}')}")
        if flow.type == VOICE and call is None:
            raise EngineError("unable to trigger voice flow without call")
        session = Session(
            self.runtime,
            assets,
            environment,
            contact,
            trigger,
            uuid=self.runtime.new_uuid(),
            type=flow.type,
            created_on=timestamp(self.runtime.now()),
            call=call,
        )
        if isinstance(trigger, triggers.MsgTrigger) and trigger.event:
            _hear(session, trigger.event)
        smart_groups.reevaluate(environment, assets, contact, session.log)
        session.push(flow)
        session.sprints += 1
        await proceed(session, None, NOWHERE)
        return session, session.sprint

    async def resume(self, session: Session, resume: Resume) -> Sprint:
        """Go on with a session that waits, until it waits again or ends (flows 3.5).

        Raises `EngineError` with one of the codes 101 to 103 where the session cannot be resumed so.
        """
        session.sprint = Sprint()
        if session.status != WAITING:
            raise EngineError("only waiting sessions can be resumed", NOT_WAITING)
        run = session.waiting_run
        if run is None:
            raise EngineError("session doesn't contain any runs which are waiting", NO_WAITING_RUN)
        node = _resumable_node(session, run, self.runtime.limits)
        if isinstance(node, str):
            _fail_session(session, run, node)
            return session.sprint
        wait = node.router.wait if node.router else None
        if wait is None or not waits.accepts(wait, resume):
            text = f"resume of type {resume.type} not accepted by wait of type {wait.type if wait else 'none'}"
            raise EngineError(text, RESUME_REFUSED)
        session.sprints += 1
        chosen = _apply(session, run, node, resume)
        smart_groups.reevaluate(session.environment, session.assets, session.contact, session.log)
        await proceed(session, run, chosen)
        return session.sprint

    def read_session(
        self,
        assets: Assets,
        document: Mapping[str, Any],
        environment: Environment,
        contact: Contact,
        call: VoiceCall | None = None,
    ) -> Session:
        """Return a session as it was saved, for the contact as it is now; unknown keys are ignored.

        Raises `DefinitionError` for a trigger that cannot be read.
        """
        return Session.from_json(self.runtime, assets, document, environment, contact, call)

    def environment(self, settings: Environment, assets: Assets) -> Environment:
        """Return an environment with this engine's time and chance, and the workspace's locations."""
        return replace(settings, now=self.runtime.now, random=self.runtime.random, locations=assets.locations)


def run_to_end(coroutine: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Return what a coroutine returns that never really waits, without a loop.

    Raises `RuntimeError` for one that does.
    """
    try:
        coroutine.send(None)
    except StopIteration as stop:
        outcome: Outcome = stop.value
        return outcome
    coroutine.close()
    raise RuntimeError("the engine waits for a service: await it in a loop")


def _resumable_node(session: Session, run: Run, limits: EngineLimits) -> Node | str:
    """Return the node where a run waits, or what makes going on impossible."""
    flow = session.assets.flow(run.flow_reference["uuid"])
    if flow is None:
        return MISSING_FLOW
    if session.sprints >= limits.sprints_per_session:
        return f"Reached maximum number of sprints per session ({limits.sprints_per_session})"
    node = flow.node(run.step.node_uuid) if run.path else None
    if node is None:
        return MISSING_NODE
    if node.router is None or node.router.wait is None:
        return "Can't resume from node without a router or wait"
    return node


def _fail_session(session: Session, run: Run, text: str) -> None:
    """Fail the waiting run, and with it all that are open."""
    session.sprints += 1
    run.fail(text)
    for other in reversed(session.runs):
        other.exit(FAILED)
    session.status = FAILED


def _hear(session: Session, event: Mapping[str, Any]) -> None:
    session.input = Input.from_event(event, session.assets)
    session.contact.last_seen_on = session.input.created_on


def _apply(session: Session, run: Run, node: Node, resume: Resume) -> Chosen:
    """Let a resume end the wait, and choose where to go from there."""
    session.status = ACTIVE
    session.resume = resume
    session.input = None
    if isinstance(resume, resumes.ExpirationResume):
        run.exit(EXPIRED)
        return NOWHERE
    run.set_status(ACTIVE)
    if isinstance(resume, resumes.TimeoutResume):
        return choose_timeout(run, node)
    if isinstance(resume, resumes.MsgResume):
        _hear(session, resume.event)
        run.received_input()
    return choose_exit(run, node)
