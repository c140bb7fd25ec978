"""Who is there: the first questions to a CHT that runs elsewhere, before any simulation."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.world.authorization import basic_auth
from rapidpro_simulator.world.errors import UsageError

if TYPE_CHECKING:
    from rapidpro_simulator.cht.releases import Release

    from .address import RemoteCht

PATIENCE = 30.0  # real seconds
ADMINISTRATORS = ("_admin", "admin")
_VERSION = re.compile(r"\d+\.\d+(\.\d+)?")


class RemoteChtError(RuntimeError):
    """A CHT that runs elsewhere is not as features need it; the text says what to do."""


def probe(remote: RemoteCht) -> Release:
    """Return the release of the CHT at `remote`, once it has let its administrator in (cht 9.4, 11).

    Raises `UsageError` with a sentence that helps.
    """
    session = _ask(remote, "/_session")
    user = session.get("userCtx") or {}
    if not set(user.get("roles") or ()) & set(ADMINISTRATORS):
        raise UsageError(f"{remote.user} is no administrator of the CHT at {remote.base}: its roles are {user}")
    if "error" in _ask(remote, f"/{remote.database}/_all_docs?limit=0"):
        raise UsageError(f"the CHT at {remote.base} has no database {remote.database!r}; name it with --cht-database")
    version = str(_ask(remote, "/api/v1/monitoring").get("version", {}).get("app"))
    found = _VERSION.match(version)
    if found is None:
        raise UsageError(f"the CHT at {remote.base} says that its release is {version!r}, and that is none")
    return release(found[0])


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow nothing: a login page is no answer."""


def _ask(remote: RemoteCht, path: str) -> dict[str, Any]:
    headers = {"Accept": "application/json", "Authorization": basic_auth(remote.user, remote.password)}
    request = Request(remote.base + path, headers=headers)  # noqa: S310 - http and https only: RemoteCht
    opener = build_opener(HTTPSHandler(context=remote.trust), _NoRedirects)
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            found = json.loads(answer.read())
    except HTTPError as error:
        with error:
            if error.code == 401:
                raise UsageError(f"the CHT at {remote.base} does not let {remote.user} in: {error}") from None
            if error.code == 404:
                return {"error": "not_found"}
            raise UsageError(f"the CHT at {remote.base} answers {path} with {error}") from None
    except (URLError, OSError) as error:
        raise UsageError(f"the CHT at {remote.base} cannot be reached: {getattr(error, 'reason', error)}") from None
    except ValueError:
        raise UsageError(
            f"at {remote.base} there is no CHT: {path} is answered with something else than JSON"
        ) from None
    return found if isinstance(found, dict) else {}
