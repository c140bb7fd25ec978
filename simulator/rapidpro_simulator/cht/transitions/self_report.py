"""`self_report`: a report is about its sender (cht-sentinel 5.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy

from .lookups import contact_by_phone
from .replies import accept, reject
from .reports import fields_of, is_report
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]

NOT_FOUND = "sender_not_found"


def _configuration(context: TransitionContext, document: Json) -> Json | None:
    return next((each for each in context.entries("self_report") if each.get("form") == document.get("form")), None)


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    fields = fields_of(document)
    return (
        is_report(document)
        and is_truthy(document.get("from"))
        and _configuration(context, document) is not None
        and not is_truthy(fields.get("patient_id"))
        and not is_truthy(fields.get("patient_uuid"))
    )


async def run(context: TransitionContext, change: Change) -> bool:
    document = change.document
    configuration = _configuration(context, document) or {}
    sender = await contact_by_phone(context, document["from"])
    if sender is None:
        reject(context, document, configuration, NOT_FOUND)
        return True
    document["patient"] = sender
    document["fields"] = {**fields_of(document), "patient_uuid": sender["_id"]}
    if is_truthy(sender.get("patient_id")):
        document["fields"]["patient_id"] = sender["patient_id"]
    accept(context, document, configuration)
    return True


SELF_REPORT = Transition("self_report", matches, run, in_api=True)
