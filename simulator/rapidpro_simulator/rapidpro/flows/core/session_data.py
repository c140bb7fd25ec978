"""What all runs of a session share, as data: whom it is about, what started it, what was said last (flows 3.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from rapidpro_simulator.rapidpro.flows.locales.timestamps import timestamp
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.rapidpro.flows.texts.urns import parse

from .routes import country_of, preferred_route
from .run_data import ACTIVE
from .sprint import Sprint
from .triggers import FlowActionTrigger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapidpro_simulator.rapidpro.flows.definition.flow import FlowDefinition
    from rapidpro_simulator.rapidpro.flows.locales.environment import Environment

    from .assets import Assets
    from .contact import Contact
    from .events import Event
    from .inputs import Input, VoiceCall
    from .resumes import Resume
    from .run_data import RunData
    from .services import Runtime
    from .triggers import SessionTrigger

NO_HISTORY: Final[Mapping[str, Any]] = {"parent_uuid": "", "ancestors": 0, "ancestors_since_input": 0}


class Pushed(NamedTuple):
    """A flow that is to be entered next."""

    flow: FlowDefinition
    parent_uuid: str = ""
    terminal: bool = False


class SessionData:
    """What one trigger starts for one contact, as its runs see it.

    `pushed` is the flow that is entered once the actions of the current node are done.
    """

    def __init__(
        self,
        runtime: Runtime,
        assets: Assets,
        environment: Environment,
        contact: Contact,
        trigger: SessionTrigger,
        *,
        uuid: str,
        type: str,  # noqa: A002 (its name on the wire)
        created_on: str,
        call: VoiceCall | None = None,
    ) -> None:
        self.runtime: Runtime = runtime
        self.assets: Assets = assets
        self.environment: Environment = environment
        self.contact: Contact = contact
        self.trigger: SessionTrigger = trigger
        self.uuid = uuid
        self.type = type
        self.created_on = created_on
        self.call = call
        self.status = ACTIVE
        self.runs: Sequence[RunData] = []
        self.sprints = 0
        self.input: Input | None = None
        self.resume: Resume | None = None
        self.sprint = Sprint()
        self.pushed: Pushed | None = None
        self._merged: Environment | None = None
        self._languages: tuple[str, ...] | None = None

    def flow_of(self, run: RunData) -> FlowDefinition:
        """Return the current definition of a run's flow. Raises `LookupError` where the workspace has none any more."""
        flow = self.assets.flow(run.flow_reference["uuid"])
        if flow is None:
            raise LookupError(f"there is no flow {run.flow_reference}")
        return flow

    def child_of(self, run: RunData) -> RunData | None:
        """Return the last run that a run entered, None if it entered none."""
        return next((child for child in reversed(self.runs) if child.parent_uuid == run.uuid), None)

    def parent_of(self, run: RunData) -> RunData | None:
        """Return the run that entered a run, None if none of this session did."""
        return next((parent for parent in self.runs if parent.uuid == run.parent_uuid), None)

    def push(self, flow: FlowDefinition, parent_uuid: str = "", *, terminal: bool = False) -> None:
        """Enter a flow after the current node's actions; `terminal` ends all other runs first."""
        self.pushed = Pushed(flow, parent_uuid, terminal)

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
        return self.trigger.run_summary if isinstance(self.trigger, FlowActionTrigger) else None

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
        runtime = self.runtime
        stamped = {
            "uuid": runtime.new_uuid(),
            "type": event["type"],
            "created_on": timestamp(runtime.now()),
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
