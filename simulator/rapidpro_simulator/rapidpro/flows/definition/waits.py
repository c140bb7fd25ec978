"""Where a node waits for the contact: for a message, or for the end of a forwarded call (flows 2.7). Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final

from . import fields, limits
from .reading import read_typed

HINT_TYPES: Final = ("audio", "image", "video", "location", "digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeout:
    """How many seconds to wait for an answer, and the category that silence belongs to."""

    seconds: int = fields.integer(required=True)
    category_uuid: str = fields.uuid()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """What kind of answer is wanted; informational, for voice channels."""

    type: str = fields.text(required=True, check=fields.one_of(HINT_TYPES, "hint type"))
    count: int = fields.integer()
    terminated_by: str = fields.text()


@dataclass(frozen=True, slots=True, kw_only=True)
class MsgWait:
    """Waits for a message."""

    type: ClassVar[str] = "msg"
    allowed_in: ClassVar[frozenset[str]] = limits.INTERACTIVE

    timeout: Timeout | None = fields.part(Timeout)
    hint: Hint | None = fields.part(Hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class DialWait:
    """Forwards the call to ``phone``, a template, and waits for its end. Limits in seconds, 0 for the default."""

    type: ClassVar[str] = "dial"
    allowed_in: ClassVar[frozenset[str]] = limits.VOICE_ONLY
    timeout: ClassVar[None] = None

    phone: str = fields.text(required=True, evaluated=True)
    dial_limit_seconds: int = fields.integer()
    call_limit_seconds: int = fields.integer()


Wait = MsgWait | DialWait

_WAITS: Final[dict[str, type[Wait]]] = {wait.type: wait for wait in (MsgWait, DialWait)}


def read_wait(document: dict[str, Any]) -> Wait:
    """Return a wait from its JSON document; raises `DefinitionError`."""
    wait: Wait = read_typed(_WAITS, document)
    return wait
