"""The users of an instance, as sentinel's transition create_user_for_contacts makes them (cht-sentinel 5.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.transitions.users import UserRefusedError

from .errors import ChtApiError
from .token_login import new_password
from .user_accounts import PREFIX, USERS, create_user, update_user
from .user_checks import missing_fields

if TYPE_CHECKING:
    from .context import ApiContext


class TransitionUsers:
    """Users made by the api's rules, without a request."""

    def __init__(self, context: ApiContext) -> None:
        self._context = context

    async def create(self, data: dict[str, Any]) -> None:
        """Make a user of what `POST /api/v1/users` takes. Raises `UserRefusedError` and `CouchClientError`."""
        missing = missing_fields(data, self._context.settings)
        if missing:
            raise UserRefusedError(f"Missing required fields: {', '.join(missing)}")
        try:
            await create_user(self._context, {"password": "", **data})
        except ChtApiError as error:
            raise UserRefusedError(_text(error)) from error

    async def roles_of(self, name: str) -> list[str]:
        """Return the roles of the user called `name`; none where there is no such user."""
        user = await self._context.couch.get(PREFIX + name, USERS) or {}
        roles = user.get("roles")
        return [str(role) for role in roles] if isinstance(roles, list) else []

    async def reset_password(self, name: str) -> None:
        """Give a user a password that nobody knows. Raises `UserRefusedError` and `CouchClientError`."""
        try:
            await update_user(self._context, name, {"password": new_password(self._context)})
        except ChtApiError as error:
            raise UserRefusedError(_text(error)) from error


def _text(error: ChtApiError) -> str:
    message = error.message
    return str(message["message"]) if isinstance(message, dict) else str(message)
