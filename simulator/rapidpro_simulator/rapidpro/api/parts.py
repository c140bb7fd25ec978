"""What several endpoints read alike: references to contacts and groups, attachments, quick replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns

from .calls import RapidProCall, is_uuid
from .containers import many, reference
from .fields import BodyField, nested
from .scalars import choice, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.model.groups import Group
    from rapidpro_simulator.rapidpro.model.tickets import Ticket

QUICK_REPLY_FIELDS = ("type", "text", "extra")
QUICK_REPLY_TYPES = ("text", "form", "url", "location")
NEEDS_TEXT = "Quick replies of type 'text' require a 'text' value."
NEEDS_BOTH = "Quick replies of type '{}' require 'text' and 'extra' values."
TAKES_NO_EXTRA = "Quick replies of type 'location' cannot have an 'extra' value."


def find_contact(key: str, call: RapidProCall) -> Contact | None:
    """Return the contact with this UUID or URN.

    The URN is read without the workspace's country: only what is stored, or international, is found (rapidpro 5.3).
    """
    contacts = call.workspace.contacts
    if is_uuid(key):
        found = contacts.by_uuid(key.lower())
        return None if found is None or found.deleted else found
    try:
        return contacts.by_urn(urns.normalize(key))
    except ValueError:
        return None


def find_group(key: str, call: RapidProCall) -> Group | None:
    """Return the group with this UUID or name, in whatever case (rapidpro 4.1)."""
    return call.workspace.groups.find(key)


def find_ticket(key: str, call: RapidProCall) -> Ticket | None:
    """Return the ticket with this UUID."""
    return call.workspace.database.tickets.get(key.lower())


def _find_media(key: str, call: RapidProCall) -> str | None:
    media = call.media.find(call.workspace, key)
    return None if media is None else media.attachment


MOST_ATTACHMENTS = 10

contact = reference(find_contact)
contacts = many(find_contact)
group = reference(find_group)
groups = many(find_group)
attachments = many(_find_media, MOST_ATTACHMENTS)
"""Reads UUIDs of uploaded media, and `type:url`s that contain one (rapidpro 4.1)."""


def _reply_problem(values: dict[str, Any]) -> str | None:
    kind, caption, extra = (values.get(name) for name in QUICK_REPLY_FIELDS)
    kind = kind or "text"
    if kind == "text" and not caption:
        return NEEDS_TEXT
    if kind in {"form", "url"} and not (caption and extra):
        return NEEDS_BOTH.format(kind)
    return TAKES_NO_EXTRA if kind == "location" and extra else None


_quick_reply = nested(
    {
        "type": BodyField(choice(QUICK_REPLY_TYPES), null=True),
        "text": BodyField(text(64, blank=True), null=True),
        "extra": BodyField(text(1000, blank=True), null=True),
    },
    _reply_problem,
)


def quick_reply(value: Any, call: RapidProCall) -> dict[str, str]:
    """Read a quick reply; what it does not have is left out (rapidpro 4.2)."""
    read = _quick_reply(value, call)
    values = {"type": read.get("type") or "text", "text": read.get("text"), "extra": read.get("extra")}
    return {name: given for name, given in values.items() if given}


def quick_reply_of(stored: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return what a broadcast shows of a quick reply: all that one could have."""
    return {name: stored.get(name) for name in QUICK_REPLY_FIELDS}
