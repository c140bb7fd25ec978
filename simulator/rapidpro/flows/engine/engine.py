"""The engine: starts and resumes sessions, and drives them until they wait or end (flows 3.2 to 3.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from simulator.rapidpro.flows.definition.limits import VOICE

from . import events, resumes, smart_groups, triggers, waits
from .inputs import Call, Input
from .routing import Chosen, choose_exit, choose_timeout
from .runs import ACTIVE, COMPLETED, EXPIRED, FAILED, WAITING, Run
from .services import Limits, Services
from .session import Session
from .sprint import Segment, Sprint
from .timestamps import timestamp

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from simulator.rapidpro.flows.dates import DateTime
    from simulator.rapidpro.flows.definition.flow import Node
    from simulator.rapidpro.flows.environment import Environment

    from .assets import Assets
    from .contact import Contact
    from .resumes import Resume
    from .triggers import Trigger

Outcome = TypeVar("Outcome")

NOT_WAITING, NO_WAITING_RUN, RESUME_REFUSED = 101, 102, 103
_NOWHERE: Final = Chosen(None)


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
        limits: Limits | None = None,
    ) -> None:
        self.now = now
        self.new_uuid = new_uuid
        self.random = random
        self.services = services or Services()
        self.limits = limits or Limits()

    async def start(
        self, assets: Assets, environment: Environment, contact: Contact, trigger: Trigger, call: Call | None = None
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
            self,
            assets,
            environment,
            contact,
            trigger,
            uuid=self.new_uuid(),
            type=flow.type,
            created_on=timestamp(self.now()),
            call=call,
        )
        if isinstance(trigger, triggers.Msg) and trigger.event:
            _hear(session, trigger.event)
        smart_groups.reevaluate(environment, assets, contact, session.log)
        session.push(flow)
        session.sprints += 1
        await _proceed(session, None, _NOWHERE)
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
        node = _resumable_node(session, run, self.limits)
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
        await _proceed(session, run, chosen)
        return session.sprint

    def read_session(
        self,
        assets: Assets,
        document: Mapping[str, Any],
        environment: Environment,
        contact: Contact,
        call: Call | None = None,
    ) -> Session:
        """Return a session as it was saved, for the contact as it is now; unknown keys are ignored.

        Raises `DefinitionError` for a trigger that cannot be read.
        """
        return Session.from_json(self, assets, document, environment, contact, call)

    def environment(self, settings: Environment, assets: Assets) -> Environment:
        """Return an environment with this engine's time and chance, and the workspace's locations."""
        return replace(settings, now=self.now, random=self.random, locations=assets.locations)


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


def _resumable_node(session: Session, run: Run, limits: Limits) -> Node | str:
    """Return the node where a run waits, or what makes going on impossible."""
    flow = session.assets.flow(run.flow_reference["uuid"])
    if flow is None:
        return "Can't resume run with missing flow asset"
    if session.sprints >= limits.sprints_per_session:
        return f"Reached maximum number of sprints per session ({limits.sprints_per_session})"
    node = flow.node(run.step.node_uuid) if run.path else None
    if node is None:
        return "Unable to find resume location: run is located at a flow node that no longer exists"
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
    if isinstance(resume, resumes.WaitExpiration):
        run.exit(EXPIRED)
        return _NOWHERE
    run.set_status(ACTIVE)
    if isinstance(resume, resumes.WaitTimeout):
        return choose_timeout(run, node)
    if isinstance(resume, resumes.Msg):
        _hear(session, resume.event)
        run.received_input()
    return choose_exit(run, node)


async def _proceed(session: Session, run: Run | None, chosen: Chosen) -> None:
    """Visit node after node until the session waits or ends (flows 3.3)."""
    engine, steps = session.engine, 0
    # RapidPro's segments bear the node that was visited last, also where a parent goes on after its child.
    visited = run.step.node_uuid if run else ""
    while True:
        if session.pushed is not None:
            if len(session.runs) >= engine.limits.runs_per_session:
                assert run is not None
                session.pushed, chosen = None, _NOWHERE
                run.fail(f"Reached maximum number of runs per session ({engine.limits.runs_per_session})")
                continue
            run = _enter_pushed(session)
            nodes = run.flow.nodes
            destination = nodes[0].uuid if nodes else ""
        else:
            assert run is not None
            destination = _leave(run, visited, chosen)
        if not destination:
            parent = _finish(session, run)
            if parent is None:
                return
            child, run = run, parent
            chosen = _resume_parent(child, parent)
            continue
        steps += 1
        if steps > engine.limits.steps_per_sprint:
            run.fail(f"Reached maximum number of steps per sprint ({engine.limits.steps_per_sprint})")
            chosen = _NOWHERE
            continue
        visited = destination
        chosen = await _visit(session, run, destination)
        if session.status == WAITING:
            return


def _enter_pushed(session: Session) -> Run:
    pushed, session.pushed = session.pushed, None
    assert pushed is not None
    if pushed.terminal:
        for other in session.runs:
            other.exit(COMPLETED)
    flow = pushed.flow
    created_on = timestamp(session.engine.now())
    reference: dict[str, Any] = {"uuid": flow.uuid, "name": flow.name}
    if flow.revision:
        reference["revision"] = flow.revision
    run = Run(session, session.engine.new_uuid(), reference, created_on)
    run.parent_uuid = pushed.parent.uuid if pushed.parent else ""
    session.runs.append(run)
    summary = session.parent_summary or {}
    parent_uuid = run.parent_uuid or summary.get("uuid", "")
    run.log(events.run_started(reference, run.uuid, parent_uuid, terminal=pushed.terminal))
    return run


def _leave(run: Run, node_uuid: str, chosen: Chosen) -> str:
    """Return where a chosen exit leads, empty for nowhere."""
    if chosen.exit is None or not chosen.exit.destination_uuid:
        return ""
    destination = chosen.exit.destination_uuid
    segment = Segment(
        run.flow_reference["uuid"],
        node_uuid,
        chosen.exit.uuid,
        chosen.operand,
        destination,
        timestamp(run.engine.now()),
    )
    run.session.sprint.segments.append(segment)
    return destination


def _finish(session: Session, run: Run) -> Run | None:
    """End a run that leads nowhere; returns the parent that goes on, None where the session is over."""
    run.exit(COMPLETED)
    parent = run.parent
    if parent is not None and parent.status == ACTIVE:
        return parent
    session.status = FAILED if run.status == FAILED else COMPLETED
    return None


def _resume_parent(child: Run, parent: Run) -> Chosen:
    """Let the router of the node that entered the child's flow choose where the parent goes on."""
    if child.status == FAILED:
        parent.exit(FAILED)
        return _NOWHERE
    flow = parent.session.assets.flow(parent.flow_reference["uuid"])
    node = flow.node(parent.step.node_uuid) if flow else None
    if flow is None:
        parent.fail("Can't resume run with missing flow asset")
        return _NOWHERE
    if node is None:
        parent.fail("Unable to find resume location: run is located at a flow node that no longer exists")
        return _NOWHERE
    return choose_exit(parent, node)


async def _visit(session: Session, run: Run, node_uuid: str) -> Chosen:
    """Run the actions of a node, then wait or choose an exit (flows 2.1)."""
    node = run.flow.node(node_uuid)
    assert node is not None  # definitions are checked for it
    step = run.arrive(node_uuid)
    if isinstance(session.trigger, triggers.Msg) and waits.is_first_step(run):
        run.received_input()
    for action in node.actions:
        await action.execute(run, step)  # type: ignore[attr-defined]
        if run.status == FAILED:
            session.pushed = None
            return _NOWHERE
    if session.pushed is not None:
        return _NOWHERE
    wait = node.router.wait if node.router else None
    if wait is not None and waits.begin(run, wait):
        run.set_status(WAITING)
        session.status = WAITING
        return _NOWHERE
    return choose_exit(run, node)
