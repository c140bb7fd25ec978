"""Tokens: the keys to a workspace. Reading them from a request is `api`'s part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.workspace import Workspace
    from rapidpro_simulator.world.seed import Stream

STAFF = "Staff"
ROLES = ("Administrator", "Editor", "Viewer", "Agent", "Surveyor", "Prometheus", STAFF)
UNRESTRICTED_ROLES = frozenset({"Administrator", "Editor", STAFF})

_KEY_LENGTH = 40


@dataclass(slots=True, eq=False)
class Token:
    """A key to a workspace, in the name of a user (an e-mail address) with a role (rapidpro 1.4)."""

    key: str
    workspace: Workspace
    role: str
    user: str
    active: bool = True

    @property
    def unrestricted(self) -> bool:
        """Whether the role may use every endpoint."""
        return self.role in UNRESTRICTED_ROLES

    @property
    def bucket(self) -> str:
        """Whom the throttle counts this token's requests for (rapidpro 2.3)."""
        access = self.workspace.host.generation.access
        kind = access.staff_bucket if self.role == STAFF else access.bucket
        return f"{self.workspace.id}-{self.user}" if kind == "user" else str(self.workspace.id)


def new_key(stream: Stream, style: str) -> str:
    """Return a key in the style of a generation: hex or alphanumeric (rapidpro 1.3)."""
    return stream.hex(_KEY_LENGTH) if style == "hex" else stream.alphanumeric(_KEY_LENGTH)
