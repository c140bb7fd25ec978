"""The endpoint `contact_actions`: the same thing done to many contacts (rapidpro 4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.contacts import ContactStatus
from rapidpro_simulator.rapidpro.model.messages import Visibility

from .calls import RapidProResponse
from .contact_writing import static_group
from .errors import Invalid, RapidProApiError
from .fields import BodyField, read_fields
from .parts import contacts
from .scalars import choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.groups import Group

    from .calls import RapidProCall

EMPTY = "Contacts can't be empty."
NEEDS_GROUP = 'For action "{}" you should also specify a group'
TAKES_NO_GROUP = 'For action "{}" you should not specify a group'
NOT_ACTIVE = "Non-active contacts cannot be added to groups: {}"
GROUP_ACTIONS = ("add", "remove")
IN_THE_BACKGROUND = 1.0  # seconds


def _block(each: Contact, _group: Group | None, call: RapidProCall) -> None:
    each.status = ContactStatus.BLOCKED
    for group in call.workspace.groups.of(each):
        group.remove(each)


def _unblock(each: Contact, _group: Group | None, _call: RapidProCall) -> None:
    each.status = ContactStatus.ACTIVE


def _interrupt(each: Contact, _group: Group | None, call: RapidProCall) -> None:
    turns = call.workspace.mailroom.turns
    call.rapidpro.platform.tasks.later(IN_THE_BACKGROUND, lambda: turns.interrupt(each))


def _archive(each: Contact, _group: Group | None, _call: RapidProCall) -> None:
    for message in each.messages:
        if message.incoming and message.visibility is Visibility.VISIBLE:
            message.visibility = Visibility.ARCHIVED


def _delete(each: Contact, _group: Group | None, call: RapidProCall) -> None:
    # Mailroom takes its time over it: the client has its answer before (rapidpro 4.4).
    workspace = call.workspace
    call.rapidpro.platform.tasks.later(IN_THE_BACKGROUND, lambda: workspace.delete_contact(each))


ACTIONS: dict[str, Callable[[Contact, Any, RapidProCall], object]] = {
    "add": lambda each, group, _: group.add(each),
    "remove": lambda each, group, _: group.remove(each),
    "block": _block,
    "unblock": _unblock,
    "interrupt": _interrupt,
    "archive_messages": _archive,
    "archive": _archive,
    "delete": _delete,
}


def _not_empty(contacts: list[Contact], _call: RapidProCall) -> None:
    if not contacts:
        raise Invalid(EMPTY)


FIELDS = {
    "contacts": BodyField(contacts, required=True, shape="references", validators=(_not_empty,)),
    "action": BodyField(choice(ACTIONS), required=True),
    "group": BodyField(static_group),
}


async def act(call: RapidProCall) -> RapidProResponse:
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
    return RapidProResponse(204)


def _check(contacts: list[Contact], action: str, group: Group | None) -> None:
    if action in GROUP_ACTIONS and group is None:
        raise RapidProApiError.overall(NEEDS_GROUP.format(action))
    if action not in GROUP_ACTIONS and group is not None:
        raise RapidProApiError.overall(TAKES_NO_GROUP.format(action))
    inactive = [each.uuid for each in contacts if each.status is not ContactStatus.ACTIVE]
    if action == "add" and inactive:
        raise RapidProApiError.overall(NOT_ACTIVE.format(", ".join(inactive)))
