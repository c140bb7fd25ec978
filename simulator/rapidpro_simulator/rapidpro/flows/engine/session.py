"""A session: what one trigger starts for one contact, with all its runs (flows 3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidpro_simulator.rapidpro.flows.core.inputs import Call, Input
from rapidpro_simulator.rapidpro.flows.core.routes import country_of, preferred_route
from rapidpro_simulator.rapidpro.flows.core.sprint import Sprint
from rapidpro_simulator.rapidpro.flows.core.triggers import FlowAction, Trigger, read_trigger
from rapidpro_simulator.rapidpro.flows.locales.environment import timezone_of
from rapidpro_simulator.rapidpro.flows.locales.timestamps import timestamp
from rapidpro_simulator.rapidpro.flows.runs.run import ACTIVE, COMPLETED, FAILED, WAITING, Run
from rapidpro_simulator.rapidpro.flows.texts.urns import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.flows.core.assets import Assets
    from rapidpro_simulator.rapidpro.flows.core.contact import Contact
    from rapidpro_simulator.rapidpro.flows.core.events import Event
    from rapidpro_simulator.rapidpro.flows.core.resumes import Resume
    from rapidpro_simulator.rapidpro.flows.core.services import Services
    from rapidpro_simulator.rapidpro.flows.definition.flow import Flow
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

    from .engine import Engine

__all__ = ["ACTIVE", "COMPLETED", "FAILED", "WAITING", "Session"]

NO_HISTORY: Final[Mapping[str, Any]] = {"parent_uuid": "", "ancestors": 0, "ancestors_since_input": 0}


class Pushed(NamedTuple):
    """A flow that is to be entered next."""

    flow: Flow
    parent: Run | None
    terminal: bool = False


class Session:
    """What one trigger starts for one contact. Engines make, start and resume sessions."""

    def __init__(
        self,
        engine: Engine,
        assets: Assets,
        environment: Environment,
        contact: Contact,
        trigger: Trigger,
        *,
        uuid: str,
        type: str,  # noqa: A002 (its name on the wire)
        created_on: str,
        call: Call | None = None,
    ) -> None:
        self.engine: Engine = engine
        self.assets: Assets = assets
        self.environment: Environment = environment
        self.contact: Contact = contact
        self.trigger: Trigger = trigger
        self.uuid = uuid
        self.type = type
        self.created_on = created_on
        self.call = call
        self.status = ACTIVE
        self.runs: list[Run] = []
        self.input: Input | None = None
        self.sprints = 0
        self.resume: Resume | None = None
        self.sprint = Sprint()
        self.pushed: Pushed | None = None
        self._merged: Environment | None = None
        self._languages: tuple[str, ...] | None = None

    @classmethod
    def from_json(
        cls,
        engine: Engine,
        assets: Assets,
        document: Mapping[str, Any],
        environment: Environment,
        contact: Contact,
        call: Call | None,
    ) -> Session:
        """Return a session as it was saved; keys that are not known are ignored."""
        session = cls(
            engine,
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
        """Forget what nobody asks of runs that have exited, as hosts do before they save a session (flows 3.1)."""
        for run in self.runs:
            run.compact()

    # runs

    def run(self, uuid: str) -> Run | None:
        """Return the run with this UUID, None if there is none."""
        return next((run for run in self.runs if run.uuid == uuid), None)

    @property
    def waiting_run(self) -> Run | None:
        """The run that waits, None if none does."""
        return next((run for run in self.runs if run.status == WAITING), None)

    def child_of(self, run: Run) -> Run | None:
        """Return the last run that a run entered, None if it entered none."""
        return next((child for child in reversed(self.runs) if child.parent_uuid == run.uuid), None)

    def push(self, flow: Flow, parent: Run | None = None, *, terminal: bool = False) -> None:
        """Enter a flow after the current node's actions; `terminal` ends all other runs first."""
        self.pushed = Pushed(flow, parent, terminal)

    # what the session works with

    @property
    def services(self) -> Services:
        return self.engine.services

    @property
    def is_batch(self) -> bool:
        """Whether many sessions were started at once."""
        return self.trigger.batch

    @property
    def history(self) -> dict[str, Any]:
        """How many sessions led to a session that this one starts (flows 3.6)."""
        own = self.trigger.history or NO_HISTORY
        since_input = 0 if any(run.had_input for run in self.runs) else own.get("ancestors_since_input", 0) + 1
        return {
            "parent_uuid": self.uuid,
            "ancestors": own.get("ancestors", 0) + 1,
            "ancestors_since_input": since_input,
        }

    @property
    def parent_summary(self) -> dict[str, Any] | None:
        """The run of the session that started this one, as JSON; None if no session did."""
        return self.trigger.run_summary if isinstance(self.trigger, FlowAction) else None

    @property
    def merged_environment(self) -> Environment:
        """The environment with the contact's timezone, language and country instead of the workspace's (flows 8.1)."""
        if self._merged is None:
            self._merged = _merged(self.environment, self.contact)
        return self._merged

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which a text is looked for before the flow's own (flows 2.8)."""
        if self._languages is None:
            allowed, own = self.environment.languages, self.contact.language
            self._languages = (own, *allowed[:1]) if own in allowed else allowed[:1]
        return self._languages

    def contact_changed(self) -> None:
        """Forget what was derived from the contact."""
        self._merged = self._languages = None

    def log(self, event: Event) -> Event:
        """Give an event its UUID and time and report it; returns the event as it is reported."""
        engine = self.engine
        stamped = {
            "uuid": engine.new_uuid(),
            "type": event["type"],
            "created_on": timestamp(engine.now()),
            **event,
        }
        self.sprint.events.append(stamped)
        return stamped


def _merged(environment: Environment, contact: Contact) -> Environment:
    changes: dict[str, Any] = {}
    if contact.timezone:
        changes["timezone"] = timezone_of(contact.timezone)
    language = contact.language
    if language in environment.languages and language != environment.language:
        others = tuple(allowed for allowed in environment.languages if allowed != language)
        changes["languages"] = (language, *others)
    country = _country(contact)
    if country and country != environment.country:
        changes["country"] = country
    return replace(environment, **changes) if changes else environment


def _country(contact: Contact) -> str:
    """Return the country of the preferred channel, else of the first phone number that has one."""
    route = preferred_route(contact, contact.assets)
    if route is not None and route.channel.country:
        return route.channel.country
    numbers = (urn.path for urn in map(parse, contact.urns) if urn.scheme == "tel")
    return next(filter(None, map(country_of, numbers)), "")
