"""The HTTP service of a RapidPro host: takes a request to the endpoint that answers it.

On the way lie routing, negotiation, authentication, permission and throttle, in RapidPro's order (rapidpro 1.2).
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from rapidpro_simulator.rapidpro.runtime.task_queue import MailroomDownError
from rapidpro_simulator.rapidpro.throttle import Throttle
from rapidpro_simulator.world.network import ABOUT
from rapidpro_simulator.world.schemas import openapi

from . import archive_files, errors, sign_in
from .authentication import authenticate
from .calls import RapidProCall, RapidProResponse
from .endpoints import ROOT, ApiEndpoint, endpoints
from .errors import RapidProApiError, ServerError
from .media_library import MediaLibrary
from .negotiation import prefers_html, read_accept
from .openapi import describe
from .rendering import encode
from .status_polls import StatusPolls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rapidpro_simulator.rapidpro.access import Token
    from rapidpro_simulator.rapidpro.generations.rates import Rate
    from rapidpro_simulator.rapidpro.installation import RapidPro
    from rapidpro_simulator.rapidpro.workspace import Workspace

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html; charset=utf-8"}
FRAMEWORK_HEADERS = {
    "Vary": "Accept, Accept-Language, Cookie",
    "Content-Language": "en-us",
    "X-Frame-Options": "SAMEORIGIN",
}
PROXY_ERRORS = frozenset({413, 502, 503, 504})
BODY_LIMIT = 26_214_400  # bytes; the largest file that `media` takes


class QuotaUsage(NamedTuple):
    """The requests that a scope has accepted within its last window, an hour as a rule, and how many it allows."""

    used: int
    limit: int


@dataclass(slots=True)
class Visit:
    """A request on its way through the service, and what is known about it by then."""

    request: web.BaseRequest
    method: str
    endpoint: ApiEndpoint
    documentation: bool
    indent: int | None
    html: bool
    workspace: Workspace | None = None


class RapidProApi:
    """API v2 of `rapidpro`, as a service that `Network.attach` takes.

    >>> api = RapidProApi(rapidpro)
    >>> network.attach("textit.com", api)
    >>> api.quota(rapidpro.workspaces["Moshi"])["v2.messages"]
    QuotaUsage(used=2, limit=2500)
    """

    confidential: Sequence[str] = (sign_in.PATH,)
    body_limit = BODY_LIMIT

    def __init__(self, rapidpro: RapidPro) -> None:
        self.rapidpro = rapidpro
        self.endpoints = endpoints(rapidpro.generation)
        self.media = MediaLibrary(rapidpro)
        self._access = rapidpro.generation.access
        self._routes = _routes(self.endpoints)
        self._throttle = Throttle()
        self._polls = StatusPolls()
        self._headers: dict[tuple[str, str], CIMultiDictProxy[str]] = {}

    @cached_property
    def _openapi(self) -> bytes:
        return encode(describe(self.rapidpro.generation))

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer `request` as RapidPro would."""
        route = self._routes.get(request.path)
        if route is None:
            return await self._elsewhere(request)
        endpoint, documentation = route
        accept = request.headers.get("Accept", "")
        accepted = read_accept(accept)
        wants_html = documentation and prefers_html(accept) and request.query.get("format") != "json"
        if not wants_html and not accepted.json:
            return _page(406, "Not Acceptable", errors.DETAILS[406])
        visit = Visit(request, request.method, endpoint, documentation, accepted.indent, wants_html)
        try:
            return await self._answer(visit)
        except (
            ServerError,
            MailroomDownError,
            RecursionError,
            UnicodeEncodeError,
        ):  # the last: half a character echoed
            return _server_error()

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        """Return what a client sees when RapidPro, or the proxy in front of it, answers `status` (rapidpro 1.10)."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        if status in PROXY_ERRORS:
            return web.Response(status=status, body=errors.proxy_page(status).encode(), headers=headers | HTML)
        detail = errors.throttled(retry_after) if status == 429 else errors.DETAILS.get(status)
        if detail is None:
            return _server_error(status)
        return web.Response(status=status, body=encode({"detail": detail}), headers=headers | JSON)

    def refuse(self, status: int, request: web.BaseRequest) -> web.Response:
        """Return the page of the proxy in front of RapidPro for what is no HTTP request (rapidpro 1.10)."""
        return web.Response(status=status, body=errors.proxy_page(status).encode(), headers=HTML)

    def quota(self, workspace: Workspace) -> dict[str, QuotaUsage]:
        """Return how much of its quota `workspace` has used, by scope. Buckets of several users are added up."""
        now = self.rapidpro.clock.now()
        buckets = dict.fromkeys(token.bucket for token in workspace.access.tokens)
        return {
            scope: QuotaUsage(sum(self._throttle.log(who, scope).used(now, rate.window) for who in buckets), rate.limit)
            for scope, rate in workspace.access.rates_in_force.items()
        }

    # From the request to the endpoint

    async def _answer(self, visit: Visit) -> web.Response:
        try:
            return self._respond(visit, await self._process(visit))
        except RapidProApiError as error:
            return self._respond(visit, RapidProResponse(error.status, error.body), error.retry_after)

    async def _process(self, visit: Visit) -> RapidProResponse:
        request, endpoint = visit.request, visit.endpoint
        token = authenticate(request.headers.get("Authorization", ""), self.rapidpro)
        if visit.documentation and visit.method == "GET":
            return self._document(visit, token)
        if visit.documentation and visit.method in endpoint.methods and not self._access.writes_without_suffix:
            raise RapidProApiError.detail(403, errors.NO_PERMISSION)
        token = self._permit(visit, token)
        self._throttle_token(visit, token)
        if visit.method == "OPTIONS":
            return RapidProResponse(200, endpoint.metadata)
        method = "GET" if visit.method == "HEAD" else visit.method
        if method not in endpoint.methods:
            raise _not_allowed(visit)
        raw = await request.read() if request.body_exists else b""
        call = RapidProCall(request, raw, self.rapidpro, self.media, token)
        if endpoint.name == "messages" and method == "GET" and visit.indent is None:
            return await self._polls.answer(call)
        return await endpoint.answer(method, call)

    def _permit(self, visit: Visit, token: Token | None) -> Token:
        endpoint = visit.endpoint
        if visit.method not in endpoint.methods and not endpoint.explicit:
            raise _not_allowed(visit)  # before anybody asks for credentials: rapidpro 1.5
        if token is None:
            raise RapidProApiError.detail(403, errors.NO_CREDENTIALS)
        if not token.may_use(endpoint.name):
            raise RapidProApiError.detail(403, errors.NO_PERMISSION)
        visit.workspace = token.workspace
        visit.request[ABOUT] = {"workspace": token.workspace.name}
        return token

    def _document(self, visit: Visit, token: Token | None) -> RapidProResponse:
        if token is None and self._access.open_documentation:
            self._throttle_address(visit.request, visit.endpoint.name)
        else:
            self._throttle_token(visit, self._permit(visit, token))
        return RapidProResponse(200, [])

    # The throttle

    def _throttle_token(self, visit: Visit, token: Token) -> None:
        workspace = token.workspace
        self._admit(token.bucket, visit.endpoint.name, workspace.access.rates_in_force, workspace.name)

    def _throttle_address(self, request: web.BaseRequest, endpoint: str) -> None:
        forwarded = "".join(request.headers.get("X-Forwarded-For", "").split())
        self._admit(forwarded or request.remote, endpoint, self.rapidpro.rate_profile.rates, None)

    def _admit(self, who: object, endpoint: str, rates: Mapping[str, Rate], workspace: str | None) -> None:
        rapidpro = self.rapidpro
        scope = rapidpro.rate_profile.scope_of(endpoint)
        rate = rates.get(scope)
        if rate is None:
            return
        refusal = self._throttle.log(who, scope).admit(rapidpro.clock.now(), rate.limit, rate.window)
        if refusal is not None:
            rapidpro.journal.event(
                "throttle.refused", host=rapidpro.name, workspace=workspace, scope=scope, wait=refusal.wait
            )
            raise RapidProApiError(429, {"detail": errors.throttled(refusal.wait)}, refusal.wait)

    # From the answer to the response

    def _respond(self, visit: Visit, answer: RapidProResponse, retry_after: int | None = None) -> web.Response:
        response = web.Response(status=answer.status, headers=self._headers_of(visit))
        if answer.data is None:
            del response.headers["Content-Type"]
        elif visit.html:
            response.headers.update(HTML)
            shown = html.escape(encode(answer.data, 4).decode())
            response.body = errors.page(f"/api/v2/{visit.endpoint.name}", f"<pre>{shown}</pre>").encode()
        else:
            response.body = encode(answer.data, visit.indent)
        if retry_after is not None:
            response.headers["Retry-After"] = str(retry_after)
        return response

    def _headers_of(self, visit: Visit) -> CIMultiDictProxy[str]:
        workspace = visit.workspace
        key = (visit.endpoint.name, workspace.uuid if workspace else "")
        known = self._headers.get(key)
        if known is None:
            headers = CIMultiDict(JSON | FRAMEWORK_HEADERS | {"Allow": visit.endpoint.allow})
            if workspace is not None:
                value = getattr(workspace, self._access.workspace_header_value)
                headers[self._access.workspace_header] = str(value)
            known = self._headers[key] = CIMultiDictProxy(headers)  # which a response makes a copy of
        return known

    # What is no endpoint

    async def _elsewhere(self, request: web.BaseRequest) -> web.Response:
        if request.path == "/api/":
            return web.Response(status=302, headers={"Location": ROOT} | HTML)
        if request.path.startswith(archive_files.FOLDER) and request.method == "GET":
            return archive_files.download(request, self.rapidpro)
        if request.path in ROOTS:
            return self._root(request)
        if request.path == sign_in.PATH and self._access.exchanges_passwords:
            return await sign_in.sign_in(request, self.rapidpro)
        if request.path == openapi.PATH:
            return web.Response(body=self._openapi, headers=JSON)
        return _page(404, "Not Found", "The requested resource was not found on this server.")

    def _root(self, request: web.BaseRequest) -> web.Response:
        base = f"{request.scheme}://{request.host}{ROOT}"
        visit = Visit(request, request.method, ROOT_ENDPOINT, False, None, False)
        try:
            token = authenticate(request.headers.get("Authorization", ""), self.rapidpro)
            if request.method not in ROOT_ENDPOINT.methods:
                raise _not_allowed(visit)
            if token is None:
                self._throttle_address(request, "")
            else:
                visit.workspace = token.workspace
                self._throttle_token(visit, token)
        except RapidProApiError as error:
            return self._respond(visit, RapidProResponse(error.status, error.body), error.retry_after)
        visit.indent = read_accept(request.headers.get("Accept", "")).indent
        unlisted = self.rapidpro.generation.api.unlisted_endpoints
        listed = [name for name in self.endpoints if name not in unlisted]
        return self._respond(visit, RapidProResponse(200, {name: f"{base}{name}" for name in listed}))


ROOT_ENDPOINT = ApiEndpoint("", ("GET",))
ROOTS = frozenset({ROOT, f"{ROOT}.json", f"{ROOT}.json/"})


def _routes(known: Mapping[str, ApiEndpoint]) -> dict[str, tuple[ApiEndpoint, bool]]:
    routes = {}
    for name, endpoint in known.items():
        routes[f"{ROOT}{name}"] = (endpoint, True)
        routes[f"{ROOT}{name}.json"] = routes[f"{ROOT}{name}.json/"] = (endpoint, False)
    return routes


def _not_allowed(visit: Visit) -> RapidProApiError:
    return RapidProApiError.detail(405, f'Method "{visit.method}" not allowed.')


def _page(status: int, title: str, sentence: str) -> web.Response:
    return web.Response(status=status, body=errors.page(title, sentence).encode(), headers=HTML)


def _server_error(status: int = 500) -> web.Response:
    return web.Response(status=status, body=errors.SERVER_ERROR.encode(), headers=HTML)
