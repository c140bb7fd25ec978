"""`POST /api/v2/authenticate`: a form with a password is exchanged for tokens, in the generations that have it.

It is no endpoint like the others: it has no suffix, costs no quota, and says nothing where it refuses (rapidpro 1.3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import web

from .bodies import FormBody, read
from .errors import RapidProApiError
from .rendering import encode

if TYPE_CHECKING:
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.model.users import User
    from rapidpro_simulator.rapidpro.workspace import Workspace

PATH = "/api/v2/authenticate"


class TokenRole(NamedTuple):
    """The role of a token, and whom it is given to."""

    name: str
    members: frozenset[str]


ROLES = {
    "A": TokenRole("Administrator", frozenset({"Administrator"})),
    "E": TokenRole("Editor", frozenset({"Administrator", "Editor"})),
    "S": TokenRole("Surveyor", frozenset({"Administrator", "Editor", "Surveyor"})),
}
"""By the letter of the form (rapidpro 1.3, 1.4)."""


async def sign_in(request: web.BaseRequest, rapidpro: RapidPro) -> web.Response:
    """Answer with a token for every workspace in which somebody may have the role, or with an empty 403."""
    if request.method != "POST":
        return web.Response(status=405, headers={"Allow": "POST, OPTIONS"})
    form = _form(await request.read(), request.headers.get("Content-Type", ""))
    role = ROLES.get(form.get("role", ""))
    found = _accounts(rapidpro, form.get("username", ""), form.get("password", ""))
    if role is None or not found:
        return web.Response(status=403)
    tokens = [_shown(workspace, user, role) for workspace, user in found if user.role in role.members]
    return web.Response(body=encode({"tokens": tokens}), headers={"Content-Type": "application/json"})


def _form(raw: bytes, content_type: str) -> dict[str, Any]:
    try:
        body = read(raw, content_type)
    except RapidProApiError:
        return {}
    return {name: values[-1] for name, values in body.items()} if isinstance(body, FormBody) else {}


def _accounts(rapidpro: RapidPro, name: str, password: str) -> list[tuple[Workspace, User]]:
    """Return whom a name and a password are of: a user of one workspace or of several."""
    users = ((each, each.database.users.get(name.lower())) for each in rapidpro.workspaces.values())
    return [(each, user) for each, user in users if user is not None and user.password == password]


def _shown(workspace: Workspace, user: User, role: TokenRole) -> dict[str, Any]:
    token = workspace.access.token_for(user, role.name)
    return {"org": {"uuid": workspace.uuid, "name": workspace.name, "id": workspace.id}, "token": token.key}
