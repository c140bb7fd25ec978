"""Who talks to a flow: a contact of the user's file, or Asha."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.commands.expr.sample import CONTACT, URN
from rapidpro_simulator.rapidpro import urns as addresses
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.input_files import read_object

if TYPE_CHECKING:
    from pathlib import Path

    from rapidpro_simulator.rapidpro.model.contacts import Contact
    from rapidpro_simulator.rapidpro.workspace import Workspace

MEMBERS = ("name", "language", "urns", "fields", "groups")
SHAPES = {"urns": (list, "a list"), "groups": (list, "a list"), "fields": (dict, "an object of keys and values")}
# What contacts have in RapidPro's own documents, and what is of no use here.
IGNORED = frozenset(
    ("uuid", "id", "ref", "status", "created_on", "modified_on", "last_seen_on", "flow", "notes", "blocked", "stopped")
)
EXAMPLE = '{"name": "Asha", "urns": ["tel:+254712345678"], "language": "eng", "fields": {"age": "29"}}'


def create_contact(workspace: Workspace, path: Path | None, language: str | None) -> Contact:
    """Create the contact of a file, or Asha; fields and groups are created where the workspace has them not.

    Raises `UsageError`.
    """
    document = {"name": CONTACT["name"], "urns": [URN]} if path is None else read_object(path, "contact")
    _check(document, path)
    try:
        return _create(workspace, document, language)
    except ValueError as error:
        raise UsageError(f"the contact {path}: {error}; write it like {EXAMPLE}") from None


def _check(document: dict[str, Any], path: Path | None) -> None:
    for name in document:
        if name not in MEMBERS and name not in IGNORED:
            possible = ", ".join(MEMBERS)
            raise UsageError(f"the contact {path}: there is no {name!r} in a contact; possible are: {possible}")
    for name, (kind, called) in SHAPES.items():
        if not isinstance(document.get(name) or kind(), kind):
            raise UsageError(f"the contact {path}: its {name} are {called}; write it like {EXAMPLE}")


def _create(workspace: Workspace, document: dict[str, Any], language: str | None) -> Contact:
    urns = [addresses.normalize(str(urn), workspace.database.country) for urn in document.get("urns") or [URN]]
    for urn in urns:
        _make_reachable(workspace, addresses.parse(urn).scheme)
    contact = workspace.contacts.create(urns, document.get("name"), language or document.get("language"))
    for group in document.get("groups") or ():
        name = group["name"] if isinstance(group, dict) and "name" in group else str(group)
        known = workspace.groups.find(name) or workspace.add_group(name)
        known.add(contact)
    for key, value in (document.get("fields") or {}).items():
        set_field(workspace, contact, key, value.get("text") if isinstance(value, dict) else value)
    return contact


def set_field(workspace: Workspace, contact: Contact, key: str, value: object) -> bool:
    """Give a contact a value in a field; return whether the field had to be created."""
    is_new = key not in workspace.fields
    if is_new:
        workspace.fields.add(key)
    workspace.set_field(contact, key, None if value is None else str(value))
    return is_new


def _make_reachable(workspace: Workspace, scheme: str) -> None:
    if not any(scheme in channel.schemes for channel in workspace.channels):
        workspace.add_channel("aggregator", scheme.capitalize(), schemes=(scheme,))
