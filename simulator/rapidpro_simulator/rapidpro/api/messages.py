"""The endpoint `messages`: texts to and from single contacts, and what became of them (rapidpro 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.generations import GENERATIONS
from rapidpro_simulator.rapidpro.model.messages import WAITING, Status, Visibility

from .calls import RapidProCall, RapidProResponse
from .containers import list_of, reference
from .errors import RapidProApiError, ServerError
from .fields import BodyField, read_fields
from .pagination import Listing
from .parts import attachments, contact, find_ticket, quick_reply
from .rendering import moment, refer
from .scalars import message_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rapidpro_simulator.rapidpro.model.messages import Message

MOST_QUICK_REPLIES = 10
LARGEST_NUMBER = 2**31 - 1
NO_CONTENT = "Must provide either text or attachments."

FIELDS = {
    "contact": BodyField(contact, required=True),
    "text": BodyField(message_text),
    "attachments": BodyField(attachments, shape="references"),
    "quick_replies": BodyField(list_of(quick_reply, MOST_QUICK_REPLIES), shape="list"),
    "ticket": BodyField(reference(find_ticket, null=True), null=True),
}

WRITTEN = {each.name: {name: FIELDS[name] for name in each.fields.written_messages} for each in GENERATIONS.values()}
"""The fields that a generation takes."""

VISIBILITY = {Visibility.VISIBLE: "visible", Visibility.ARCHIVED: "archived", Visibility.DELETED: "deleted"}


def _attachment(stored: str) -> dict[str, str]:
    content_type, _, url = stored.partition(":")
    return {"content_type": content_type, "url": url}


READ: dict[str, Callable[[Message, RapidProCall], Any]] = {
    "uuid": lambda message, _: message.uuid,
    "id": lambda message, _: message.id,
    "broadcast": lambda message, _: message.broadcast.id if message.broadcast else None,
    "contact": lambda message, _: refer(message.contact),
    "urn": lambda message, call: None if call.workspace.settings.anonymous else message.urn,
    "channel": lambda message, _: refer(message.channel),
    "direction": lambda message, _: "in" if message.incoming else "out",
    "type": lambda message, _: message.kind,
    "status": lambda message, call: call.generation.words.message[message.status],
    "archived": lambda message, _: message.visibility is Visibility.ARCHIVED,
    "visibility": lambda message, _: VISIBILITY[message.visibility],
    "text": lambda message, _: message.text,
    "labels": lambda message, _: [refer(label) for label in message.labels or ()],
    "flow": lambda message, _: refer(message.flow),
    "attachments": lambda message, _: [_attachment(stored) for stored in message.attachments or ()],
    "quick_replies": lambda message, _: [dict(reply) for reply in message.quick_replies or ()],
    "created_on": lambda message, _: moment(message.created_on),
    "sent_on": lambda message, _: moment(message.sent_on),
    "modified_on": lambda message, _: moment(message.modified_on),
    "media": lambda message, _: message.attachments[0] if message.attachments else None,
}


SHOWN = {each.name: [(name, READ[name]) for name in each.fields.messages] for each in GENERATIONS.values()}
"""The fields that a generation shows, in its order."""


def render(message: Message, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a message, in the generation's order."""
    return {name: read(message, call) for name, read in SHOWN[call.generation.name]}


@dataclass(frozen=True)
class Folder:
    """Which messages a folder holds: `incoming` ones or others, of some statuses; None: whatever they are."""

    incoming: bool
    statuses: frozenset[Status]
    visibility: Visibility | None = None
    in_flow: bool | None = None
    key: str = "created_on"

    def holds(self, message: Message) -> bool:
        return (
            message.incoming is self.incoming
            and message.status in self.statuses
            and (self.visibility is None or message.visibility is self.visibility)
            and (self.in_flow is None or (message.flow is not None) is self.in_flow)
        )


HANDLED = frozenset({Status.HANDLED})
OUTBOX = Folder(False, WAITING, Visibility.VISIBLE)
FOLDERS = {
    "inbox": Folder(True, HANDLED, Visibility.VISIBLE, in_flow=False),
    "flows": Folder(True, HANDLED, Visibility.VISIBLE, in_flow=True),
    "archived": Folder(True, HANDLED, Visibility.ARCHIVED),
    "outbox": OUTBOX,
    "sent": Folder(
        False, frozenset({Status.WIRED, Status.SENT, Status.DELIVERED, Status.READ}), Visibility.VISIBLE, key="sent_on"
    ),
    "failed": Folder(False, frozenset({Status.FAILED}), Visibility.VISIBLE),
}
INCOMING = Folder(True, HANDLED, key="modified_on")
"""`folder=incoming`, in lower case only: everything that came in, the deleted included."""


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET messages`."""
    call.exclusive("contact", "folder", "label", "broadcast")
    number = call.integer("id")
    uuid = call.uuid("uuid") if call.generation.api.filters_by_uuid else None
    found = _filtered(call)
    if number:
        found = found.only(call.workspace.database.store.message(number))
    if uuid:
        found = found.only(call.workspace.database.store.message_by_uuid(uuid))
    return call.page(found, render)


def _filtered(call: RapidProCall) -> Listing[Message]:
    for name, select in FILTERS.items():
        value = call.text(name)
        if value:  # an empty value is no filter at all: `?broadcast=` lists everything (rapidpro 4.2)
            return select(value, call)
    return Listing(call.workspace.messages, keep=_shown)


def _shown(message: Message) -> bool:
    return message.visibility is not Visibility.DELETED and message.status is not Status.PENDING


def _of_broadcast(value: str, call: RapidProCall) -> Listing[Message]:
    try:
        number = int(value)
    except ValueError as error:
        raise ServerError from error
    number = call.within(number, LARGEST_NUMBER)
    return Listing(call.workspace.database.store.messages_of(number), keep=_shown)


def _of_contact(value: str, call: RapidProCall) -> Listing[Message]:
    found = call.workspace.contacts.by_uuid(value)
    return Listing(found.messages if found is not None and not found.deleted else (), keep=_shown)


def _with_label(value: str, call: RapidProCall) -> Listing[Message]:
    def keep(message: Message) -> bool:
        return _shown(message) and any(value in {label.uuid, label.name} for label in message.labels or ())

    return Listing(call.workspace.messages, keep=keep)


def _in_folder(value: str, call: RapidProCall) -> Listing[Message]:
    if value == "incoming" and call.generation.api.incoming_folder:
        return _sorted(call.workspace.messages, INCOMING, "modified_on")
    folder = FOLDERS.get(value.lower())
    if folder is None:
        return Listing(())
    if folder.key != "created_on":
        return _sorted(call.workspace.messages, folder, "created_on")
    if folder.incoming and call.generation.api.text_folders_only:
        return Listing(call.workspace.messages, keep=lambda message: folder.holds(message) and message.kind == "text")
    if folder is OUTBOX:  # as a rule it is small, and looking for it among all messages would take long
        return Listing(sorted(call.workspace.database.store.outbox.values(), key=attrgetter("id")), keep=folder.holds)
    return Listing(call.workspace.messages, keep=folder.holds)


def _sorted(messages: Sequence[Message], folder: Folder, bounded: str) -> Listing[Message]:
    key = attrgetter(folder.key)
    rows = [message for message in messages if folder.holds(message) and key(message) is not None]
    return Listing(sorted(rows, key=lambda message: (key(message), message.id)), folder.key, bounded=bounded)


FILTERS: dict[str, Callable[[str, RapidProCall], Listing[Message]]] = {
    "broadcast": _of_broadcast,
    "contact": _of_contact,
    "label": _with_label,
    "folder": _in_folder,
}


async def create(call: RapidProCall) -> RapidProResponse:
    """Answer `POST messages`: one message to one contact, created by mailroom while the client waits."""
    body = call.read_body()
    uuid = call.uuid("uuid")
    if uuid is not None and call.workspace.database.store.message_by_uuid(uuid) is None:
        raise call.missing("Msg")
    values = read_fields(WRITTEN[call.generation.name], call.writable(body), call)
    if not values.get("text") and not values.get("attachments"):
        raise RapidProApiError.overall(NO_CONTENT)
    await call.reach_mailroom()
    message = call.workspace.send_message(
        contact=values["contact"],
        text=values.get("text", ""),
        attachments=values.get("attachments", []),
        quick_replies=values.get("quick_replies", []),
    )
    return RapidProResponse(201, render(message, call))
