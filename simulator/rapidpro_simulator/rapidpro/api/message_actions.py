"""The endpoint `message_actions`: the same thing done to many incoming messages (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.messages import Visibility

from .calls import RapidProResponse
from .errors import Invalid, RapidProApiError
from .fields import NO_CHOICE, NO_INTEGER, BodyField, read_fields, reference, require_list
from .named import check_limit, object_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.assets import Label
    from rapidpro_simulator.rapidpro.model.messages import Message

    from .calls import RapidProCall

MOST_MESSAGES = 100
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


def _action(value: Any, _call: RapidProCall) -> str:
    if not isinstance(value, str) or value not in ACTIONS:
        raise Invalid(NO_CHOICE.format(value))
    return value


def _messages(value: Any, call: RapidProCall) -> dict[int, Message | None]:
    require_list(value, MOST_MESSAGES)
    found = {}
    for each in value:
        number = _number(each)
        message = call.workspace.database.store.message(number)
        if message is not None and not message.incoming:
            raise Invalid(NOT_INCOMING.format(number))
        found[number] = None if message is None or message.visibility is Visibility.DELETED else message
    return found


def _number(value: Any) -> int:
    try:
        return int(value if isinstance(value, int | str) and not isinstance(value, bool) else "")
    except ValueError as error:
        raise Invalid(NO_INTEGER) from error


FIELDS = {
    "messages": BodyField(_messages, required=True, shape="list"),
    "action": BodyField(_action, required=True),
    "label": BodyField(reference(lambda key, call: call.workspace.database.labels.find(key))),
    "label_name": BodyField(object_name),
}


async def act(call: RapidProCall) -> RapidProResponse:
    """Answer `POST message_actions`; it says which of the messages are not there (any more)."""
    values = read_fields(FIELDS, call.writable(call.read_body()), call)
    action, name = values["action"], values.get("label_name")
    label: Label | None = values.get("label")
    _check(action, label, name)
    if name is not None:
        label = _named(name, call)
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


def _named(name: str, call: RapidProCall) -> Label:
    workspace = call.workspace
    known = workspace.database.labels.find(name)
    if known is None:
        check_limit(workspace.database.labels, call)
    return known or workspace.database.labels.add(name)
