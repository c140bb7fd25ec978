"""How values look on the wire (rapidpro 0.3): datetimes, references, and JSON itself."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import datetime


class Referable(Protocol):
    """Whatever is referred to by its UUID and name."""

    @property
    def uuid(self) -> str: ...

    @property
    def name(self) -> str | None: ...


# What is rendered is made for it, and holds itself nowhere: nothing has to look out for that.
_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)


def encode(data: Any, indent: int | None = None) -> bytes:
    """Return `data` as JSON: compact, with text as UTF-8 unescaped, or indented by so many spaces.

    Bytes are JSON already.
    """
    if isinstance(data, bytes):
        return data
    text = json.dumps(data, ensure_ascii=False, indent=indent) if indent else _COMPACT.encode(data)
    # Line separators of Unicode are the exception: in JavaScript they would end a line.
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def moment(value: datetime | None) -> str | None:
    """Return an instant of UTC; a fraction of zero is left out."""
    return None if value is None else value.isoformat()[:-6] + "Z"


def exact(value: datetime) -> str:
    """Return an instant with six digits of the second, as runs print the times in them."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def refer(value: Referable | None) -> dict[str, Any] | None:
    return None if value is None else {"uuid": value.uuid, "name": value.name}
