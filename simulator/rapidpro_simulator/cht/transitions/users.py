"""What the transitions need of the users of an instance, which are the api's affair."""

from __future__ import annotations

from typing import Any, Protocol


class UserRefusedError(Exception):
    """The api does not make such a user; the text is its own."""


class Users(Protocol):
    """The users of an instance."""

    async def create(self, data: dict[str, Any]) -> None:
        """Make a user of what `POST /api/v1/users` takes. Raises `UserRefusedError` and `CouchClientError`."""

    async def roles_of(self, name: str) -> list[str]:
        """Return the roles of the user called `name`; none where there is no such user."""

    async def reset_password(self, name: str) -> None:
        """Give a user a password that nobody knows. Raises `UserRefusedError` and `CouchClientError`."""
