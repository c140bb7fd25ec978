"""`death_reporting`: the day somebody died, on the person (cht-sentinel 5.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import is_person
from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.lineage import minified
from rapidpro_simulator.cht.messages.lineage_words import object_path

from .errors import ConfigurationError, TransitionError
from .reports import is_report, is_valid_submission
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]

SECTION = "death_reporting"
UNCONFIGURED = "Configuration error. Config must have a 'death_reporting.mark_deceased_forms' array defined."


def check(context: TransitionContext) -> None:
    forms = context.section(SECTION).get("mark_deceased_forms")
    if not isinstance(forms, list) or not forms:
        raise ConfigurationError(UNCONFIGURED)


def _lists(context: TransitionContext, name: str, document: Json) -> bool:
    forms = context.section(SECTION).get(name)
    return isinstance(forms, list) and document.get("form") in forms


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    return (
        is_report(document)
        and any(_lists(context, name, document) for name in ("mark_deceased_forms", "undo_deceased_forms"))
        and is_valid_submission(context, document)
        and bool(document.get("patient"))
    )


async def run(context: TransitionContext, change: Change) -> bool:
    document = change.document
    patient = document["patient"]
    if not is_person(context.settings, patient):
        raise TransitionError(f"{patient.get('_id')} is no person")  # CHT's own words for it are not known
    if _lists(context, "mark_deceased_forms", document):
        if is_truthy(patient.get("date_of_death")):
            return False
        patient["date_of_death"] = _date(context, document)
    elif patient.pop("date_of_death", None) is None:
        return False
    patient["_rev"] = await context.store.put(minified(patient))
    return True


def _date(context: TransitionContext, document: Json) -> Any:
    path = context.section(SECTION).get("date_field")
    found = object_path(document, str(path)) if is_truthy(path) else None
    return found if is_truthy(found) else document.get("reported_date")


DEATH_REPORTING = Transition(SECTION, matches, run, check, in_api=True)
