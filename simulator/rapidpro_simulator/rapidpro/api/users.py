"""The endpoint `users`: the people of a workspace (rapidpro 4.15)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rapidpro_simulator.rapidpro.model.users import MEMBERS

from .pagination import Listing
from .rendering import moment
from .rendering import refer as refer_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.rapidpro.model.users import User

    from .calls import RapidProCall, RapidProResponse

ROLES = {role.lower(): role for role in MEMBERS}

READ: dict[str, Callable[[User], Any]] = {
    "uuid": lambda user: user.uuid,
    "name": lambda user: user.name,
    "email": lambda user: user.email,
    "role": lambda user: user.role.lower(),
    "team": lambda user: refer_to(user.team),
    "created_on": lambda user: moment(user.created_on),
    "avatar": lambda _: None,
    "first_name": lambda user: user.name,
    "last_name": lambda _: "",
}


def render(user: User, call: RapidProCall) -> dict[str, Any]:
    """Return what the API shows of a user, in the generation's order."""
    return {name: READ[name](user) for name in call.generation.fields.users}


def refer(user: User | None) -> dict[str, str] | None:
    """Return how tickets and notes tell of a user."""
    return None if user is None else {"email": user.email, "name": user.name}


async def listing(call: RapidProCall) -> RapidProResponse:
    """Answer `GET users`, those who came last first; each filter may be given several times."""
    query = call.request.query
    roles = {ROLES[role] for role in query.getall("role", []) if role in ROLES}
    finds_users = call.generation.api.finds_users
    uuids = call.uuids("uuid") if finds_users else []
    emails = {email.lower() for email in query.getall("email", [])} if finds_users else set()

    def keep(user: User) -> bool:
        return (
            (not roles or user.role in roles)
            and (not uuids or user.uuid in uuids)
            and (not emails or user.email.lower() in emails)
        )

    return call.page(Listing(list(filter(keep, call.workspace.database.users.values())), dated=False), render)
