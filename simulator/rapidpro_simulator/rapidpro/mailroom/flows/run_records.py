"""The rows of runs: kept in step with the engine's, and taken away when they are old (rapidpro 4.6, 6.8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.delivery.housekeeping import Cron
from rapidpro_simulator.rapidpro.model.flows import Run, RunStatus, StartStatus

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.engine.session import Session as RunningSession
    from rapidpro_simulator.rapidpro.flows.runs.run import Run as Running
    from rapidpro_simulator.rapidpro.model.flows import Session
    from rapidpro_simulator.rapidpro.workspace import Workspace

AFTER_MIDNIGHT = timedelta(minutes=1)  # UTC
ENDED = frozenset({StartStatus.COMPLETED, StartStatus.FAILED, StartStatus.INTERRUPTED})


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
    workspace.automation.archive.watch()
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


class RunArchiver:
    """Takes runs and starts away when they are old: as many days after their end as the workspace keeps them.

    It runs daily, and only while there is something for it to do (rapidpro 6.8).
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._clock = workspace.host.clock
        self._cron = Cron(self._clock, self._sweep, timedelta(days=1), AFTER_MIDNIGHT)

    def watch(self) -> None:
        """Look after a row that is new."""
        if not self._cron.armed:
            self._cron.arm(self._clock.now() + timedelta(days=self._workspace.retention_days))

    def _sweep(self) -> None:
        flows = self._workspace.flows
        before = self._clock.now() - timedelta(days=self._workspace.retention_days)
        kept = [run for run in flows.runs if run.exited_on is None or run.modified_on >= before]
        gone = len(flows.runs) - len(kept)
        flows.runs[:] = kept
        flows.starts[:] = [start for start in flows.starts if start.status not in ENDED or start.modified_on >= before]
        if gone:
            self._workspace.record("runs.archived", count=gone)
        if flows.runs or flows.starts:
            self._cron.arm(self._clock.now() + timedelta(days=1))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
