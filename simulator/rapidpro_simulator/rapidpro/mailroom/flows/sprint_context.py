"""What the events of a sprint have in common while they take effect."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.mailroom.mailroom import Mailroom
    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.database import Database
    from rapidpro_simulator.rapidpro.model.flows import Flow, Run
    from rapidpro_simulator.rapidpro.model.messages import Message

Event = dict[str, Any]


@dataclass
class SprintContext:
    """A sprint's events on their way into the workspace: whose they are, and which message set them off, if any.

    Where it is `urgent`, somebody waits for what is said: it is sent before what many are told (rapidpro 6.5).
    `known_runs` are the session's runs by UUID, `runs` those that go on while the events happen, the innermost last;
    `sent` are the messages that were queued; `changed` says whether the contact has.
    """

    mailroom: Mailroom
    contact: Contact
    message: Message | None = None
    urgent: bool = False
    known_runs: Mapping[str, Run] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    waits: Event | None = None
    changed: bool = False

    @property
    def database(self) -> Database:
        return self.mailroom.database

    @property
    def flow(self) -> Flow | None:
        return self.runs[-1].flow if self.runs else None

    def record(self, kind: str, **data: Any) -> None:
        """Record something in the journal, with the contact and the flow."""
        flow = self.flow
        self.mailroom.runtime.record(kind, contact=self.contact.uuid, flow=flow and flow.name, **data)
