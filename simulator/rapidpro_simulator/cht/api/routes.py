"""The paths that CHT's api answers itself, as a table (cht 1 to 4, 9, 11.3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aiohttp import web

from rapidpro_simulator.cht.releases import CredentialStore
from rapidpro_simulator.world.network.routing import ANY, RouteTable, route_for

from . import (
    contacts,
    contacts_writing,
    credentials,
    entities,
    exports,
    incoming,
    information,
    login,
    monitoring,
    records,
    replication,
    settings,
    sms_gateway,
    upgrades,
    users,
)
from .call import Body, ChtCall
from .context import ApiContext

if TYPE_CHECKING:
    from rapidpro_simulator.cht.releases import Release

Handler = Callable[[ApiContext, ChtCall], Awaitable[web.Response]]


def always(_: Release) -> bool:
    """Say that every release has a route."""
    return True


def since(name: str) -> Callable[[Release], bool]:
    """Return whether a release is as new as the one called `name`."""
    return lambda release: release.is_since(name)


def has_vault(release: Release) -> bool:
    return release.credentials is CredentialStore.VAULT


def redirects_slash(release: Release) -> bool:
    """Say whether Express redirects to the path without the slash at its end, as version 4 does (cht 13)."""
    return release.express < 5


def ignores_slash(release: Release) -> bool:
    return not redirects_slash(release)


@dataclass(frozen=True)
class ChtRoute:
    """One method of a path, as in a `RouteTable`; `{database}` is the main one. `served`: which releases have it."""

    method: str
    path: str
    handler: Handler
    body: Body = Body.NONE
    served: Callable[[Release], bool] = always


ROUTES: tuple[ChtRoute, ...] = (
    ChtRoute(ANY, "/api/sms/", sms_gateway.redirect, served=redirects_slash),
    ChtRoute("GET", "/api/sms/", sms_gateway.announce, served=ignores_slash),
    ChtRoute("POST", "/api/sms/", sms_gateway.exchange, Body.JSON, served=ignores_slash),
    ChtRoute("GET", "/api/sms", sms_gateway.announce),
    ChtRoute("POST", "/api/sms", sms_gateway.exchange, Body.JSON),
    ChtRoute("PUT", "/api/v1/credentials/{key}", credentials.put_credential, Body.TEXT, served=has_vault),
    ChtRoute("GET", "/api/v1/settings", settings.get_settings),
    ChtRoute("PUT", "/api/v1/settings", settings.put_settings, Body.JSON),
    ChtRoute("GET", "/api/v1/settings/deprecated-transitions", settings.get_deprecated_transitions),
    ChtRoute("PUT", "/{database}/_design/medic/_rewrite/update_settings/medic", settings.put_settings, Body.JSON),
    ChtRoute("GET", "/{database}/_design/medic/_rewrite/app_settings/medic/{rest*}", settings.get_legacy_settings),
    ChtRoute("POST", "/api/v1/records", records.create_localised, Body.JSON_OR_FORM),
    ChtRoute("POST", "/api/v2/records", records.create, Body.JSON_OR_FORM),
    ChtRoute("GET", "/api/v1/contacts-by-phone", contacts.by_phone),
    ChtRoute("POST", "/api/v1/contacts-by-phone", contacts.by_phone, Body.JSON),
    ChtRoute("POST", "/api/v1/people", contacts_writing.post_person, Body.JSON),
    ChtRoute("POST", "/api/v1/places", contacts_writing.post_place, Body.JSON),
    ChtRoute("POST", "/api/v1/places/{id}", contacts_writing.update_place, Body.JSON),
    ChtRoute("GET", "/api/v1/users", users.list_users),
    ChtRoute("GET", "/api/v2/users", users.list_users, served=since("4.7")),
    ChtRoute("GET", "/api/v2/users/{name}", users.get_user, served=since("4.7")),
    ChtRoute("POST", "/api/v1/users", users.create_v1, Body.JSON),
    ChtRoute("POST", "/api/v2/users", users.create_v2, Body.JSON_OR_TEXT, served=since("3.16")),
    ChtRoute("POST", "/api/v3/users", users.create_v3, Body.JSON, served=since("4.9")),
    ChtRoute("POST", "/api/v1/users/{name}", users.update, Body.JSON),
    ChtRoute("POST", "/api/v3/users/{name}", users.update, Body.JSON, served=since("4.9")),
    ChtRoute("GET", "/api/v1/person", entities.read_page(entities.PERSON), served=since("4.11")),
    ChtRoute("GET", "/api/v1/person/{id}", entities.read_one(entities.PERSON), served=since("4.9")),
    ChtRoute("GET", "/api/v1/place", entities.read_page(entities.PLACE), served=since("4.12")),
    ChtRoute("GET", "/api/v1/place/{id}", entities.read_one(entities.PLACE), served=since("4.10")),
    ChtRoute("GET", "/api/v1/contact/uuid", entities.read_ids(entities.CONTACT), served=since("4.18")),
    ChtRoute("GET", "/api/v1/contact/{id}", entities.read_one(entities.CONTACT), served=since("4.18")),
    ChtRoute("GET", "/api/v1/report/uuid", entities.read_ids(entities.REPORT), served=since("4.18")),
    ChtRoute("GET", "/api/v1/report/{id}", entities.read_one(entities.REPORT), served=since("4.18")),
    *(
        ChtRoute("POST", f"/api/{version}/upgrade{part}", handler, Body.JSON, since(served))
        for version, served in (("v1", "3.11"), ("v2", "4.0"))
        for part, handler in (("", upgrades.upgrade), ("/stage", upgrades.stage), ("/complete", upgrades.upgrade))
    ),
    ChtRoute("GET", "/api/v1/upgrade", upgrades.progress, served=since("4.0")),
    ChtRoute("GET", "/api/v2/upgrade", upgrades.progress, served=since("4.0")),
    ChtRoute("GET", "/api/v2/export/messages", exports.messages),
    ChtRoute("POST", "/api/v2/export/messages", exports.messages, Body.JSON),
    ChtRoute("GET", "/api/v2/export/contacts", exports.contacts),
    ChtRoute("GET", "/api/v1/monitoring", monitoring.version_1),
    ChtRoute("GET", "/api/v2/monitoring", monitoring.version_2, served=since("3.12")),
    ChtRoute("GET", "/api/v1/replication/get-ids", replication.get_ids),
    ChtRoute("GET", "/api/info", information.info),
    ChtRoute("GET", "/api/deploy-info", information.deploy_info, served=since("4.0")),
    ChtRoute("GET", "/setup/poll", information.setup_poll),
    ChtRoute("GET", "/{database}/login", login.page),
    ChtRoute("POST", "/{database}/login", login.log_in, Body.JSON),
)


def served_routes(release: Release, database: str) -> Iterator[ChtRoute]:
    """Return the routes of one release, for one main database."""
    webhooks = (ChtRoute("POST", path, incoming.webhook, Body.JSON) for path in release.incoming_paths)
    for route in (*ROUTES, *webhooks):
        if route.served(release):
            yield replace(route, path=route.path.replace("{database}", database))


class ChtRoutes:
    """The routes of one release, for one main database; strict about slashes at the end."""

    def __init__(self, release: Release, database: str) -> None:
        self._table = RouteTable(served_routes(release, database), lambda path: tuple(path.split("/")[1:]))

    def find(self, method: str, path: str) -> tuple[ChtRoute, dict[str, str]] | None:
        """Return the route for a request, and the parameters in its path as they were encoded."""
        methods, parameters = self._table.find(path)
        route = route_for(method, methods)
        return None if route is None else (route, parameters)
