"""Sessions of a workspace: started and resumed through the engine, interrupted, and ended by the clock (flows 3, 10).

What the events of a sprint mean for the workspace is `sprint_events`' part.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.resumes import read_resume
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.definition.reading import DefinitionError
from rapidpro_simulator.rapidpro.flows.engine.engine import Engine, EngineError
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.model.flows import UNFINISHED, VOICE, Run, RunStatus, Session

from . import engine_documents
from .sprint_context import SprintContext
from .sprint_events import play

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core.sprint import Sprint
    from rapidpro_simulator.rapidpro.flows.engine.session import Session as Running
    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.mailroom.worker import Task
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow, FlowStart
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.world.clock import Timer

KEPT_ON_FAILURE = frozenset({"failure"})  # of the events of a sprint that failed (flows 3.11)


class Sessions:
    """Starts, resumes and ends the sessions of a workspace. A contact has one at most that waits."""

    def __init__(self, mailroom: Mailroom) -> None:
        self._mailroom = mailroom
        self._flows = mailroom.database.flows
        self._runtime = mailroom.runtime
        self._clock = mailroom.runtime.clock
        self._stream = mailroom.runtime.stream("sessions")
        self._timers: dict[Contact, list[Timer]] = {}

    @property
    def engine(self) -> Engine:
        """The engine with the services and limits of the moment."""
        return Engine(
            services=self._mailroom.external_services.services,
            limits=self._runtime.generation.flows.limits,
            now=lambda: DateTime.of(self._clock.now()),
            new_uuid=self.new_uuid,
            random=self._mailroom.environment.random,
        )

    def new_uuid(self) -> str:
        """Return a UUID for a session, a run or an event, of the generation's version."""
        if self._runtime.generation.mailroom.time_ordered_uuids:
            return self._stream.uuid7(self._clock.now())
        return self._stream.uuid4()

    # From the outside

    async def start(
        self,
        contact: Contact,
        flow: Flow,
        trigger: dict[str, Any],
        *,
        message: Message | None = None,
        start: FlowStart | None = None,
        beside: bool = False,
    ) -> None:
        """Let a contact begin a flow; what the contact is in ends, unless the flow is to run `beside` it."""
        if contact.deleted:
            return
        if flow.kind == VOICE:
            self._runtime.record("call.requested", contact=contact.uuid, flow=flow.name)
            return
        trigger = {**trigger, "flow": engine_documents.reference(flow)}
        snapshots = self._mailroom.snapshots
        try:
            running, sprint = await self.engine.start(
                snapshots.assets(),
                self._mailroom.environment.current,
                snapshots.contact(contact),
                read_trigger(trigger),
            )
        except (DefinitionError, EngineError) as error:
            self._runtime.record("flow.not_started", contact=contact.uuid, flow=flow.name, reason=str(error))
            return
        if not (flow.background or beside):
            self.interrupt(contact)
        now = self._clock.now()
        generation = self._runtime.generation
        jitter = generation.flows.session_jitter * self._stream.random()
        deadline = now + generation.flows.session_life + jitter
        session = Session(
            running.uuid, contact, flow.kind, now, RunStatus(running.status), deadline=deadline, start=start
        )
        urgent = message is not None or (start is not None and start.total == 1)
        self._finish(session, running, sprint, SprintContext(self._mailroom, contact, message, urgent, session.runs))

    async def resume(self, session: Session, resume: dict[str, Any], message: Message | None = None) -> None:
        """Go on with a session that waits."""
        contact = session.contact
        assert session.document is not None
        snapshots, environment = self._mailroom.snapshots, self._mailroom.environment.current
        engine = self.engine
        running = engine.read_session(snapshots.assets(), session.document, environment, snapshots.contact(contact))
        try:
            sprint = await engine.resume(running, read_resume(resume))
        except EngineError as error:
            self._runtime.record("flow.not_resumed", contact=contact.uuid, session=session.uuid, reason=str(error))
            return
        context = SprintContext(self._mailroom, contact, message, message is not None, session.runs)
        context.runs = [run for run in session.runs.values() if run.status in UNFINISHED]
        self._finish(session, running, sprint, context)

    def waiting(self, contact: Contact) -> Session | None:
        """Return the session that waits for a contact; one whose flow is no more fails now (flows 10)."""
        session = contact.session
        if session is None or (session.flow is not None and session.flow.uuid in self._flows):
            return session
        self._end(session, RunStatus.FAILED)
        return None

    def interrupt(self, contact: Contact, status: RunStatus = RunStatus.INTERRUPTED) -> None:
        """End the session that waits for a contact, if there is one."""
        if contact.session is not None:
            self._end(contact.session, status)

    # After a sprint

    def _finish(self, session: Session, running: Running, sprint: Sprint, context: SprintContext) -> None:
        contact = session.contact
        if contact.deleted:
            return  # while the flow waited for a web server, say
        session.status = RunStatus(running.status)
        session.sprint = running.sprints
        self._stop_timers(contact, session)
        self._mailroom.run_records.write(session, running)
        events = sprint.events
        if session.status is RunStatus.FAILED:
            events = [event for event in events if event["type"] in KEPT_ON_FAILURE]
        for branch in sprint.trace:
            self._runtime.record("flow.branch", contact=contact.uuid, **_told(branch))
        play(context, events)
        if session.status is RunStatus.FAILED:
            for run in session.runs.values():
                self._tell_end(run)
        if session.status is RunStatus.WAITING:
            self._wait(session, running, context)
        else:
            self._leave(session)

    def _wait(self, session: Session, running: Running, context: SprintContext) -> None:
        running.compact()
        session.document = running.to_json()
        waiting = running.waiting_run
        assert waiting is not None
        session.flow = self._flows.get(waiting.flow_reference["uuid"])
        if session.contact.session is not session:
            self.interrupt(session.contact)  # one waits at most, whoever ran beside it
        session.contact.session = session
        wait = context.waits or {}
        now = self._clock.now()
        expires_on = min(_instant(wait.get("expires_on")) or session.deadline, session.deadline)
        self._at(session, expires_on, self._expiration(session))
        seconds = wait.get("timeout_seconds")
        if seconds is None or now + timedelta(seconds=seconds) > expires_on:
            return
        sprint = session.sprint
        if context.sent:  # counted from then on (rapidpro 8.2)
            self._mailroom.delivery.ledger.when_sent(
                context.sent[-1], lambda: self._arm_timeout(session, sprint, seconds)
            )
        else:
            self._arm_timeout(session, sprint, seconds)

    def _arm_timeout(self, session: Session, sprint: int, seconds: int) -> None:
        if session.contact.session is session and session.sprint == sprint:
            self._at(session, self._clock.now() + timedelta(seconds=seconds), self._timeout(session))

    def _expiration(self, session: Session) -> Task:
        sprint = session.sprint

        async def task() -> None:
            if session.contact.session is not session or session.sprint != sprint:
                return
            self._runtime.record("wait.expired", contact=session.contact.uuid, session=session.uuid)
            if self._clock.now() >= session.deadline:
                self._end(session, self._runtime.generation.flows.session_end)
                return
            if session.kind == VOICE:
                self._end(session, RunStatus.EXPIRED)
                return
            await self.resume(
                session, engine_documents.resumed_by_time(self._mailroom, "wait_expiration", "wait_expired")
            )

        return task

    def _timeout(self, session: Session) -> Task:
        sprint = session.sprint

        async def task() -> None:
            if session.contact.session is not session or session.sprint != sprint:
                return
            self._runtime.record("wait.timed_out", contact=session.contact.uuid, session=session.uuid)
            await self.resume(
                session, engine_documents.resumed_by_time(self._mailroom, "wait_timeout", "wait_timed_out")
            )

        return task

    def _at(self, session: Session, moment: datetime, task: Task) -> None:
        contact, tasks, worker = session.contact, self._runtime.tasks, self._mailroom.worker
        timer = self._clock.call_at(moment, lambda: tasks.later(0, lambda: worker.submit(contact, task)))
        self._timers.setdefault(contact, []).append(timer)

    def _stop_timers(self, contact: Contact, session: Session) -> None:
        if contact.session is session:
            for timer in self._timers.pop(contact, ()):
                timer.cancel()

    # The end

    def _end(self, session: Session, status: RunStatus) -> None:
        """End a session from outside, with its open runs."""
        now = self._clock.now()
        session.status = status
        for run in session.runs.values():
            if run.status in UNFINISHED:
                self._exit(run, status, now)
        self._stop_timers(session.contact, session)
        self._leave(session)

    def _exit(self, run: Run, status: RunStatus, now: datetime) -> None:
        self._flows.set_status(run, status)
        run.exited_on = run.modified_on = now
        self._tell_end(run)

    def _tell_end(self, run: Run) -> None:
        told = {"contact": run.contact.uuid, "flow": run.flow.name, "run": run.uuid, "status": run.status.value}
        self._runtime.record("run.ended", **told)

    def _leave(self, session: Session) -> None:
        session.ended_on = self._clock.now()
        session.document = None
        if session.contact.session is session:
            session.contact.session = None


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _told(branch: Any) -> dict[str, Any]:
    return {
        "flow": branch.flow,
        "node": branch.node_uuid,
        "operand": branch.operand,
        "tried": [str(each) for each in branch.tried],
        "category": branch.category,
        "reason": branch.reason,
    }
