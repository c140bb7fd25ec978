"""Names and keys of what a workspace holds, as the web application makes and takes them (rapidpro 4.9, 4.12)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LONGEST_NAME = 64
LONGEST_FIELD_NAME = LONGEST_FIELD_KEY = 36

_FIELD_KEY = re.compile(r"[a-z][a-z0-9_]*")
_FIELD_NAME = re.compile(r"[A-Za-z0-9 -]+")


def is_field_key(key: str, reserved: Collection[str]) -> bool:
    """Say whether a contact field may have a key; `reserved` are those that the generation keeps for itself."""
    return len(key) <= LONGEST_FIELD_KEY and _FIELD_KEY.fullmatch(key) is not None and key not in reserved


def has_characters_of_fields(name: str) -> bool:
    """Say whether a name has nothing but what names of contact fields may have; how long it is, is not asked."""
    return _FIELD_NAME.fullmatch(name) is not None


def is_field_name(name: str) -> bool:
    """Say whether a contact field may have a name."""
    return len(name) <= LONGEST_FIELD_NAME and has_characters_of_fields(name)


def title_of(key: str) -> str:
    """Return the name of what nobody has named, e.g. `Due Date` of `due_date`."""
    return " ".join(word.capitalize() for word in key.split("_"))


def unique_name(name: str, taken: Iterable[str], longest: int = LONGEST_NAME) -> str:
    """Return a name that nothing has in whatever case: itself, or with a number behind it, e.g. `Survey 2`."""
    folded = {each.lower() for each in taken}
    candidate, number = name, 1
    while candidate.lower() in folded:
        number += 1
        suffix = f" {number}"
        candidate = name[: longest - len(suffix)] + suffix
    return candidate
