"""The endpoint `message_actions`: the same thing done to many incoming messages (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.messages import Visibility

from .calls import RapidProResponse
from .containers import NO_REFERENCE, reference, references
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields
from .named import MOST_CHARACTERS, check_limit, well_named
from .scalars import NO_INTEGER, choice, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.assets import Label
    from rapidpro_simulator.rapidpro.model.messages import Message

    from .calls import RapidProCall

NOT_INCOMING = "Not an incoming message: {}"
ONE_LABEL = "Can't specify both label and label_name."
NEEDS_LABEL = 'For action "{}" you should also specify a label'
TAKES_NO_LABEL = 'For action "{}" you should not specify a label'
LABEL_ACTIONS = ("label", "unlabel")


def _label(message: Message, label: Label) -> None:
    if label not in (message.labels or ()):
        message.labels = [*(message.labels or ()), label]


def _unlabel(message: Message, label: Label) -> None:
    message.labels = [each for each in message.labels or () if each is not label]


def _move(visibility: Visibility) -> Callable[[Message, Any], None]:
    def move(message: Message, _label: Any) -> None:
        message.visibility = visibility

    return move


ACTIONS: dict[str, Callable[[Message, Any], None]] = {
    "label": _label,
    "unlabel": _unlabel,
    "archive": _move(Visibility.ARCHIVED),
    "restore": _move(Visibility.VISIBLE),
    "delete": _move(Visibility.DELETED),
}


def _number(value: Any, call: RapidProCall) -> int:
    if not isinstance(value, str | int):
        raise Invalid(NO_REFERENCE)
    try:
        return call.within(int(value))
    except ValueError as error:
        raise Invalid(NO_INTEGER) from error


def _messages(value: Any, call: RapidProCall) -> dict[int, Message | None]:
    found = {}
    for number in _numbers(value, call):
        message = call.workspace.database.store.message(number)
        found[number] = None if message is None or message.visibility is Visibility.DELETED else message
    return found


def _incoming(messages: dict[int, Message | None], _call: RapidProCall) -> None:
    for number, message in messages.items():
        if message is not None and not message.incoming:
            raise Invalid(NOT_INCOMING.format(number))


_numbers = references(_number)

FIELDS = {
    "messages": BodyField(_messages, required=True, shape="references", validators=(_incoming,)),
    "action": BodyField(choice(ACTIONS), required=True),
    "label": BodyField(reference(lambda key, call: call.workspace.database.labels.find(key))),
    "label_name": BodyField(text(MOST_CHARACTERS, also=(well_named,))),
}


async def act(call: RapidProCall) -> RapidProResponse:
    """Answer `POST message_actions`; it says which of the messages are not there (any more)."""
    values = read_fields(FIELDS, call.writable(call.read_body()), call)
    action, name = values["action"], values.get("label_name")
    label: Label | None = values.get("label")
    _check(action, label, name)
    if name is not None:
        label = _named(name, call, create=action == "label")
    if label is not None or action not in LABEL_ACTIONS:
        for message in values["messages"].values():
            if message is not None:
                ACTIONS[action](message, label)
    missing = [number for number, message in values["messages"].items() if message is None]
    return RapidProResponse(200, {"failures": missing}) if missing else RapidProResponse(204)


def _check(action: str, label: Label | None, name: str | None) -> None:
    if label is not None and name is not None:
        raise RapidProApiError.overall(ONE_LABEL)
    given = label is not None or name is not None
    if action in LABEL_ACTIONS and not given:
        raise RapidProApiError.overall(NEEDS_LABEL.format(action))
    if action not in LABEL_ACTIONS and given:
        raise RapidProApiError.overall(TAKES_NO_LABEL.format(action))


def _named(name: str, call: RapidProCall, *, create: bool) -> Label | None:
    labels = call.workspace.database.labels
    known = labels.find(name)
    if known is not None or not create:  # what is not there cannot be taken off, and need not be made for that
        return known
    check_limit(labels, call)
    return labels.add(name)
