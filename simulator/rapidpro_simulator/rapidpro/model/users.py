"""The people of a workspace: who signs in, with which role. Their keys are `tokens`' part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

MEMBERS = ("Administrator", "Editor", "Viewer", "Agent", "Surveyor")
"""The roles of people; the others are those of programs and of the host's own staff (rapidpro 1.4)."""


@dataclass(slots=True, eq=False)
class User:
    """Somebody with a role in a workspace; all that is known of a name is the e-mail address."""

    uuid: str
    email: str
    role: str
    created_on: datetime

    @property
    def name(self) -> str:
        return self.email.partition("@")[0]
