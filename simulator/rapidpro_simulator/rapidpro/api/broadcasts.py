"""The endpoint `broadcasts`: one text for many contacts (rapidpro 4.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.generations import GENERATIONS, Generation

from .calls import RapidProCall, RapidProResponse
from .containers import list_of, translations
from .errors import RapidProApiError, ServerError
from .fields import BodyField, read_fields
from .messages import LARGEST_NUMBER, MOST_QUICK_REPLIES
from .pagination import Listing
from .parts import attachments, contacts, groups, quick_reply, quick_reply_of
from .rendering import moment, refer
from .scalars import language, message_text, urn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from rapidpro_simulator.rapidpro.model.messages import Broadcast

RECIPIENTS = ("urns", "contacts", "groups")
NO_CONTENT = "Must provide either text or attachments."
NO_RECIPIENTS = "Must provide either urns, contacts or groups."
NO_TRANSLATION = "No {} provided in base language."
TRANSLATED = {
    "text": "text translation",
    "attachments": "attachment translations",
    "quick_replies": "quick_replies translations",
}

FIELDS = {
    "urns": BodyField(list_of(urn), shape="list"),
    "contacts": BodyField(contacts, shape="references"),
    "groups": BodyField(groups, shape="references"),
    "text": BodyField(translations(message_text, str), shape="dictionary"),
    "attachments": BodyField(translations(attachments, list), shape="dictionary"),
    "quick_replies": BodyField(translations(list_of(quick_reply, MOST_QUICK_REPLIES), list), shape="dictionary"),
    "base_language": BodyField(language),
}


def _written(generation: Generation) -> dict[str, BodyField]:
    fields = {name: FIELDS[name] for name in generation.fields.written_broadcasts}
    if generation.api.form_broadcasts:
        fields["text"] = replace(fields["text"], shape="value")
    return fields


WRITTEN = {name: _written(each) for name, each in GENERATIONS.items()}
"""The fields that a generation takes."""

_EMPTY: dict[str, Any] = {name: {} if name in TRANSLATED else [] for name in FIELDS}


def _text(broadcast: Broadcast) -> dict[str, str | None]:
    text = broadcast.text
    return {language: text.get(language) for language in languages_of(broadcast)}


def _translated(values: Mapping[str, Any], broadcast: Broadcast) -> dict[str, Any]:
    return {language: list(values.get(language, ())) for language in languages_of(broadcast)}


READ: dict[str, Callable[[Broadcast, RapidProCall], Any]] = {
    "uuid": lambda broadcast, _: broadcast.uuid,
    "id": lambda broadcast, _: broadcast.id,
    "status": lambda broadcast, call: call.generation.words.broadcast[broadcast.status],
    "progress": lambda broadcast, _: {"total": broadcast.total or -1, "started": broadcast.started},
    "urns": lambda broadcast, call: None if call.workspace.settings.anonymous else list(broadcast.urns),
    "contacts": lambda broadcast, _: [refer(each) for each in broadcast.contacts],
    "groups": lambda broadcast, _: [refer(each) for each in broadcast.groups],
    "text": lambda broadcast, _: _text(broadcast),
    "attachments": lambda broadcast, _: _translated(broadcast.attachments, broadcast),
    "quick_replies": lambda broadcast, _: {
        language: [quick_reply_of(reply) for reply in replies]
        for language, replies in _translated(broadcast.quick_replies, broadcast).items()
    },
    "base_language": lambda broadcast, _: broadcast.base_language,
    "created_on": lambda broadcast, _: moment(broadcast.created_on),
}


def languages_of(broadcast: Broadcast) -> Iterable[str]:
    """Return the languages into which anything of a broadcast is translated, in order."""
    if not broadcast.attachments and not broadcast.quick_replies:
        return broadcast.languages
    return dict.fromkeys((*broadcast.languages, *broadcast.attachments, *broadcast.quick_replies))


SHOWN = {each.name: [(name, READ[name]) for name in each.fields.broadcasts] for each in GENERATIONS.values()}
"""The fields that a generation shows, in its order."""


def render(broadcast: Broadcast, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a broadcast, in the generation's order."""
    return {name: read(broadcast, call) for name, read in SHOWN[call.generation.name]}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET broadcasts`."""
    number = call.integer("id", LARGEST_NUMBER)
    uuid = call.uuid("uuid") if call.generation.api.filters_by_uuid else None

    found = Listing(call.workspace.broadcasts)
    if number:
        found = found.only(call.workspace.database.store.broadcast(number))
    if uuid:
        found = found.only(call.workspace.database.store.broadcast_by_uuid(uuid))
    return call.page(found, render)


async def create(call: RapidProCall) -> RapidProResponse:
    """Answer `POST broadcasts`: every one is a new broadcast, there is no idempotency."""
    body = call.read_body()
    _look_up(call)
    values = read_fields(WRITTEN[call.generation.name], call.writable(body), call)
    base_language = _check(values)
    if call.generation.mailroom.broadcasts_need_mailroom:
        await call.reach_mailroom()
    broadcast = call.workspace.create_broadcast(**{**_EMPTY, **values, "base_language": base_language})
    return RapidProResponse(201, render(broadcast, call))


def _look_up(call: RapidProCall) -> None:
    # A broadcast is never updated, but RapidPro looks for the one that a stray parameter names.
    uuid = call.uuid("uuid")
    if uuid is None:
        return
    if not call.generation.api.filters_by_uuid:
        raise ServerError
    if call.workspace.database.store.broadcast_by_uuid(uuid) is None:
        raise call.missing("Broadcast")


def _check(values: dict[str, Any]) -> str:
    contents = {name: values.get(name) for name in TRANSLATED}
    text, attachments = contents["text"], contents["attachments"]
    if not text and not attachments:
        raise RapidProApiError.overall(NO_CONTENT)
    if not any(values.get(name) for name in RECIPIENTS):
        raise RapidProApiError.overall(NO_RECIPIENTS)
    base_language = values.get("base_language")
    if base_language is None:
        return str(next(iter(text or attachments or {})))
    if not text:  # RapidPro looks into a text that is not there
        raise ServerError
    for name, content in contents.items():
        if content and base_language not in content:
            raise RapidProApiError.overall(NO_TRANSLATION.format(TRANSLATED[name]))
    return str(base_language)
