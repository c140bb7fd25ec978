"""`update_scheduled_reports`: a weekly or monthly report takes the place of the one before (cht-sentinel 5.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.contact_types import leaf_place_types, type_id
from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.lineage_words import object_path

from .reports import fields_of, is_report
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]

PERIODS = {
    "medic/reports_by_form_year_week_parent_reported_date": ("week", "week_number"),
    "medic/reports_by_form_year_month_parent_reported_date": ("month", "month_num"),
}
"""By view, the fields that name the period."""


def _period(document: Json) -> tuple[str, Any] | None:
    fields = fields_of(document)
    for view, names in PERIODS.items():
        found = next((fields[name] for name in names if is_truthy(fields.get(name))), None)
        if found is not None:
            return view, found
    return None


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    return (
        is_report(document)
        and not is_truthy(document.get("errors") or None)
        and is_truthy(fields_of(document).get("year"))
        and _period(document) is not None
        and type_id(object_path(document, "contact.parent")) in leaf_place_types(context.settings)
    )


async def run(context: TransitionContext, change: Change) -> bool:
    document = change.document
    period = _period(document)
    assert period is not None
    view, number = period
    key = [document["form"], fields_of(document)["year"], number, object_path(document, "contact.parent._id")]
    rows = await context.store.view(view, startkey=key, endkey=[*key, {}], include_docs=True)
    others = [row["doc"] for row in rows if row.get("doc") and row["id"] != document.get("_id")]
    if others:
        deleted = [{"_id": each["_id"], "_rev": each["_rev"], "_deleted": True} for each in others]
        await context.store.bulk_docs(deleted)
    return True


UPDATE_SCHEDULED_REPORTS = Transition("update_scheduled_reports", matches, run, in_api=True)
