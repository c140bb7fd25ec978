"""What an event of a registration may trigger (cht-sentinel 5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.transitions.lookups import parent_id_of_sender, registrations_of, subject_ids, subject_of
from rapidpro_simulator.cht.transitions.reports import fields_of
from rapidpro_simulator.cht.transitions.schedules import assign_schedule, clear_schedules
from rapidpro_simulator.cht.transitions.shortcodes import new_shortcode

from .contacts import add_patient, add_place
from .dates import add_birth_date, add_expected_date
from .parameters import listed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from rapidpro_simulator.cht.transitions.context import TransitionContext

    from .parameters import Parameters

    Json = dict[str, Any]
    Trigger = Callable[[TransitionContext, Json, Json, Parameters], Awaitable[None]]


async def _expected_date(context: TransitionContext, document: Json, _: Json, __: Parameters) -> None:
    add_expected_date(context, document)


async def _birth_date(context: TransitionContext, document: Json, _: Json, __: Parameters) -> None:
    add_birth_date(context, document)


async def _add_case(context: TransitionContext, document: Json, _: Json, __: Parameters) -> None:
    if not is_truthy(document.get("case_id")):
        document["case_id"] = await new_shortcode(context)
    place = parent_id_of_sender(document)
    if place is not None:
        document["fields"] = {**fields_of(document), "place_uuid": place}


async def _assign_schedule(context: TransitionContext, document: Json, _: Json, parameters: Parameters) -> None:
    subject = await subject_of(context, document)
    for name in listed(parameters):
        assign_schedule(context, document, name, subject)


async def _clear_schedule(context: TransitionContext, document: Json, _: Json, parameters: Parameters) -> None:
    case_id = document.get("case_id") or fields_of(document).get("case_id")
    ids = [*subject_ids(document.get("patient")), *subject_ids(document.get("place")), case_id]
    registrations = await registrations_of(context, ids)
    await clear_schedules(context, document, registrations, listed(parameters))


TRIGGERS: Mapping[str, Trigger] = {
    "add_patient": add_patient,
    "add_patient_id": add_patient,
    "add_place": add_place,
    "add_case": _add_case,
    "add_expected_date": _expected_date,
    "add_birth_date": _birth_date,
    "assign_schedule": _assign_schedule,
    "clear_schedule": _clear_schedule,
}
"""By name; others are ignored."""
