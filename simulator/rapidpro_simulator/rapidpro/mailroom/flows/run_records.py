"""The rows of runs: kept in step with the engine's, and taken away when they are old (rapidpro 4.6, 6.8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.archives import ARCHIVING, RUN
from rapidpro_simulator.rapidpro.model.flows import Run, RunStatus, StartStatus
from rapidpro_simulator.rapidpro.runtime.cron import Cron

from .archived_runs import archived

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.engine.session import Session as RunningSession
    from rapidpro_simulator.rapidpro.flows.runs.run import Run as Running
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.flows import Session
    from rapidpro_simulator.rapidpro.runtime.platform import Runtime

ENDED = frozenset({StartStatus.COMPLETED, StartStatus.FAILED, StartStatus.INTERRUPTED})


class RunRecords:
    """Writes and keeps the runs of a workspace.

    Runs and starts are taken away when they are old: as many days after their end as the workspace keeps them. That is
    done daily, and only while there is something to do (rapidpro 6.8).
    """

    def __init__(self, database: Database, runtime: Runtime) -> None:
        self._settings = database.settings
        self._flows = database.flows
        self._archives = database.archives
        self._runtime = runtime
        self._archiver = Cron(runtime.clock, self._archive, timedelta(days=1), ARCHIVING)

    def write(self, session: Session, running: RunningSession) -> None:
        """Write what became of the runs of a session into its rows; new runs get one."""
        for each in running.runs:
            row = session.runs.get(each.uuid) or self._new(session, each)
            if row is not None:
                self._update(row, each)

    def _new(self, session: Session, running: Running) -> Run | None:
        flow = self._flows.get(running.flow_reference["uuid"])
        if flow is None:
            return None
        created_on = _instant(running.created_on)
        first = not session.runs
        run = Run(
            id=self._runtime.next_id("run"),
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
        self._flows.runs.append(run)
        self._watch()
        return run

    def _update(self, row: Run, running: Running) -> None:
        if row.exited_on is not None:
            return
        document = running.to_json()
        self._flows.set_status(row, RunStatus(running.status))
        row.modified_on = _instant(running.modified_on)
        row.exited_on = _instant(running.exited_on) if running.exited_on else None
        row.responded = running.had_input
        # What is stored of a run that waited is only its end: compacted sessions forget the path of runs that exited.
        row.path = document.get("path") or row.path
        row.results = document.get("results") or {}

    def rearm(self) -> None:
        """Have the archiver look again; after the retention of the workspace has changed, for one."""
        if self._flows.runs or self._flows.starts:
            self._archiver.arm(self._runtime.now() + timedelta(microseconds=1))

    def _watch(self) -> None:
        if not self._archiver.armed:
            self._archiver.arm(self._runtime.now() + timedelta(days=self._settings.retention_days))

    def _archive(self) -> None:
        flows = self._flows
        # Whole days are archived: the day must have ended, and the retention after it.
        midnight = self._runtime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        before = midnight - timedelta(days=self._settings.retention_days)
        gone = [run for run in flows.runs if run.exited_on is not None and run.modified_on < before]
        flows.runs[:] = [run for run in flows.runs if run.exited_on is None or run.modified_on >= before]
        gone.sort(key=attrgetter("modified_on"))
        self._archives.write(RUN, ((run.modified_on, archived(run)) for run in gone))
        flows.starts[:] = [start for start in flows.starts if start.status not in ENDED or start.modified_on >= before]
        if gone:
            self._runtime.record("runs.archived", count=len(gone))
        if flows.runs or flows.starts:
            self._archiver.arm(self._runtime.now() + timedelta(days=1))


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
