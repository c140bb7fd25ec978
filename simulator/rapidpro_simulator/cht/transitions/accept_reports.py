"""`accept_patient_reports` and `accept_case_reports`: reports about those who are registered (cht-sentinel 5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.context import Subject
from rapidpro_simulator.cht.messages.moments import parse_duration, read_moment, subtract

from .context import objects_in
from .errors import TransitionError
from .lookups import registrations_of, subject_ids
from .replies import ACCEPTED, is_relevant, messages_of, reject
from .reports import fields_of, is_report, is_valid_submission
from .schedules.clearing import clear_schedules, group_of, split_names
from .transition import Transition
from .validations import is_valid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]

NOT_FOUND = "registration_not_found"
PATIENT_REPORTS = "patient_reports"
CASE_REPORTS = "accept_case_reports"
ANSWERABLE = ("delivered", "sent")


def _configuration(context: TransitionContext, section: str, document: Json) -> Json | None:
    return next((each for each in context.entries(section) if each.get("form") == document.get("form")), None)


def _matches(section: str) -> Callable[[TransitionContext, Change], bool]:
    def matches(context: TransitionContext, change: Change) -> bool:
        document = change.document
        return (
            is_report(document)
            and is_truthy(document.get("reported_date"))
            and _configuration(context, section, document) is not None
            and is_valid_submission(context, document)
        )

    return matches


async def run_patient_report(context: TransitionContext, change: Change) -> bool:
    document = change.document
    configuration = _configuration(context, PATIENT_REPORTS, document) or {}
    if not await is_valid(context, document, configuration):
        return True
    patient, place = document.get("patient"), document.get("place")
    if not patient and not place:
        reject(context, document, configuration, NOT_FOUND)
        return True
    if configuration.get("messages") is None and not context.release.optional_report_messages:
        raise TransitionError("Cannot read properties of undefined (reading 'forEach')")
    of_patient = await registrations_of(context, subject_ids(patient))
    of_place = await registrations_of(context, subject_ids(place))
    _add_messages(context, document, configuration, Subject(patient, place, of_patient, of_place))
    registrations = _unique([*of_patient, *of_place])
    if registrations:
        document["registration_id"] = max(registrations, key=_reported)["_id"]
    await _silence(context, document, configuration, registrations)
    await _answer(context, document, configuration, registrations)
    return True


async def run_case_report(context: TransitionContext, change: Change) -> bool:
    document = change.document
    configuration = _configuration(context, CASE_REPORTS, document) or {}
    if not await is_valid(context, document, configuration):
        return True
    case_id = document.get("case_id") or fields_of(document).get("case_id")
    registrations = await registrations_of(context, [case_id])
    if not registrations:
        reject(context, document, configuration, NOT_FOUND)
        return True
    # The registrations of a case go for a patient's: without a patient, the messages have an error.
    subject = Subject(document.get("patient"), document.get("place"), registrations)
    _add_messages(context, document, configuration, subject)
    place = fields_of(registrations[0]).get("place_uuid")
    if place is not None:
        document["fields"] = {**fields_of(document), "place_uuid": place}
    await _silence(context, document, configuration, registrations)
    return False  # and so all this is lost, unless another transition changes the document


def _add_messages(context: TransitionContext, document: Json, configuration: Json, subject: Subject) -> None:
    for message in messages_of(configuration):
        if message.get("event_type") == ACCEPTED and is_relevant(context, message, document):
            context.composer.add_message(document, message, message.get("recipient"), subject)


async def _silence(
    context: TransitionContext, document: Json, configuration: Json, registrations: Sequence[Json]
) -> None:
    types = split_names(configuration.get("silence_type"))
    if types:
        await clear_schedules(context, document, registrations, types, configuration.get("silence_for"))


async def _answer(
    context: TransitionContext, document: Json, configuration: Json, registrations: Sequence[Json]
) -> None:
    """Note on the message that this report answers that it was answered."""
    for registration in registrations:
        task = _answered_task(context, document, configuration, registration)
        if task is not None:
            known = task.get("responded_to_by")
            task["responded_to_by"] = [*(known if isinstance(known, list) else []), document.get("_id")]
            await context.store.put(registration)
            return


def _answered_task(context: TransitionContext, document: Json, configuration: Json, registration: Json) -> Json | None:
    reported = read_moment(document.get("reported_date"), context.zone)
    dated = [
        (read_moment(each.get("due"), context.zone), each) for each in objects_in(registration.get("scheduled_tasks"))
    ]
    tasks = sorted(((due, each) for due, each in dated if due is not None), key=lambda pair: pair[0])
    if reported is None or not tasks or reported < tasks[0][0]:
        return None
    for place in range(len(tasks) - 1, -1, -1):
        due, task = tasks[place]
        if task.get("state") == "cleared" and _silences(due, configuration, reported):
            before = tasks[place - 1][1] if place else {}
            if group_of(before) != group_of(task):
                return None
        if due < reported and task.get("state") in ANSWERABLE:
            return task
    return None


def _silences(due: datetime, configuration: Json, reported: datetime) -> bool:
    duration = parse_duration(configuration.get("silence_for"))
    return (subtract(due, duration) if duration else due) < reported


def _reported(registration: Json) -> float:
    reported = registration.get("reported_date")
    return reported if isinstance(reported, (int, float)) else 0


def _unique(registrations: Sequence[Json]) -> list[Json]:
    return list({each["_id"]: each for each in registrations}.values())


ACCEPT_PATIENT_REPORTS = Transition(
    "accept_patient_reports", _matches(PATIENT_REPORTS), run_patient_report, in_api=True
)
ACCEPT_CASE_REPORTS = Transition("accept_case_reports", _matches(CASE_REPORTS), run_case_report, in_api=True)
