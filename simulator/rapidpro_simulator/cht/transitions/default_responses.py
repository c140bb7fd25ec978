"""`default_responses`: a reply to messages that are no report (cht-sentinel 5.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy, milliseconds
from rapidpro_simulator.cht.messages.lineage_words import object_path
from rapidpro_simulator.cht.messages.moments import read_moment
from rapidpro_simulator.cht.messages.phones import is_same

from .context import objects_in
from .reports import DATA_RECORD
from .transition import Transition

if TYPE_CHECKING:
    from .change import Change
    from .context import TransitionContext

    Json = dict[str, Any]


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    return (
        document.get("type") == DATA_RECORD
        and is_truthy(document.get("from"))
        and not is_truthy(document.get("kujua_message"))
        and _have_begun(context, document)
        and not _is_from_gateway(context, document)
    )


async def run(context: TransitionContext, change: Change) -> bool:
    key = _reply(context, change.document)
    if key is not None:
        context.composer.add_message(change.document, {"translation_key": key})
    return True  # even without a reply: CHT writes the document once more


def _have_begun(context: TransitionContext, document: Json) -> bool:
    start = read_moment(context.section("default_responses").get("start_date"), context.zone)
    reported = document.get("reported_date")
    return start is not None and isinstance(reported, (int, float)) and milliseconds(start) < reported


def _is_from_gateway(context: TransitionContext, document: Json) -> bool:
    sender = object_path(document, "sms_message.from")
    return is_same(context.settings.get("gateway_number"), sender)


def _reply(context: TransitionContext, document: Json) -> str | None:
    codes = {each.get("code") for each in objects_in(document.get("errors"))}
    if "sys.empty" in codes:
        return "empty"
    if "sys.form_not_found" in codes:
        return "form_not_found" if is_truthy(context.settings.get("forms_only_mode")) else "sms_received"
    return None if isinstance(document.get("form"), str) else "sms_received"


DEFAULT_RESPONSES = Transition("default_responses", matches, run, in_api=True)
