"""One contact who talks to the flows of a workspace, in virtual time: what the commands of the chat do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.model.flows import StartStatus
from rapidpro_simulator.rapidpro.model.messages import BroadcastStatus, Status
from rapidpro_simulator.rapidpro.model.triggers import TriggerKind

from .contacts import set_field
from .durations import tell_duration
from .transcript import portrait

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.flows import Flow, Run
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.simulation import Simulation

    from .transcript import Transcript

REST_MINUTES = 15  # of virtual time for what is under way to come to rest
LONGEST_WAIT = 366  # virtual days until nothing is expected any more
ON_THE_WAY = frozenset({Status.INITIALIZING, Status.QUEUED, Status.WIRED})
UNDER_WAY = frozenset({StartStatus.PENDING, StartStatus.QUEUED, StartStatus.STARTED})
STARTED_BY_TEXT = frozenset({TriggerKind.KEYWORD, TriggerKind.CATCH_ALL})
UNSENT = frozenset({BroadcastStatus.PENDING, BroadcastStatus.QUEUED, BroadcastStatus.STARTED})


class Conversation:
    """What `contact` does, and what comes of it, told by `transcript`. `flow` is where it begins, None for nowhere."""

    def __init__(
        self,
        simulation: Simulation,
        workspace: Workspace,
        contact: Contact,
        flow: Flow | None,
        transcript: Transcript,
    ) -> None:
        self._simulation = simulation
        self.workspace = workspace
        self.contact = contact
        self.transcript = transcript
        self.flow = flow

    def start(self) -> None:
        """Let the contact begin the flow, from its beginning; where there is none, say which keywords there are."""
        if self.flow is None:
            self.transcript.remark(f"write a keyword: {', '.join(_keywords(self.workspace))}")
            return
        self.workspace.start_flow(self.flow, contacts=[self.contact])
        self._settle()

    def write(self, text: str, attachments: tuple[str, ...] = ()) -> None:
        """Let the contact send a message."""
        if not self.contact.urns:
            self.transcript.remark("the contact has no address any more")
            return
        lines = self.transcript.lines
        self.transcript.offered = []
        self.workspace.receive(self.contact.urns[0], text, attachments=attachments)
        self._settle()
        if self.transcript.lines == lines:
            self.transcript.remark("nothing answers: no flow waits, and no trigger fits")

    def wait(self, length: timedelta | None) -> None:
        """Let time pass: so much, or until something happens to the contact."""
        lines = self.transcript.lines
        if length is not None:
            self._simulation.advance(seconds=length.total_seconds())
        elif self._is_idle:
            self.transcript.remark("there is nothing to wait for: no flow waits, and nothing is planned")
            return
        else:
            self._simulation.wait_until(lambda: self.transcript.lines > lines, days=LONGEST_WAIT)
        self._settle()
        self.transcript.passed()
        if self.transcript.lines == lines:
            self.transcript.remark("nothing happened")

    def set_field(self, key: str, value: str) -> None:
        """Give the contact a value in a field, or none."""
        if set_field(self.workspace, self.contact, key, value or None):
            self.transcript.remark(f"there was no field {key}; it was created")
        self._settle()

    def set_global(self, key: str, value: str) -> None:
        """Give a global of the workspace a value."""
        self.workspace.globals.set(key, value)
        self.workspace.mailroom.snapshots.forget()

    def results(self) -> list[Run]:
        """Return the runs of the contact's last session, in order."""
        runs = [run for run in self.workspace.flows.runs if run.contact is self.contact]
        return [run for run in runs if run.session is runs[-1].session]

    def portrait(self) -> dict[str, str]:
        """Return what is known of the contact, and the flow that waits."""
        known = portrait(self.workspace, self.contact)
        session = self.contact.session
        if session is not None and session.flow is not None:
            since = self._simulation.clock.now() - session.created_on
            known["in"] = f"the flow {session.flow.name}, since {tell_duration(since)}"
        return known

    def _settle(self) -> None:
        """Let everything come to rest that is under way for the contact: webhooks, starts, messages."""
        self._simulation.wait_until(lambda: not self._is_busy, minutes=REST_MINUTES)
        self.transcript.settle()

    @property
    def _is_busy(self) -> bool:
        workspace, contact = self.workspace, self.contact
        return (
            workspace.mailroom.worker.busy(contact)
            or any(start.status in UNDER_WAY for start in workspace.flows.starts)
            or any(broadcast.status in UNSENT for broadcast in workspace.broadcasts)
            or any(message.status in ON_THE_WAY for message in contact.messages if not message.incoming)
        )

    @property
    def _is_idle(self) -> bool:
        workspace = self.workspace
        planned = workspace.database.campaigns or any(trigger.schedule for trigger in workspace.database.triggers)
        return self.contact.session is None and not planned


def _keywords(workspace: Workspace) -> Iterator[str]:
    for trigger in workspace.database.triggers:
        if trigger.active:
            words = " or ".join(trigger.keywords) if trigger.kind is TriggerKind.KEYWORD else "anything else"
            if trigger.kind in STARTED_BY_TEXT:
                yield f"{words} ({trigger.flow.name})"
