"""Contacts, the addresses (URNs) that reach them, and their groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class ContactStatus(StrEnum):
    """The words of the API for a contact's status."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    STOPPED = "stopped"
    ARCHIVED = "archived"


@dataclass(slots=True, eq=False)
class Group:
    """A named set of contacts."""

    uuid: str
    name: str
    query: str | None = None
    contacts: list[Contact] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Contact:
    """Somebody with a list of URNs, the first of the highest priority."""

    id: int
    uuid: str
    created_on: datetime
    modified_on: datetime
    urns: list[str] = field(default_factory=list)
    name: str | None = None
    language: str | None = None
    status: ContactStatus = ContactStatus.ACTIVE
    fields: dict[str, str] = field(default_factory=dict)
    last_seen_on: datetime | None = None
    deleted: bool = False
