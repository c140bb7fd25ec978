"""How a session goes from node to node, and from run to run, until it waits or ends (flows 2.1, 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rapidpro_simulator.rapidpro.flows.actions import execute
from rapidpro_simulator.rapidpro.flows.core import events, triggers
from rapidpro_simulator.rapidpro.flows.core.run_data import ACTIVE, COMPLETED, FAILED, WAITING
from rapidpro_simulator.rapidpro.flows.core.sprint import Segment
from rapidpro_simulator.rapidpro.flows.locales.timestamps import timestamp
from rapidpro_simulator.rapidpro.flows.runs.run import Run

from . import waits
from .routing import Chosen, choose_exit

if TYPE_CHECKING:
    from .session import Session

NOWHERE: Final = Chosen(None)
MISSING_FLOW: Final = "Can't resume run with missing flow asset"
MISSING_NODE: Final = "Unable to find resume location: run is located at a flow node that no longer exists"


async def proceed(session: Session, run: Run | None, chosen: Chosen) -> None:
    """Visit node after node until the session waits or ends (flows 3.3)."""
    limits, steps = session.runtime.limits, 0
    # RapidPro's segments bear the node that was visited last, also where a parent goes on after its child.
    visited = run.step.node_uuid if run else ""
    while True:
        if session.pushed is not None:
            if len(session.runs) >= limits.runs_per_session:
                assert run is not None
                session.pushed, chosen = None, NOWHERE
                run.fail(f"Reached maximum number of runs per session ({limits.runs_per_session})")
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
        if steps > limits.steps_per_sprint:
            run.fail(f"Reached maximum number of steps per sprint ({limits.steps_per_sprint})")
            chosen = NOWHERE
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
    created_on = timestamp(session.runtime.now())
    reference: dict[str, Any] = {"uuid": flow.uuid, "name": flow.name}
    if flow.revision:
        reference["revision"] = flow.revision
    run = Run(session, session.runtime.new_uuid(), reference, created_on)
    run.parent_uuid = pushed.parent_uuid
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
        timestamp(run.runtime.now()),
    )
    run.session.sprint.segments.append(segment)
    return destination


def _finish(session: Session, run: Run) -> Run | None:
    """End a run that leads nowhere; returns the parent that goes on, None where the session is over."""
    run.exit(COMPLETED)
    parent = session.run(run.parent_uuid) if run.parent_uuid else None
    if parent is not None and parent.status == ACTIVE:
        return parent
    session.status = FAILED if run.status == FAILED else COMPLETED
    return None


def _resume_parent(child: Run, parent: Run) -> Chosen:
    """Let the router of the node that entered the child's flow choose where the parent goes on."""
    if child.status == FAILED:
        parent.exit(FAILED)
        return NOWHERE
    flow = parent.session.assets.flow(parent.flow_reference["uuid"])
    node = flow.node(parent.step.node_uuid) if flow else None
    if flow is None:
        parent.fail(MISSING_FLOW)
        return NOWHERE
    if node is None:
        parent.fail(MISSING_NODE)
        return NOWHERE
    return choose_exit(parent, node)


async def _visit(session: Session, run: Run, node_uuid: str) -> Chosen:
    """Run the actions of a node, then wait or choose an exit (flows 2.1)."""
    node = run.flow.node(node_uuid)
    assert node is not None  # definitions are checked for it
    run.arrive(node_uuid)
    if isinstance(session.trigger, triggers.MsgTrigger) and waits.is_first_step(run):
        run.received_input()
    for action in node.actions:
        await execute(action, run)
        if run.status == FAILED:
            session.pushed = None
            return NOWHERE
    if session.pushed is not None:
        return NOWHERE
    wait = node.router.wait if node.router else None
    if wait is not None and waits.begin(run, wait):
        run.set_status(WAITING)
        session.status = WAITING
        return NOWHERE
    return choose_exit(run, node)
