"""What several endpoints read alike: references to contacts and groups, attachments, quick replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro import urns

from .calls import RapidProCall, is_uuid
from .errors import Invalid
from .fields import NO_CHOICE, NO_DICTIONARY, reference, text

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


contact = reference(find_contact)
group = reference(find_group)


def _find_media(key: str, call: RapidProCall) -> str | None:
    media = call.media.find(call.workspace, key)
    return None if media is None else media.attachment


attachment = reference(_find_media)
"""Reads the UUID of uploaded media, or a `type:url` that contains one (rapidpro 4.1)."""

_short_text = text(64, blank=True)
_extra = text(1000, blank=True)


def quick_reply(value: Any, call: RapidProCall) -> dict[str, str]:
    """Read a quick reply; what it does not have is left out (rapidpro 4.2)."""
    if not isinstance(value, dict):
        raise Invalid(NO_DICTIONARY.format(type(value).__name__))
    kind = value.get("type") or "text"
    if kind not in QUICK_REPLY_TYPES:
        raise Invalid({"type": [NO_CHOICE.format(kind)]})
    caption = _short_text(value.get("text") or "", call)
    extra = _extra(value.get("extra") or "", call)
    if kind == "text" and not caption:
        raise Invalid(NEEDS_TEXT)
    if kind in {"form", "url"} and not (caption and extra):
        raise Invalid(NEEDS_BOTH.format(kind))
    if kind == "location" and extra:
        raise Invalid(TAKES_NO_EXTRA)
    return {name: given for name, given in (("type", kind), ("text", caption), ("extra", extra)) if given}


def quick_reply_of(stored: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return what the API shows of a quick reply."""
    return {name: stored.get(name) for name in QUICK_REPLY_FIELDS}
