"""Messages that a transition is configured with: rejections, successes, and what is wrong (cht-sentinel 4.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.composer import NOTHING, add_error
from rapidpro_simulator.cht.messages.context import Subject, template_context
from rapidpro_simulator.cht.messages.mustache import TemplateError
from rapidpro_simulator.cht.messages.translations import locale_of

from .context import objects_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .context import TransitionContext

    Json = dict[str, Any]

ACCEPTED = "report_accepted"
GENERIC = "messages.generic."
SENDER = "from"


def messages_of(configuration: Mapping[str, Any]) -> list[Json]:
    """Return the messages that a part of the settings lists."""
    return objects_in(configuration.get("messages"))


def message_for(configuration: Mapping[str, Any], event: str) -> Json | None:
    """Return the first message for `event`."""
    return next((each for each in messages_of(configuration) if each.get("event_type") == event), None)


def reject(
    context: TransitionContext, document: Json, configuration: Mapping[str, Any], code: str, **extras: Any
) -> None:
    """Add the message and the error that say why a report is refused."""
    message = message_for(configuration, code)
    subject = Subject(patient=document.get("patient"), place=document.get("place"), extras=extras)
    if message is not None or context.release.translates_rejections:
        message = message or {"translation_key": GENERIC + code, "recipient": SENDER}
        context.composer.add_message(document, message, message.get("recipient"), subject)
        add_text_error(context, document, code, message, subject)
        return
    context.composer.add_message(document, {"translation_key": GENERIC + code}, SENDER, subject)
    add_error(document, code, GENERIC + code)


def accept(context: TransitionContext, document: Json, configuration: Mapping[str, Any], event: str = ACCEPTED) -> None:
    """Add the message for a report that is taken, if there is one."""
    message = message_for(configuration, event)
    if message is not None:
        subject = Subject(patient=document.get("patient"), place=document.get("place"))
        context.composer.add_message(document, message, message.get("recipient"), subject)


def add_text_error(
    context: TransitionContext, document: Json, code: str, content: Mapping[str, Any], subject: Subject = NOTHING
) -> None:
    """Add an error whose text is that of a message; a text that is not translated is its key."""
    locale = locale_of(document, context.settings)
    template = context.composer.text_of(content, locale) or content.get("translation_key")
    if isinstance(template, str):
        add_rendered_error(context, document, code, template, subject)


def add_rendered_error(
    context: TransitionContext, document: Json, code: str, template: str, subject: Subject = NOTHING
) -> None:
    """Add an error whose text is a template."""
    locale = locale_of(document, context.settings)
    try:
        text = context.composer.render(template, template_context(document, subject), locale)
    except TemplateError as error:
        add_error(document, "parse_error", str(error))
        return
    add_error(document, code, text)


def is_relevant(context: TransitionContext, message: Mapping[str, Any], document: Json) -> bool:
    """Say whether the `bool_expr` of a message holds; none holds. Raises `JavaScriptError`."""
    expression = message.get("bool_expr")
    return not is_truthy(expression) or context.sandbox.holds(str(expression), {"doc": document})
