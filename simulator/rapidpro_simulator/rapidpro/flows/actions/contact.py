"""Actions that change the contact; the modifiers make the changes (flows 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidpro_simulator.rapidpro.flows import modifiers
from rapidpro_simulator.rapidpro.flows.core import events
from rapidpro_simulator.rapidpro.flows.locales.languages import language_problem
from rapidpro_simulator.rapidpro.flows.locales.timezones import timezone_of
from rapidpro_simulator.rapidpro.flows.texts.strings import trim
from rapidpro_simulator.rapidpro.flows.texts.urns import normalize

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.flows.definition.actions.contact import (
        AddContactUrn,
        SetContactChannel,
        SetContactField,
        SetContactLanguage,
        SetContactName,
        SetContactStatus,
        SetContactTimezone,
    )
    from rapidpro_simulator.rapidpro.flows.runs.run import Run


async def set_contact_name(action: SetContactName, run: Run) -> None:
    name, ok = run.evaluate_text(action.name)
    if ok:
        run.apply(modifiers.NameModifier(name=trim(name)))


async def set_contact_language(action: SetContactLanguage, run: Run) -> None:
    language, ok = run.evaluate_text(action.language)
    if not ok:
        return
    language = trim(language)
    if language and (problem := language_problem(language)):
        run.log(events.error(problem))
    else:
        run.apply(modifiers.LanguageModifier(language=language.lower()))


async def set_contact_timezone(action: SetContactTimezone, run: Run) -> None:
    timezone, ok = run.evaluate_text(action.timezone)
    if not ok:
        return
    timezone = trim(timezone)
    try:
        timezone_of(timezone)
    except ValueError:
        run.log(events.error(f"Unrecognized timezone: '{timezone}'", events.TIMEZONE_INVALID, {"timezone": timezone}))
    else:
        run.apply(modifiers.TimezoneModifier(timezone=timezone))


async def set_contact_field(action: SetContactField, run: Run) -> None:
    value, ok = run.evaluate_text(action.value)
    if not ok:
        return
    if run.session.assets.find(action.field) is None:
        run.log(events.missing_dependency(action.field))
    else:
        run.apply(modifiers.FieldModifier(field=action.field, value=trim(value)))


async def set_contact_status(action: SetContactStatus, run: Run) -> None:
    run.apply(modifiers.StatusModifier(status=action.status))


async def set_contact_channel(action: SetContactChannel, run: Run) -> None:
    if action.channel is not None and run.session.assets.find(action.channel) is None:
        run.log(events.missing_dependency(action.channel))
    else:
        run.apply(modifiers.ChannelModifier(channel=action.channel))


async def add_contact_urn(action: AddContactUrn, run: Run) -> None:
    path, _ = run.evaluate_text(action.path)
    path = trim(path)
    if not path:
        run.log(events.error("Can't add URN with empty path"))
        return
    urn = normalize(f"{action.scheme}:{path}")
    run.apply(modifiers.UrnsModifier(urns=[urn], modification="append"))
    run.locals["_has_urn"] = urn if run.contact.has_urn(urn) else ""
