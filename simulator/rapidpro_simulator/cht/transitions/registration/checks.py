"""What is wrong with the settings of `registration`, in CHT's words (cht-sentinel 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import PERSON, is_person_type, type_named
from rapidpro_simulator.cht.javascript import as_text, is_truthy
from rapidpro_simulator.cht.transitions.context import objects_in
from rapidpro_simulator.cht.transitions.errors import ConfigurationError

from .parameters import checked_parameters, named

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rapidpro_simulator.cht.transitions.context import TransitionContext

    from .parameters import Parameters

    Json = dict[str, Any]

NO_LIST = "Cannot read properties of undefined (reading 'forEach')"


def check(context: TransitionContext) -> None:
    """Raise `ConfigurationError` where the registrations do not serve."""
    registrations = context.settings.get("registrations")
    if not isinstance(registrations, list):
        raise ConfigurationError(NO_LIST)
    for registration in objects_in(registrations):
        for event in objects_in(registration.get("events")):
            parameters = checked_parameters(registration.get("form"), event)
            checker = _CHECKERS.get(str(event.get("trigger")))
            if checker is not None:
                checker(context, registration, event, parameters)


def _check_patient(context: TransitionContext, registration: Json, event: Json, parameters: Parameters) -> None:
    if named(parameters, "patient_id_field") == "patient_id":
        raise _error(registration, event, "patient_id_field cannot be set to patient_id")
    identifier = named(parameters, "contact_type") or PERSON
    kind = type_named(context.settings, identifier)
    if kind is None:
        raise _error(registration, event, f'trigger would create a doc with an unknown contact type "{identifier}"')
    if not is_person_type(kind):
        raise _error(registration, event, f'trigger would create a person with a place contact type "{identifier}"')


def _check_place(context: TransitionContext, registration: Json, event: Json, parameters: Parameters) -> None:
    identifier = named(parameters, "contact_type")
    if not is_truthy(identifier):
        raise _error(registration, event, "trigger would create a place with an undefined contact type")
    kind = type_named(context.settings, identifier)
    if kind is None:
        raise _error(registration, event, f'trigger would create a place with an unknown contact type "{identifier}"')
    if is_person_type(kind):
        raise _error(registration, event, f'trigger would create a place with a person contact type "{identifier}"')


def _check_schedules(_: TransitionContext, registration: Json, event: Json, parameters: Parameters) -> None:
    place = f"{registration.get('form')}.{event.get('trigger')}"
    if not is_truthy(event.get("params")):
        text = f"Configuration error. Expecting params to be defined as the name of the schedule(s) for {place}"
        raise ConfigurationError(text)
    if not isinstance(parameters, list):
        text = "Configuration error. Expecting params to be a string, comma separated list, or an array"
        raise ConfigurationError(f"{text} for {place}: '{as_text(event.get('params'))}'")


def _error(registration: Json, event: Json, text: str) -> ConfigurationError:
    return ConfigurationError(f"Configuration error in {registration.get('form')}.{event.get('trigger')}: {text}")


_CHECKERS: Mapping[str, Callable[[TransitionContext, Json, Json, Parameters], None]] = {
    "add_patient": _check_patient,
    "add_patient_id": _check_patient,
    "add_place": _check_place,
    "assign_schedule": _check_schedules,
    "clear_schedule": _check_schedules,
}
