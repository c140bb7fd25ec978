"""A session: what one trigger starts for one contact, with all its runs (flows 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.inputs import Input, VoiceCall
from rapidpro_simulator.rapidpro.flows.core.run_data import ACTIVE, COMPLETED, FAILED, WAITING
from rapidpro_simulator.rapidpro.flows.core.session_data import SessionData
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.runs.run import Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets
    from rapidpro_simulator.rapidpro.flows.core.contact import Contact
    from rapidpro_simulator.rapidpro.flows.core.services import Runtime
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

__all__ = ["ACTIVE", "COMPLETED", "FAILED", "WAITING", "Session"]


class Session(SessionData):
    """What one trigger starts for one contact. Engines make, start and resume sessions."""

    runs: list[Run]

    @classmethod
    def from_json(
        cls,
        runtime: Runtime,
        assets: Assets,
        document: Mapping[str, Any],
        environment: Environment,
        contact: Contact,
        call: VoiceCall | None,
    ) -> Session:
        """Return a session as it was saved; keys that are not known are ignored."""
        session = cls(
            runtime,
            assets,
            environment,
            contact,
            read_trigger(document["trigger"]),
            uuid=document["uuid"],
            type=document["type"],
            created_on=document["created_on"],
            call=call,
        )
        session.status = document["status"]
        session.runs = [Run.from_json(run, session) for run in document.get("runs") or ()]
        if document.get("input"):
            session.input = Input.from_json(document["input"], assets)
        session.sprints = document.get("sprints") or 0
        return session

    def to_json(self) -> dict[str, Any]:
        """Return the session as it is saved."""
        document: dict[str, Any] = {
            "uuid": self.uuid,
            "type": self.type,
            "created_on": self.created_on,
            "trigger": self.trigger.to_json(),
            "contact_uuid": self.contact.uuid,
        }
        if self.call:
            document["call_uuid"] = self.call.uuid
        document["runs"] = [run.to_json() for run in self.runs]
        document["status"] = self.status
        if self.input:
            document["input"] = self.input.to_json()
        document["sprints"] = self.sprints
        return document

    def compact(self) -> None:
        """Drop what is not needed of runs that have exited, as hosts do before they save a session (flows 3.1)."""
        for run in self.runs:
            run.compact()

    def run(self, uuid: str) -> Run | None:
        """Return the run with this UUID, None if there is none."""
        return next((run for run in self.runs if run.uuid == uuid), None)

    @property
    def waiting_run(self) -> Run | None:
        """The run that waits, None if none does."""
        return next((run for run in self.runs if run.status == WAITING), None)
