"""Who is asking, and what they may do: CouchDB knows the user, the settings know the permissions (cht 11)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.javascript import as_object
from rapidpro_simulator.cht.releases import HttpClient

from .errors import ChtApiError, FirewallError, NotLoggedInError, from_couch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rapidpro_simulator.cht.couch.client import CouchClient
    from rapidpro_simulator.cht.releases import Release

    from .call import ChtCall

ADMIN_ROLES = frozenset({"admin", "_admin"})
ONLINE_ROLES = ADMIN_ROLES | {"mm-online"}

# Headers that CouchDB must not get: the body stays behind, and each connection has its own framing.
NOT_COPIED = frozenset({"content-length", "content-type", "host", "connection", "accept-encoding"})
# Headers that make a fetch of the copied ones fail (cht 0.2); nginx does not pass them on.
BREAKING_FETCH = frozenset({"transfer-encoding", "expect", "keep-alive", "upgrade"})


@dataclass(frozen=True)
class ChtUser:
    """A user that CouchDB has recognised."""

    name: str
    roles: tuple[str, ...]

    @property
    def is_admin(self) -> bool:
        return any(role in ADMIN_ROLES for role in self.roles)

    @property
    def is_online(self) -> bool:
        return any(role in ONLINE_ROLES for role in self.roles)

    def may(self, permission: str, settings: Mapping[str, Any]) -> bool:
        """Say whether one of the user's roles has `permission`; an administrator has them all."""
        if self.is_admin:
            return True
        known = as_object(settings.get("roles"))
        allowed = as_object(as_object(settings.get("permissions")).get(permission)).values()
        return any(role in allowed and role in known for role in self.roles)


class AccessControl:
    """Recognises users and checks what they may do.

    `behind_nginx`: requests were re-framed by nginx on their way, as they are wherever CHT is deployed.
    """

    def __init__(self, couch: CouchClient, release: Release, *, behind_nginx: bool = True) -> None:
        self._couch = couch
        self._release = release
        self._dropped = NOT_COPIED | BREAKING_FETCH if behind_nginx else NOT_COPIED
        self._breaks = not behind_nginx and release.http_client is HttpClient.FETCH

    async def recognise(self, call: ChtCall) -> ChtUser:
        """Ask CouchDB who sent `call`. Raises `ChtApiError`: 401 for nobody, else what became of the question."""
        if self._breaks and any(name.lower() in BREAKING_FETCH for name in call.headers):
            raise ChtApiError(500, "Server error")
        headers = {name: value for name, value in call.headers.items() if name.lower() not in self._dropped}
        try:
            session = await self._couch.session(headers)
        except CouchClientError as error:
            raise from_couch(error) from error
        context = session.get("userCtx") or {}
        if not context.get("name"):
            raise NotLoggedInError
        return ChtUser(context["name"], tuple(context.get("roles") or ()))

    async def require(self, call: ChtCall, settings: Mapping[str, Any], *permissions: str) -> ChtUser:
        """Return the user behind `call` who has all `permissions`. Raises `ChtApiError`."""
        user = await self.recognise(call)  # the real api asks a second time, too (cht 8.2)
        if not all(user.may(permission, settings) for permission in permissions):
            raise ChtApiError(403, "Insufficient privileges")
        return user

    async def require_online(self, call: ChtCall) -> ChtUser:
        """Return the online user behind `call`. Raises `ChtApiError`."""
        user = await self.recognise(call)
        if not user.is_online:
            raise FirewallError
        return user
