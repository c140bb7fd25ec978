"""Messages as CHT makes them: text, number, identifier, and what is wrong with them (cht-sentinel 4.1, 4.2)."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.javascript import is_truthy, trim

from . import recipients
from .context import Subject, template_context
from .filters import render_with_filters
from .mustache import TemplateError
from .recipients import RecipientError, phone_of
from .scalars import parse_int
from .sms_length import DEFAULT_LIMIT, shorten
from .states import set_task_state
from .translations import Translations, locale_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from rapidpro_simulator.cht.releases import Release

    from .outgoing import Outgoing

    Document = dict[str, Any]

EMPTY = "messages.errors.message.empty"
NO_PATIENT = "messages.errors.patient.missing"
NO_PLACE = "messages.errors.place.missing"
NOTHING = Subject()


class CompositionError(Exception):
    """No message can be made of a text; the report gets an error of the code `parse_error` with this text."""


@dataclass
class Composer:
    """Makes the messages of one process.

    `settings` and `now` are asked at every message; `new_uuid` draws the identifier of one. `outgoing` remembers what
    was sent, and says in which state a message begins. `zone` is the server's time zone.
    """

    settings: Callable[[], Mapping[str, Any]]
    release: Release
    now: Callable[[], datetime]
    new_uuid: Callable[[], str]
    outgoing: Outgoing
    translations: Translations = field(default_factory=Translations)
    zone: tzinfo = UTC

    def text_of(self, content: Mapping[str, Any], locale: str) -> str | None:
        """Return the template that a part of the settings names, by `translation_key` or `message`; None: none."""
        key = content.get("translation_key")
        if is_truthy(key):
            text = self.translations.translate(str(key), locale)
            return None if text in ("", key) else text
        return _deprecated_text(content.get("message"), locale)

    def render(self, template: str, context: Mapping[str, Any], locale: str) -> str:
        """Return the text of `template`. Raises `TemplateError`."""
        local_phone = self.release.local_phone_filter
        return render_with_filters(template, context, self.settings(), locale, self.zone, local_phone=local_phone)

    def generate(
        self, document: Document, content: Mapping[str, Any], recipient: Any, subject: Subject = NOTHING
    ) -> Document:
        """Return a message about `document`: `uuid`, `to`, `message`; `error` says what it lacks.

        `content` names its text as the settings do; without `recipient` it goes to the sender. Raises
        `CompositionError` where the template cannot be read.
        """
        locale = locale_of(document, self.settings())
        context = template_context(document, subject)
        try:
            message = {"uuid": self.new_uuid(), "to": self._phone(document, recipient, context)}
            template = self.text_of(content, locale)
            text = None if template is None else self.render(template, context, locale)
        except (TemplateError, RecipientError) as error:
            raise CompositionError(f"{error}: {content.get('translation_key', 'undefined')}") from error
        return self._finish(message, text, subject)

    def _phone(self, document: Document, recipient: Any, context: Document) -> Any:
        takes_arrays = self.release.recipient_lists
        phone = phone_of(recipient, context, document, self.settings(), takes_arrays=takes_arrays)
        return deepcopy(phone)

    def _finish(self, message: Document, text: str | None, subject: Subject) -> Document:
        if message["to"] is None:
            del message["to"]
        if not text:
            return {**message, "error": EMPTY}
        limit = parse_int(self.settings().get("multipart_sms_limit")) or DEFAULT_LIMIT
        shortened = shorten(text, limit)
        message["message"] = text if shortened is None else shortened
        if shortened is not None:
            message["original_message"] = text
        if subject.registrations and not subject.patient:
            message["error"] = NO_PATIENT
        elif subject.place_registrations and not subject.place:
            message["error"] = NO_PLACE
        return message

    def add_message(
        self,
        document: Document,
        content: Mapping[str, Any],
        recipient: Any = None,
        subject: Subject = NOTHING,
        **properties: Any,
    ) -> Document | None:
        """Append a task with an immediate message to `document` and return it; `properties` go into the task.

        Where the template cannot be read there is no task but an error in the document.
        """
        try:
            message = self.generate(
                document, content, recipient if is_truthy(recipient) else recipients.DEFAULT, subject
            )
        except CompositionError as error:
            add_error(document, "parse_error", str(error))
            return None
        task: Document = {"messages": [message]}
        state = self.outgoing.state(
            document.get("from"), message.get("to"), message.get("message", "undefined"), self.settings()
        )
        set_task_state(task, state, self.now())
        task.update(properties)
        _append(document, "tasks", task)
        return task


def add_error(document: Document, code: str, message: Any) -> None:
    """Append an error to `document`, unless it has one of that code already, or there is no text."""
    if not message:
        return
    errors = document.get("errors")
    known = errors if isinstance(errors, list) else []
    if not any(isinstance(each, dict) and each.get("code") == code for each in known):
        document["errors"] = [*known, {"code": code, "message": message}]


def _append(document: Document, name: str, task: Document) -> None:
    tasks = document.get(name)
    document[name] = [*tasks, task] if isinstance(tasks, list) else [task]


def _deprecated_text(message: Any, locale: str) -> str | None:
    if isinstance(message, str):
        return message or None
    entries = [each for each in message if isinstance(each, dict)] if isinstance(message, list) else []
    entry = next((each for each in entries if each.get("locale") == locale), entries[0] if entries else {})
    content = entry.get("content")
    return trim(content) or None if isinstance(content, str) else None
