"""The named things of a workspace that are neither contacts nor messages: globals, contact fields, labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Named(Protocol):
    """Whatever is printed as `{"uuid": …, "name": …}` (rapidpro 0.3)."""

    @property
    def uuid(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(slots=True, eq=False)
class Global:
    """A value that every template of the workspace can name (rapidpro 4.9, 8.5)."""

    key: str
    name: str
    value: str
    modified_on: datetime


@dataclass(slots=True, eq=False)
class ContactField:
    """Something that is known of contacts; `kind` is text, number, datetime, state, district or ward (rapidpro 8.5)."""

    uuid: str
    key: str
    name: str
    kind: str = "text"


@dataclass(slots=True, eq=False)
class Label:
    """A mark on incoming messages."""

    uuid: str
    name: str


@dataclass(slots=True, eq=False)
class OptIn:
    """Something that contacts can agree to hear of."""

    uuid: str
    name: str
    created_on: datetime
