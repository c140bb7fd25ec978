"""Versions of the format of flow definitions."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from . import limits
from .reading import DefinitionError

_SEMANTIC_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?\Z", re.ASCII)


class Version(NamedTuple):
    """A semantic version: ``14.4.2``."""

    major: int
    minor: int
    patch: int = 0

    @classmethod
    def parse(cls, text: str) -> Version:
        """Return the version that a text is; raises `DefinitionError`."""
        match = _SEMANTIC_VERSION.match(text)
        if match is None:
            raise DefinitionError("field 'spec_version' is not a valid semantic version")
        return cls(*(int(number or 0) for number in match.groups()))

    @property
    def is_supported(self) -> bool:
        """Whether the engine can read it: a newer patch of the current version is fine, anything newer is not."""
        return self[:2] <= CURRENT[:2]

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


CURRENT: Final = Version.parse(limits.CURRENT_SPEC_VERSION)

OLDEST: Final = Version(13, 0)
"""What came before had another format altogether (flows 1.4)."""
