"""The paths that CHT's api answers itself, as a table (cht 1 to 4, 9, 11.3)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from rapidpro_simulator.cht.releases import CredentialStore

from . import contacts, credentials, incoming, information, login, monitoring, records, settings, sms_gateway
from .call import Body, ChtCall
from .context import ApiContext

if TYPE_CHECKING:
    from rapidpro_simulator.cht.releases import Release

Handler = Callable[[ApiContext, ChtCall], Awaitable[web.Response]]

ANY = "*"
_ANSWERED_LIKE = {"HEAD": "GET"}


def always(_: Release) -> bool:
    """Say that every release has a route."""
    return True


def since(major: int, minor: int) -> Callable[[Release], bool]:
    """Return whether a release is as new as `major`.`minor`."""
    return lambda release: release.version >= (major, minor, 0)


def has_vault(release: Release) -> bool:
    return release.credentials is CredentialStore.VAULT


def redirects_slash(release: Release) -> bool:
    """Say whether Express redirects to the path without the slash at its end, as version 4 does (cht 13)."""
    return release.express < 5


@dataclass(frozen=True)
class ChtRoute:
    """One method (`*`: any) of a path.

    `:name` stands for a segment, `*rest` for all that follows, `{/}` for an optional slash. `served` says which
    releases have it.
    """

    method: str
    path: str
    handler: Handler
    body: Body = Body.NONE
    served: Callable[[Release], bool] = always


ROUTES: tuple[ChtRoute, ...] = (
    ChtRoute(ANY, "/api/sms/", sms_gateway.redirect, Body.NONE, redirects_slash),
    ChtRoute("GET", "/api/sms{/}", sms_gateway.announce),
    ChtRoute("POST", "/api/sms{/}", sms_gateway.exchange, Body.JSON),
    ChtRoute("PUT", "/api/v1/credentials/:key", credentials.put_credential, Body.TEXT, has_vault),
    ChtRoute("GET", "/api/v1/settings", settings.get_settings),
    ChtRoute("PUT", "/api/v1/settings", settings.put_settings, Body.JSON),
    ChtRoute("GET", "/api/v1/settings/deprecated-transitions", settings.get_deprecated_transitions),
    ChtRoute("PUT", "/:database/_design/medic/_rewrite/update_settings/medic", settings.put_settings, Body.JSON),
    ChtRoute("GET", "/:database/_design/medic/_rewrite/app_settings/medic*rest", settings.get_legacy_settings),
    ChtRoute("POST", "/api/v1/records", records.create_localised, Body.JSON_OR_FORM),
    ChtRoute("POST", "/api/v2/records", records.create, Body.JSON_OR_FORM),
    ChtRoute("GET", "/api/v1/contacts-by-phone", contacts.by_phone, Body.NONE, since(3, 10)),
    ChtRoute("POST", "/api/v1/contacts-by-phone", contacts.by_phone, Body.JSON, since(3, 10)),
    ChtRoute("GET", "/api/v1/monitoring", monitoring.version_1, Body.NONE, since(3, 9)),
    ChtRoute("GET", "/api/v2/monitoring", monitoring.version_2, Body.NONE, since(3, 12)),
    ChtRoute("GET", "/api/info", information.info),
    ChtRoute("GET", "/api/deploy-info", information.deploy_info, Body.NONE, since(4, 0)),
    ChtRoute("GET", "/setup/poll", information.setup_poll),
    ChtRoute("GET", "/:database/login", login.page),
    ChtRoute("POST", "/:database/login", login.log_in, Body.JSON),
)


class ChtRoutes:
    """The routes of one release, for one main database; strict about slashes at the end."""

    def __init__(self, release: Release, database: str) -> None:
        webhooks = (ChtRoute("POST", path, incoming.webhook, Body.JSON) for path in release.incoming_paths)
        served = (route for route in (*ROUTES, *webhooks) if route.served(release))
        self._routes = [(route, _pattern(route.path, database)) for route in served]

    def find(self, method: str, path: str) -> tuple[ChtRoute, dict[str, str]] | None:
        """Return the route for a request, and the parameters in its path as they were encoded."""
        for route, pattern in self._routes:
            found = pattern.fullmatch(path)
            if found is not None and route.method in {ANY, _ANSWERED_LIKE.get(method, method)}:
                return route, found.groupdict()
        return None


def _pattern(path: str, database: str) -> re.Pattern[str]:
    path = path.replace("/:database/", f"/{database}/").replace("{/}", "/?")
    path = re.sub(r"\*(\w+)", r"(?P<\1>(?:/.*)?)", path)
    return re.compile(re.sub(r":(\w+)", r"(?P<\1>[^/]+)", path))
