"""Messages as the archiver writes them: their rows, in words, and whatever generation of the API asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.messages import Visibility

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from rapidpro_simulator.rapidpro.generations import Generation
    from rapidpro_simulator.rapidpro.model.messages import Message
    from rapidpro_simulator.rapidpro.model.named import NamedRow
    from rapidpro_simulator.rapidpro.model.settings import Settings

VISIBILITY = {Visibility.VISIBLE: "visible", Visibility.ARCHIVED: "archived"}
Record = dict[str, Any]


def archived(
    messages: Sequence[Message], settings: Settings, generation: Generation
) -> Iterator[tuple[datetime, Record]]:
    """Go through what is archived of messages, each with its date; deleted ones are not."""
    for message in messages:
        if message.visibility in VISIBILITY:
            yield message.created_on, _record(message, settings, generation)


def _record(message: Message, settings: Settings, generation: Generation) -> Record:
    first = {"uuid": message.uuid} if generation.api.filters_by_uuid else {}
    return first | {
        "id": message.id,
        "broadcast": message.broadcast and message.broadcast.id,
        "contact": {"uuid": message.contact.uuid, "name": message.contact.name},
        "urn": None if settings.anonymous else message.urn,
        "channel": _refer(message.channel),
        "flow": _refer(message.flow),
        "direction": "in" if message.incoming else "out",
        "type": message.kind,
        "status": generation.words.message[message.status],
        "visibility": VISIBILITY[message.visibility],
        "text": message.text,
        "attachments": [_attachment(each) for each in message.attachments or ()],
        "labels": [_refer(each) for each in message.labels or ()],
        "created_on": message.created_on.isoformat(),
        "sent_on": message.sent_on and message.sent_on.isoformat(),
        "modified_on": message.modified_on.isoformat(),
    }


def _refer(row: NamedRow | None) -> dict[str, str] | None:
    return None if row is None else {"uuid": row.uuid, "name": row.name}


def _attachment(stored: str) -> dict[str, str]:
    content_type, _, url = stored.partition(":")
    return {"content_type": content_type, "url": url}
