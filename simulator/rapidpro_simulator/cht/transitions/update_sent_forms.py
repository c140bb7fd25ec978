"""`update_sent_forms`: when a place last reported a form that it is reminded of; until 3.17 (cht-sentinel 5.17)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.lineage import minified
from rapidpro_simulator.cht.messages.moments import iso, read_moment

from .reports import is_report
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]


def _place(document: Json) -> Json | None:
    contact = document.get("contact")
    parent = contact.get("parent") if isinstance(contact, dict) else None
    return parent if isinstance(parent, dict) and parent.get("_rev") else None


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    reminded = {each.get("form") for each in context.entries("reminders")}
    return is_report(document) and document.get("form") in reminded and _place(document) is not None


async def run(context: TransitionContext, change: Change) -> bool:
    place = _place(change.document)
    reported = read_moment(change.document.get("reported_date"), context.zone)
    if place is None or reported is None:
        return False
    known = place.get("sent_forms")
    sent = known if isinstance(known, dict) else {}
    date = iso(reported)
    form = change.document["form"]
    if str(sent.get(form, "")) >= date:
        return False
    place["sent_forms"] = {**sent, form: date}
    place["_rev"] = await context.store.put(minified(place))
    return True


UPDATE_SENT_FORMS = Transition("update_sent_forms", matches, run, exists=lambda release: release.has_sent_forms)
