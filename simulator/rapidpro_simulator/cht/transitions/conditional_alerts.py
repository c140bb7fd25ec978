"""`conditional_alerts`: messages where a condition in JavaScript holds (cht-sentinel 5.9)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import JavaScriptError, as_object
from rapidpro_simulator.cht.messages.lineage_words import object_path

from .errors import TransitionError
from .reports import is_report, is_valid_submission
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]

BY_FORM_AND_PARENT = "medic/reports_by_form_and_parent"
NO_PARENT = "Missing required argument `parentId` for match query."
REPORTS = "earlierReports"  # the name under which the function finds them


def _alerts(context: TransitionContext, document: Json) -> list[Json]:
    alerts = as_object(context.settings.get("alerts")).values()
    return [each for each in alerts if isinstance(each, dict) and each.get("form") == document.get("form")]


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    return is_report(document) and bool(_alerts(context, document)) and is_valid_submission(context, document)


async def run(context: TransitionContext, change: Change) -> bool:
    changed = False
    for alert in _alerts(context, change.document):
        if await _holds(context, change.document, str(alert.get("condition") or "")):
            context.composer.add_message(change.document, alert, alert.get("recipient"))
            changed = True
    return changed


async def _holds(context: TransitionContext, document: Json, condition: str) -> bool:
    variables: Json = {"doc": document}
    form = str(document["form"])
    if form in condition:
        variables[REPORTS] = await _earlier_reports(context, document)
        newest = f"function (place) {{ return {REPORTS}[{REPORTS}.length - 1 - place]; }}"
        condition = f"globalThis[{json.dumps(form)}] = {newest};\n{condition}"
    try:
        return context.sandbox.holds(condition, variables)
    except JavaScriptError as error:
        raise TransitionError(json.dumps(error.message, ensure_ascii=False)) from error


async def _earlier_reports(context: TransitionContext, document: Json) -> list[Json]:
    """Return the reports of the form from the same place, by date, the one in hand among them."""
    parent = object_path(document, "contact.parent._id")
    if not parent:
        raise TransitionError(json.dumps(NO_PARENT))
    key = [document["form"], parent]
    rows = await context.store.view(BY_FORM_AND_PARENT, key=key, include_docs=True, reduce=False)
    reports = [row["doc"] for row in rows if row.get("doc") and row["id"] != document.get("_id")]
    return sorted([*reports, document], key=_reported)


def _reported(document: Json) -> float:
    reported = document.get("reported_date")
    return reported if isinstance(reported, (int, float)) else 0


CONDITIONAL_ALERTS = Transition("conditional_alerts", matches, run, in_api=True)
