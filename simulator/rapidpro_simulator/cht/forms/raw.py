"""Values as they were written, before anybody looked at their types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Raw:
    """Raw values by the name of the field; whether there were more than fields.

    `names_all` says that the format speaks of every field, even of those to which it gives no value.
    """

    values: dict[str, Any] = field(default_factory=dict)
    has_surplus: bool = False
    names_all: bool = False
