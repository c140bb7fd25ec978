"""The people of a workspace: who signs in, with which role and in which team. Their keys are `tokens`' part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .named import NamedRows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

MEMBERS = ("Administrator", "Editor", "Viewer", "Agent", "Surveyor")
"""The roles of people; the others are those of programs and of the host's own staff (rapidpro 1.4)."""


ADMINISTRATOR, AGENT = "Administrator", "Agent"
ALL_TOPICS = "All Topics"
"""The team that every workspace has: its agents may see every ticket."""


@dataclass(slots=True, eq=False)
class Team:
    """Agents who work on the same tickets."""

    uuid: str
    name: str


class Teams(NamedRows[Team]):
    """The teams of a workspace by UUID; the first is the `default` one, which has a UUID of its own making."""

    def __init__(self, new_uuid: Callable[[], str], default_uuid: str) -> None:
        super().__init__(new_uuid)
        self.default = self[default_uuid] = Team(default_uuid, ALL_TOPICS)

    def add(self, name: str) -> Team:
        team = Team(self._new_uuid(), name)
        self[team.uuid] = team
        return team


@dataclass(slots=True, eq=False)
class User:
    """Somebody with a role in a workspace; all that is known of a name is the e-mail address.

    Only agents have a `team`. Without a `password` nobody can sign in as this user.
    """

    uuid: str
    email: str
    role: str
    created_on: datetime
    team: Team | None = None
    password: str | None = None

    @property
    def name(self) -> str:
        return self.email.partition("@")[0]
