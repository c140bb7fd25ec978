"""A small workspace in which the tests of this folder play sessions, at a time that stands still."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.flows.core.assets import Assets
from rapidpro_simulator.rapidpro.flows.core.contact import Contact
from rapidpro_simulator.rapidpro.flows.core.inputs import VoiceCall
from rapidpro_simulator.rapidpro.flows.core.resumes import read_resume
from rapidpro_simulator.rapidpro.flows.core.triggers import read_trigger
from rapidpro_simulator.rapidpro.flows.engine.engine import Engine, run_to_end
from rapidpro_simulator.rapidpro.flows.locales.dates import DateTime
from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

from .building import uuid

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.core.services import EngineLimits, Services
    from rapidpro_simulator.rapidpro.flows.core.sprint import Sprint
    from rapidpro_simulator.rapidpro.flows.engine.session import Session

NOW = DateTime(dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC))
CHANNEL = {
    "uuid": uuid(900),
    "name": "Main",
    "address": "+250788000000",
    "schemes": ["tel"],
    "roles": ["send", "receive"],
    "country": "RW",
}
ANN = {
    "uuid": uuid(901),
    "id": 7,
    "name": "Ann Uwera",
    "language": "fra",
    "created_on": "2026-01-01T00:00:00Z",
    "urns": ["tel:+250788123123"],
}


class Play:
    """Plays sessions with Ann; `session` and `sprint` are the last ones."""

    session: Session
    sprint: Sprint

    def __init__(
        self,
        *flows: dict[str, Any],
        environment: dict[str, Any] | None = None,
        services: Services | None = None,
        limits: EngineLimits | None = None,
        random: float = 0.5,
        **assets: Any,
    ) -> None:
        self._uuids = 0
        self.engine = Engine(
            now=lambda: NOW, new_uuid=self._uuid, random=lambda: random, services=services, limits=limits
        )
        self.assets = Assets.from_json({"channels": [CHANNEL], **assets, "flows": list(flows)})
        settings = Environment.from_json(environment or {"allowed_languages": ["eng", "fra"]})
        self.environment = self.engine.environment(settings, self.assets)
        self.contact = Contact.from_json(ANN, self.assets, self.environment)

    def start(self, flow: int = 1, *, call: bool = False, **trigger: Any) -> Sprint:
        """Start a flow by its number."""
        document = {"type": "manual", "flow": {"uuid": uuid(flow), "name": "Relay"}, **trigger}
        phone = VoiceCall(uuid(902), self.assets.channels.get(uuid(900)), "tel:+250788123123") if call else None
        starting = self.engine.start(self.assets, self.environment, self.contact, read_trigger(document), phone)
        self.session, self.sprint = run_to_end(starting)
        return self.sprint

    def start_by_message(self, text: str, flow: int = 1) -> Sprint:
        """Let a message start a flow."""
        return self.start(flow, type="msg", event=_received(text))

    def say(self, text: str) -> Sprint:
        """Let Ann answer."""
        return self.resume("msg", _received(text))

    def time_out(self) -> Sprint:
        return self.resume("wait_timeout", {"type": "wait_timed_out"})

    def expire(self) -> Sprint:
        return self.resume("wait_expiration", {"type": "wait_expired"})

    def resume(self, type_: str, event: dict[str, Any]) -> Sprint:
        self.sprint = run_to_end(self.engine.resume(self.session, read_resume({"type": type_, "event": event})))
        return self.sprint

    def reread(self, **changes: Any) -> None:
        """Save the session, change what was saved, and go on with what is read."""
        self.session.compact()
        document = {**self.session.to_json(), **changes}
        self.session = self.engine.read_session(self.assets, document, self.environment, self.contact)

    def replace(self, *flows: dict[str, Any]) -> None:
        """Go on in a workspace with other flows."""
        self.assets = Assets.from_json({"channels": [CHANNEL], "flows": list(flows)})
        self.contact.assets = self.assets
        self.reread()

    def types(self) -> list[str]:
        """Name the types of the last events."""
        return [event["type"] for event in self.sprint.events]

    def said(self) -> list[str]:
        """Give the texts that the last sprint sent to Ann."""
        return [event["msg"]["text"] for event in self.sprint.events if event["type"] == "msg_created"]

    def texts(self, type_: str) -> list[str]:
        """Give the texts of the last events of a type: error, warning or failure."""
        return [event["text"] for event in self.sprint.events if event["type"] == type_]

    def _uuid(self) -> str:
        self._uuids += 1
        return f"01890000-0000-7000-8000-{self._uuids:012x}"


def _received(text: str) -> dict[str, Any]:
    message = {"urn": "tel:+250788123123", "text": text}
    return {"type": "msg_received", "uuid": uuid(903), "created_on": "2026-01-02T03:04:00Z", "msg": message}
