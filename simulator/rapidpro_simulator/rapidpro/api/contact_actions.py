"""The endpoint `contact_actions`: the same thing done to many contacts (rapidpro 4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.messages import Visibility

from .calls import Answer
from .contacts import static_group
from .errors import ApiError, Invalid
from .fields import NO_CHOICE, NULL, Field, read_fields, references
from .parts import contact

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.groups import Group

    from .calls import Call

EMPTY = "Contacts can't be empty."
NEEDS_GROUP = 'For action "{}" you should also specify a group'
TAKES_NO_GROUP = 'For action "{}" you should not specify a group'
NOT_ACTIVE = "Non-active contacts cannot be added to groups: {}"
GROUP_ACTIONS = ("add", "remove")
IN_THE_BACKGROUND = 1.0  # seconds


def _block(each: Contact, _group: Group | None, call: Call) -> None:
    each.status = ContactStatus.BLOCKED
    for group in call.workspace.groups.of(each):
        group.remove(each)


def _unblock(each: Contact, _group: Group | None, _call: Call) -> None:
    each.status = ContactStatus.ACTIVE


def _interrupt(each: Contact, _group: Group | None, call: Call) -> None:
    turns = call.workspace.mailroom.turns
    call.rapidpro.platform.tasks.later(IN_THE_BACKGROUND, lambda: turns.interrupt(each))


def _archive(each: Contact, _group: Group | None, _call: Call) -> None:
    for message in each.messages:
        if message.incoming and message.visibility is Visibility.VISIBLE:
            message.visibility = Visibility.ARCHIVED


def _delete(each: Contact, _group: Group | None, call: Call) -> None:
    # Mailroom takes its time over it: the client has its answer before (rapidpro 4.4).
    workspace = call.workspace
    call.rapidpro.platform.tasks.later(IN_THE_BACKGROUND, lambda: workspace.delete_contact(each))


ACTIONS: dict[str, Callable[[Contact, Any, Call], object]] = {
    "add": lambda each, group, _: group.add(each),
    "remove": lambda each, group, _: group.remove(each),
    "block": _block,
    "unblock": _unblock,
    "interrupt": _interrupt,
    "archive_messages": _archive,
    "archive": _archive,
    "delete": _delete,
}


def _action(value: Any, call: Call) -> str:
    if not isinstance(value, str) or value not in ACTIONS:
        raise Invalid(NO_CHOICE.format(value))
    return value


def _group(value: Any, call: Call) -> Group:
    if value == "":
        raise Invalid(NULL)
    return static_group(value, call)


def _contacts(value: Any, call: Call) -> list[Contact]:
    found: list[Contact] = references(contact)(value, call)
    if not found:
        raise Invalid(EMPTY)
    return found


FIELDS = {
    "contacts": Field(_contacts, required=True, shape="list"),
    "action": Field(_action, required=True),
    "group": Field(_group),
}


async def act(call: Call) -> Answer:
    """Answer `POST contact_actions`."""
    values = read_fields(FIELDS, call.writable(call.read_body()), call)
    contacts, action, group = values["contacts"], values["action"], values.get("group")
    _check(contacts, action, group)
    await call.reach_mailroom()
    now = call.rapidpro.clock.now()
    for each in contacts:
        ACTIONS[action](each, group, call)
        each.modified_on = now
        call.workspace.mailroom.changed(each)
    return Answer(204)


def _check(contacts: list[Contact], action: str, group: Group | None) -> None:
    if action in GROUP_ACTIONS and group is None:
        raise ApiError.overall(NEEDS_GROUP.format(action))
    if action not in GROUP_ACTIONS and group is not None:
        raise ApiError.overall(TAKES_NO_GROUP.format(action))
    inactive = [each.uuid for each in contacts if each.status is not ContactStatus.ACTIVE]
    if action == "add" and inactive:
        raise ApiError.overall(NOT_ACTIVE.format(", ".join(inactive)))
