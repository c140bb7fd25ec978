"""Actions that change the contact; how a change is made is told by the modifiers (flows 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rapidpro_simulator.rapidpro.flows import modifiers
from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.definition import fields, limits
from rapidpro_simulator.rapidpro.flows.locales.environment import timezone_of
from rapidpro_simulator.rapidpro.flows.locales.languages import language_problem
from rapidpro_simulator.rapidpro.flows.texts.strings import trim
from rapidpro_simulator.rapidpro.flows.texts.urns import SCHEMES, normalize

from .base import Action

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.references import Reference
    from rapidpro_simulator.rapidpro.flows.runs.run import Run, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactName(Action):
    """Names the contact; an empty name clears it."""

    type: ClassVar[str] = "set_contact_name"
    allowed_in = limits.EVERYWHERE

    name: str = fields.text(maximum=1_000, evaluated=True)

    async def execute(self, run: Run, step: Step) -> None:
        name, ok = run.evaluate_text(self.name)
        if ok:
            run.apply(modifiers.Name(name=trim(name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactLanguage(Action):
    """Sets the contact's language, which has to be one of ISO 639-3; an empty one clears it."""

    type: ClassVar[str] = "set_contact_language"
    allowed_in = limits.EVERYWHERE

    language: str = fields.text(maximum=1_000, evaluated=True)

    async def execute(self, run: Run, step: Step) -> None:
        language, ok = run.evaluate_text(self.language)
        if not ok:
            return
        language = trim(language)
        if language and (problem := language_problem(language)):
            run.log(events.error(problem))
        else:
            run.apply(modifiers.Language(language=language.lower()))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactTimezone(Action):
    """Sets the contact's timezone; an empty one clears it."""

    type: ClassVar[str] = "set_contact_timezone"
    allowed_in = limits.EVERYWHERE

    timezone: str = fields.text(maximum=1_000, evaluated=True)

    async def execute(self, run: Run, step: Step) -> None:
        timezone, ok = run.evaluate_text(self.timezone)
        if not ok:
            return
        timezone = trim(timezone)
        try:
            timezone_of(timezone)
        except ValueError:
            run.log(
                events.error(f"Unrecognized timezone: '{timezone}'", events.TIMEZONE_INVALID, {"timezone": timezone})
            )
        else:
            run.apply(modifiers.Timezone(timezone=timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactField(Action):
    """Sets one of the contact's fields; an empty value clears it."""

    type: ClassVar[str] = "set_contact_field"
    allowed_in = limits.EVERYWHERE

    field: Reference = fields.reference("field", required=True)
    value: str = fields.text(maximum=10_000, evaluated=True)

    async def execute(self, run: Run, step: Step) -> None:
        value, ok = run.evaluate_text(self.value)
        if not ok:
            return
        if run.session.assets.find(self.field) is None:
            run.log(events.missing_dependency(self.field))
        else:
            run.apply(modifiers.Field(field=self.field, value=trim(value)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactStatus(Action):
    """Activates, blocks, stops or archives the contact."""

    type: ClassVar[str] = "set_contact_status"
    allowed_in = limits.EVERYWHERE

    status: str = fields.text(required=True, check=modifiers.STATUS)

    async def execute(self, run: Run, step: Step) -> None:
        run.apply(modifiers.Status(status=self.status))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetContactChannel(Action):
    """Makes a channel the contact's preferred one; none at all forgets the preferences."""

    type: ClassVar[str] = "set_contact_channel"

    channel: Reference | None = fields.reference("channel")

    async def execute(self, run: Run, step: Step) -> None:
        if self.channel is not None and run.session.assets.find(self.channel) is None:
            run.log(events.missing_dependency(self.channel))
        else:
            run.apply(modifiers.Channel(channel=self.channel))


@dataclass(frozen=True, slots=True, kw_only=True)
class AddContactUrn(Action):
    """Gives the contact one more URN; the local `_has_urn` says whether it has it afterwards."""

    type: ClassVar[str] = "add_contact_urn"
    allowed_in = limits.EVERYWHERE
    LOCALS: ClassVar[tuple[str, ...]] = ("_has_urn",)

    scheme: str = fields.text(required=True, check=fields.one_of(SCHEMES, "URN scheme"))
    path: str = fields.text(required=True, maximum=1_000, evaluated=True)

    async def execute(self, run: Run, step: Step) -> None:
        path, _ = run.evaluate_text(self.path)
        path = trim(path)
        if not path:
            run.log(events.error("Can't add URN with empty path"))
            return
        urn = normalize(f"{self.scheme}:{path}")
        run.apply(modifiers.Urns(urns=[urn], modification="append"))
        run.locals["_has_urn"] = urn if run.contact.has_urn(urn) else ""
