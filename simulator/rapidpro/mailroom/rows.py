"""The rows of runs, kept in step with the engine's (rapidpro 4.6)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.rapidpro.model.flows import Run, RunStatus

if TYPE_CHECKING:
    from simulator.rapidpro.flows.engine.runs import Run as Running
    from simulator.rapidpro.flows.engine.session import Session as RunningSession
    from simulator.rapidpro.model.flows import Session
    from simulator.rapidpro.model.workspace import Workspace


def write_runs(workspace: Workspace, session: Session, running: RunningSession) -> None:
    """Write what became of the runs of a session into its rows; new runs get one."""
    for each in running.runs:
        row = session.runs.get(each.uuid) or _new(workspace, session, each)
        if row is not None:
            _update(workspace, row, each)


def _new(workspace: Workspace, session: Session, running: Running) -> Run | None:
    flow = workspace.flows.get(running.flow_reference["uuid"])
    if flow is None:
        return None
    created_on = _instant(running.created_on)
    first = not session.runs
    run = Run(
        id=workspace.host.next_id("run"),
        uuid=running.uuid,
        flow=flow,
        contact=session.contact,
        session=session,
        start=session.start if first else None,
        created_on=created_on,
        modified_on=created_on,
    )
    flow.counts[run.status] += 1
    session.runs[run.uuid] = run
    workspace.flows.runs.append(run)
    return run


def _update(workspace: Workspace, row: Run, running: Running) -> None:
    if row.exited_on is not None:
        return
    document = running.to_json()
    workspace.flows.set_status(row, RunStatus(running.status))
    row.modified_on = _instant(running.modified_on)
    row.exited_on = _instant(running.exited_on) if running.exited_on else None
    row.responded = running.had_input
    # What is stored of a run that waited is only its end: compacted sessions forget the path of runs that exited.
    row.path = document.get("path") or row.path
    row.results = document.get("results") or {}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
