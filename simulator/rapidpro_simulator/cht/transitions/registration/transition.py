"""The steps of a registration: rules, subject, events, messages, in this order (cht-sentinel 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import is_person, is_place
from rapidpro_simulator.cht.javascript import JavaScriptError, is_truthy, milliseconds
from rapidpro_simulator.cht.messages.moments import read_moment
from rapidpro_simulator.cht.transitions.context import objects_in
from rapidpro_simulator.cht.transitions.errors import TransitionError
from rapidpro_simulator.cht.transitions.lookups import subject_of
from rapidpro_simulator.cht.transitions.replies import ACCEPTED, is_relevant, messages_of, reject
from rapidpro_simulator.cht.transitions.reports import (
    fields_of,
    flattened,
    form_matches,
    is_report,
    is_valid_submission,
)
from rapidpro_simulator.cht.transitions.transition import Transition
from rapidpro_simulator.cht.transitions.validations import is_valid

from .checks import check
from .parameters import parse_parameters
from .triggers import TRIGGERS

if TYPE_CHECKING:
    from rapidpro_simulator.cht.transitions.change import Change
    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Json = dict[str, Any]

EVENT = "on_create"
NOT_FOUND = "registration_not_found"


def configuration_of(context: TransitionContext, document: Json) -> Json | None:
    """Return the first registration of the settings for the form of a report."""
    entries = context.entries("registrations")
    return next((each for each in entries if form_matches(each.get("form"), document.get("form"))), None)


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    return (
        is_report(document)
        and configuration_of(context, document) is not None
        and is_valid_submission(context, document)
    )


async def run(context: TransitionContext, change: Change) -> bool:
    document = change.document
    configuration = configuration_of(context, document) or {}
    if not await is_valid(context, document, configuration):
        return True
    if not _has_subject(context, document):
        reject(context, document, configuration, NOT_FOUND)
        return True
    if not isinstance(configuration.get("events"), list):
        raise TransitionError("Cannot read properties of undefined (reading 'map')")
    for event in objects_in(configuration["events"]):
        await _trigger(context, document, configuration, event)
    await _add_messages(context, document, configuration)
    return True


def _has_subject(context: TransitionContext, document: Json) -> bool:
    """Say whether those whom the fields name are there, and of the right kind."""
    fields = fields_of(document)
    if is_truthy(fields.get("patient_id")) and not is_person(context.settings, document.get("patient")):
        return False
    return not is_truthy(fields.get("place_id")) or is_place(context.settings, document.get("place"))


async def _trigger(context: TransitionContext, document: Json, configuration: Json, event: Json) -> None:
    trigger = TRIGGERS.get(str(event.get("trigger")))
    if event.get("name") == EVENT and trigger is not None and _holds(context, document, event.get("bool_expr")):
        await trigger(context, document, configuration, parse_parameters(event.get("params")))


def _holds(context: TransitionContext, document: Json, expression: Any) -> bool:
    if not is_truthy(expression):
        return True
    try:
        return context.sandbox.holds(str(expression), {"doc": flattened(document)})
    except JavaScriptError as error:
        context.log(f"Error while evaluating {expression!r}: {error}")
        return False


async def _add_messages(context: TransitionContext, document: Json, configuration: Json) -> None:
    subject = await subject_of(context, document, next_msg=_time_to_next_message(context, document))
    for message in messages_of(configuration):
        if message.get("event_type") not in (None, "", ACCEPTED):
            continue
        if is_relevant(context, message, document):
            context.composer.add_message(document, message, message.get("recipient"), subject)


def _time_to_next_message(context: TransitionContext, document: Json) -> dict[str, int]:
    """Return how long it is until the first scheduled message, in whole units of each kind."""
    tasks = objects_in(document.get("scheduled_tasks"))
    due = read_moment(tasks[0].get("due"), context.zone) if tasks else None
    now = context.now()
    if due is None:
        return dict.fromkeys(("minutes", "hours", "days", "weeks", "months", "years"), 0)
    minutes = int((milliseconds(due) - milliseconds(now)) / 60_000)
    months = (due.year - now.year) * 12 + due.month - now.month - (due.day < now.day)
    hours = int(minutes / 60)
    days = int(hours / 24)
    return {
        "minutes": minutes,
        "hours": hours,
        "days": days,
        "weeks": int(days / 7),
        "months": months,
        "years": int(months / 12),
    }


REGISTRATION = Transition("registration", matches, run, check, in_api=True)
