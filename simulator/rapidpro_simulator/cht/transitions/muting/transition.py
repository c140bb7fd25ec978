"""`muting`: reports that mute and unmute, and contacts that come to be under a muted place (cht-sentinel 5.12)."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import is_contact
from rapidpro_simulator.cht.javascript import is_truthy, milliseconds
from rapidpro_simulator.cht.messages.context import Subject
from rapidpro_simulator.cht.messages.lineage_words import object_path
from rapidpro_simulator.cht.messages.moments import read_moment
from rapidpro_simulator.cht.transitions.context import objects_in
from rapidpro_simulator.cht.transitions.errors import ConfigurationError
from rapidpro_simulator.cht.transitions.lookups import subject_ids
from rapidpro_simulator.cht.transitions.replies import add_text_error, message_for
from rapidpro_simulator.cht.transitions.reports import form_matches, is_report, is_valid_submission
from rapidpro_simulator.cht.transitions.transition import Transition
from rapidpro_simulator.cht.transitions.validations import is_valid

from .contacts import add_to_histories, muting_histories, set_muted, set_registrations_muted

if TYPE_CHECKING:
    from rapidpro_simulator.cht.transitions.change import Change
    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Json = dict[str, Any]

SECTION = "muting"
UNCONFIGURED = "Configuration error. Config must define have a 'muting.mute_forms' array defined."
NOT_FOUND = "contact_not_found"
ERROR = "invalid_report"
ON_PHONE, ON_SERVER = "client_side", "server_side"


def check(context: TransitionContext) -> None:
    forms = context.section(SECTION).get("mute_forms")
    if not isinstance(forms, list) or not forms:
        raise ConfigurationError(UNCONFIGURED)


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    if is_report(document):
        is_meant = any(_lists(context, name, document) for name in ("mute_forms", "unmute_forms"))
        return is_meant and is_valid_submission(context, document)
    return is_contact(context.settings, document) and (
        _was_changed_on_phone(document) or _comes_under_muted_place(change)
    )


async def run(context: TransitionContext, change: Change) -> bool:
    if is_report(change.document):
        return await _run_report(context, change)
    return await _run_contact(context, change)


def _lists(context: TransitionContext, name: str, document: Json) -> bool:
    forms = context.section(SECTION).get(name)
    return isinstance(forms, list) and any(form_matches(each, document.get("form")) for each in forms)


# Reports


async def _run_report(context: TransitionContext, change: Change) -> bool:
    document = change.document
    configuration = context.section(SECTION)
    contact = document.get("patient") or document.get("place")
    if not contact:
        _refuse(context, document, configuration)
        return True
    if not await is_valid(context, document, configuration):
        return True
    muted = _lists(context, "mute_forms", document)
    event = "mute" if muted else "unmute"
    if is_truthy(contact.get("muted")) == muted and not _was_run_on_phone(document):
        event = f"already_{event}d"
    else:
        await set_muted(context, contact, muted=muted, report_id=change.id)
    _add_message(context, document, message_for(configuration, event))
    return True


def _was_run_on_phone(document: Json) -> bool:
    return is_truthy(object_path(document, "client_side_transitions.muting"))


def _refuse(context: TransitionContext, document: Json, configuration: Json) -> None:
    message = message_for(configuration, NOT_FOUND)
    misconfigured = f'Failed to complete muting request, event type "{NOT_FOUND}" misconfigured.'
    add_text_error(context, document, ERROR, message or {"message": misconfigured}, _subject(context, document))
    _add_message(context, document, message)


def _add_message(context: TransitionContext, document: Json, message: Json | None) -> None:
    if message is None:
        return
    before = objects_in(document.get("tasks"))
    task = context.composer.add_message(document, message, message.get("recipient"), _subject(context, document))
    if task is not None and any(_says(each) == _says(task) for each in before):
        document["tasks"].remove(task)  # the report was processed before


def _says(task: Json) -> list[tuple[Any, Any]]:
    return [(each.get("to"), each.get("message")) for each in objects_in(task.get("messages"))]


def _subject(context: TransitionContext, document: Json) -> Subject:
    patient, place = document.get("patient"), document.get("place")
    if not context.release.mutes_places_as_places:
        patient = patient or place
    return Subject(patient=patient, place=place)


# Contacts


async def _run_contact(context: TransitionContext, change: Change) -> bool:
    if _was_changed_on_phone(change.document):
        await _take_over_from_phone(context, change)
        return True
    now = context.now_iso()
    change.document["muted"] = now
    await set_registrations_muted(context, subject_ids(change.document), muted=True)
    report_id = await _last_report(context, change.document)
    await add_to_histories(context, [change.id], muted=True, report_id=report_id, date=now)
    return True


def _was_changed_on_phone(document: Json) -> bool:
    return bool(object_path(document, "muting_history.last_update") == ON_PHONE)


def _comes_under_muted_place(change: Change) -> bool:
    return (
        not is_truthy(change.document.get("muted"))
        and not is_truthy(change.info.get("muting_history") or None)
        and _muted_place_above(change.document, change.info.get("initial_replication_date")) is not None
    )


def _muted_place_above(contact: Json, seen: Any) -> Json | None:
    """Return the nearest place above a contact that was muted before that was first `seen`."""
    place = contact.get("parent")
    while isinstance(place, dict):
        if is_truthy(place.get("muted")) and _is_by(place["muted"], seen):
            return place
        place = place.get("parent")
    return None


def _is_by(muted: Any, seen: Any) -> bool:
    first, then = read_moment(seen, UTC), read_moment(muted, UTC)
    return first is None or then is None or milliseconds(then) <= milliseconds(first)


async def _last_report(context: TransitionContext, contact: Json) -> Any:
    place = _muted_place_above(contact, None)
    if place is None or not place.get("_id"):
        return None
    history = (await muting_histories(context, [place["_id"]]))[place["_id"]]
    return history[-1].get("report_id") if history else None


async def _take_over_from_phone(context: TransitionContext, change: Change) -> None:
    """Do on the server what a phone has done to its contact already: the messages about it, and the history."""
    document = change.document
    muted = is_truthy(document.get("muted"))
    history = document["muting_history"]
    events = history.get(ON_PHONE)
    last = events[-1] if isinstance(events, list) and events and isinstance(events[-1], dict) else {}
    await set_registrations_muted(context, subject_ids(document), muted=muted)
    date = document.get("muted") if muted else last.get("date") or context.now_iso()
    await add_to_histories(context, [change.id], muted=muted, report_id=last.get("report_id"), date=str(date))
    document["muting_history"] = {**history, ON_SERVER: {"muted": muted, "date": date}, "last_update": ON_SERVER}


MUTING = Transition(SECTION, matches, run, check)
