"""Who has the phone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """The offline user of a health worker: its name, password and roles, and the ids of its contact and its place."""

    name: str
    password: str
    contact: str
    place: str
    roles: tuple[str, ...] = ()

    @property
    def identifier(self) -> str:
        """Return the id of the user's documents in `_users` and in the main database."""
        return f"org.couchdb.user:{self.name}"

    @property
    def party(self) -> str:
        """Return the name under which the phone calls others."""
        return f"phone of {self.name}"
