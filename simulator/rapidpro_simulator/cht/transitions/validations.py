"""What transitions do with the `validations` of their configuration (cht-sentinel 4.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy
from rapidpro_simulator.cht.messages.composer import add_error
from rapidpro_simulator.cht.messages.context import Subject
from rapidpro_simulator.cht.messages.translations import locale_of
from rapidpro_simulator.cht.validation import ReportCheck, validate
from rapidpro_simulator.cht.validation.rules import RulesError

from .context import objects_in
from .replies import add_rendered_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .context import TransitionContext

    Json = dict[str, Any]

SEPARATOR = "  "
UNREADABLE = "invalid_report"


async def is_valid(context: TransitionContext, document: Json, configuration: Mapping[str, Any]) -> bool:
    """Say whether a report keeps the rules of `configuration`; what it breaks, it is told of."""
    found = configuration.get("validations")
    validations = found if isinstance(found, dict) else {}
    check = ReportCheck(
        document=document,
        settings=context.settings,
        release=context.release,
        now=context.now(),
        sandbox=context.sandbox,
        view=context.store.view,
        log=context.log,
    )
    try:
        failures = await validate(check, objects_in(validations.get("list")))
    except RulesError as error:
        add_error(document, UNREADABLE, str(error))
        context.composer.add_message(document, {"message": str(error)})
        return False
    texts = []
    for failure in failures:
        text = _text(context, document, failure.entry)
        if text:
            add_rendered_error(context, document, failure.code, text, _subject(document))
            texts.append(text)
    _reply(context, document, texts, joined=is_truthy(validations.get("join_responses")))
    return not failures


def _text(context: TransitionContext, document: Json, entry: Json) -> str:
    if isinstance(entry.get("message"), str) and not context.release.validations_take_plain_texts:
        entry = {name: value for name, value in entry.items() if name != "message"}
    locale = locale_of(document, context.settings)
    return context.composer.text_of(entry, locale) or str(entry.get("translation_key") or "")


def _reply(context: TransitionContext, document: Json, texts: list[str], *, joined: bool) -> None:
    if texts:
        text = SEPARATOR.join(texts) if joined else texts[0]
        context.composer.add_message(document, {"message": text}, subject=_subject(document))


def _subject(document: Json) -> Subject:
    return Subject(patient=document.get("patient"), place=document.get("place"))
