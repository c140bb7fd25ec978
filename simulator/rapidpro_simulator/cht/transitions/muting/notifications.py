"""`update_notifications`: muting as it was before 3.2, and may still be configured (cht-sentinel 5.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.context import Subject
from rapidpro_simulator.cht.transitions.replies import add_text_error, message_for
from rapidpro_simulator.cht.transitions.reports import form_matches, is_report, is_valid_submission
from rapidpro_simulator.cht.transitions.transition import Transition
from rapidpro_simulator.cht.transitions.validations import is_valid

from .contacts import set_muted

if TYPE_CHECKING:
    from rapidpro_simulator.cht.transitions.change import Change
    from rapidpro_simulator.cht.transitions.context import TransitionContext

    Json = dict[str, Any]

SECTION = "notifications"
NOT_FOUND = "patient_not_found"
MISCONFIGURED = f'Failed to complete notification request, event type "{NOT_FOUND}" misconfigured.'


def _mutes(context: TransitionContext, document: Json) -> bool | None:
    """Say whether the form of a report mutes or unmutes; None where it does neither."""
    section = context.section(SECTION)
    for name, muted in (("off_form", True), ("on_form", False)):
        if section.get(name) and form_matches(section[name], document.get("form")):
            return muted
    return None


def matches(context: TransitionContext, change: Change) -> bool:
    document = change.document
    return is_report(document) and _mutes(context, document) is not None and is_valid_submission(context, document)


async def run(context: TransitionContext, change: Change) -> bool:
    document = change.document
    configuration = context.section(SECTION)
    if not await is_valid(context, document, configuration):
        return True
    contact = document.get("patient") or document.get("place")
    if not contact:
        message = message_for(configuration, NOT_FOUND)
        add_text_error(context, document, "invalid_report", message or {"message": MISCONFIGURED}, _subject(document))
        _add_message(context, document, message)
        return True
    muted = bool(_mutes(context, document))
    _add_message(context, document, message_for(configuration, "on_mute" if muted else "on_unmute"))
    if is_truthy(contact.get("muted")) != muted:
        await set_muted(context, contact, muted=muted, report_id=change.id)
    return True


def _add_message(context: TransitionContext, document: Json, message: Json | None) -> None:
    if message is not None:
        context.composer.add_message(document, message, message.get("recipient"), _subject(document))


def _subject(document: Json) -> Subject:
    return Subject(patient=document.get("patient"), place=document.get("place"))


UPDATE_NOTIFICATIONS = Transition("update_notifications", matches, run, deprecated_in="3.2.x")
