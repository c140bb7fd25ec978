"""The api process of a CHT instance: takes a request through the steps that they all share (cht 0.2)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.messages.outgoing import Outgoing
from rapidpro_simulator.cht.origin import DIGITS, ORIGIN, Origin
from rapidpro_simulator.cht.transitions.engine import TransitionEngine
from rapidpro_simulator.cht.transitions.loading import simulated_transitions
from rapidpro_simulator.cht.transitions.process import reload_translations, transition_context
from rapidpro_simulator.world.schemas import openapi

from .access import AccessControl
from .audit import Audit
from .call import ChtCall, collapse_slashes
from .configuration import Configuration
from .context import ApiContext, nobody_listens
from .error_responses import TOO_LARGE, TOO_MANY, error_of, render
from .errors import ChtApiError, from_couch
from .limits import COUNTED, LoginLimiter, claimed_credentials, keys_of
from .nginx import BODY_LIMIT, nginx_error
from .openapi import describe
from .proxy import proxy
from .response_headers import add_headers, compress
from .responses import json_response
from .routes import ChtRoutes, always, has_vault

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aiohttp import web

    from rapidpro_simulator.cht.couch.client import CouchClient
    from rapidpro_simulator.cht.releases import Release
    from rapidpro_simulator.world.context import Context


SIBLINGS: dict[str, Callable[[Release], bool]] = {
    "sentinel": always,
    "vault": has_vault,
    "audit": lambda release: release.audits,
    "users-meta": always,
    "logs": always,
    "archive": always,
}
"""The databases that are opened at boot beside the main one, and in which releases (cht 0.1, 3.2)."""


class ChtApi:
    """The HTTP API of the CHT instance called `name`, as `release` has it; a `Service` of the network.

    `couch` is its way to CouchDB, as an administrator; `on_stored` is told the id of each document that the records
    API has stored. `behind_nginx`: see `AccessControl`. Start it inside the running event loop, when CouchDB is there.
    """

    confidential: Sequence[str] = (
        "/api/v1/credentials/*",
        "/_session",
        "/*/login",
        "/_node/*",
        "/_users*",
        "/*-vault*",
    )
    # Larger than what CHT takes, so that it is CHT who refuses a body, in the words that its sender understands.
    body_limit = 2 * BODY_LIMIT

    def __init__(
        self,
        name: str,
        context: Context,
        couch: CouchClient,
        release: Release,
        *,
        behind_nginx: bool = True,
        on_stored: Callable[[str], object] = nobody_listens,
    ) -> None:
        clock, journal = context.clock, context.journal
        stream = context.seed.stream(f"{name} api")
        configuration = Configuration(couch, journal, simulated_transitions(release))
        work = transition_context(couch, clock, stream, release, lambda: configuration.settings, self._log)
        self.context = ApiContext(
            clock=clock,
            stream=stream,
            journal=journal,
            couch=couch,
            release=release,
            access=AccessControl(couch, release, behind_nginx=behind_nginx),
            configuration=configuration,
            transitions=TransitionEngine(work, in_api=True),
            on_stored=on_stored,
        )
        configuration.on_settings.append(self._reload_transitions)
        configuration.on_translations.append(lambda: reload_translations(work, couch))
        self._request_ids = context.seed.stream(f"{name} requests")
        self._audit = Audit(couch, clock, journal)
        if release.audits:
            couch.on_written = self._audit.note
        self._routes = ChtRoutes(release, couch.database)
        self._limiter: LoginLimiter | None
        self._forget()
        self.configuration.on_exit.append(lambda _: self._forget())

    @property
    def configuration(self) -> Configuration:
        """Return the settings in memory, and whether the process is up."""
        return self.context.configuration

    def _reload_transitions(self) -> None:
        # Whoever sends a record learns nothing of it: with wrong settings it is saved as it came.
        if not self.context.transitions.reload():
            self._log(f"Transitions are disabled: {' '.join(self.context.transitions.errors)}")

    def _log(self, text: str) -> None:
        self.context.log(text)

    def _forget(self) -> None:
        # What only the process knows begins anew with it.
        clock = self.context.clock
        self.context.transitions.context.composer.outgoing = Outgoing(clock)
        self._limiter = LoginLimiter(clock) if self.context.release.limits_logins else None

    async def start(self) -> None:
        """Boot: create the databases that are missing, read the settings, and follow their changes.

        Raises `CouchClientError`.
        """
        couch = self.context.couch
        for sibling, is_used in SIBLINGS.items():
            if is_used(self.context.release):
                await couch.open(f"{couch.database}-{sibling}")
        await self.configuration.start()

    async def stop(self) -> None:
        await self.configuration.stop()
        await self._audit.stop()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        call = await self._call(request)
        response = await self._pass(call)
        if not response.prepared:
            add_headers(response, self.context.clock)
            compress(response, call)
        return response

    async def _pass(self, call: ChtCall) -> web.StreamResponse:
        """Answer `call` as far as it comes: nginx before the api may have the last word."""
        if not self.configuration.is_up:
            return nginx_error(502, call.headers.get("Accept"))
        if len(call.raw) > BODY_LIMIT:
            return self._render(ChtApiError(413, TOO_LARGE), call)
        return await self._limited(call)

    async def _limited(self, call: ChtCall) -> web.StreamResponse:
        """Answer `call`, unless too many logins have failed; a failure counts, however it is answered."""
        if self._limiter is None:
            return await self._answer(call)
        claimed = claimed_credentials(call.headers.get("Authorization", ""))
        keys = keys_of(call.address, claimed)
        if claimed is not None and self._limiter.is_exhausted(keys):
            response: web.StreamResponse = self._render(ChtApiError(429, TOO_MANY), call)
        else:
            response = await self._answer(call)
        if response.status in COUNTED:
            self._limiter.consume(keys)
        return response

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        """Return CHT's answer for `status`, or that of the nginx before it, to a client that asks for JSON."""
        response = error_of(status, retry_after)
        add_headers(response, self.context.clock)
        return response

    def refuse(self, status: int, request: web.BaseRequest) -> web.Response:
        """Return the page of the nginx before CHT for what is no HTTP request (cht 0.1)."""
        return nginx_error(status, request.headers.get("Accept"))

    async def _call(self, request: web.BaseRequest) -> ChtCall:
        raw = await request.read()
        forwarded = request.headers.get("X-Forwarded-For", "").partition(",")[0].strip()
        return ChtCall(
            method=request.method,
            path=collapse_slashes(request.rel_url.raw_path),
            query_string=request.rel_url.raw_query_string,
            headers=request.headers,
            raw=raw,
            address=forwarded or request.remote or "",
            request=request,
        )

    async def _answer(self, call: ChtCall) -> web.StreamResponse:
        origin = Origin(self._request_ids.hex(DIGITS))
        ORIGIN.set(origin)
        await self._recognise(call, origin)
        try:
            return await self._route(call)
        except ChtApiError as error:
            return self._render(error, call)
        except CouchClientError as error:
            self.context.log(str(error), request=call.path)
            return self._render(from_couch(error), call)

    async def _recognise(self, call: ChtCall, origin: Origin) -> None:
        # Asked before every request, needed or not, and whatever the answer; who needs a user asks again (cht 8.2).
        with suppress(ChtApiError):
            origin.user = (await self.context.access.recognise(call)).name

    async def _route(self, call: ChtCall) -> web.StreamResponse:
        found = self._routes.find(call.method, call.path)
        if found is None and call.path == openapi.PATH:
            return json_response(describe(self.context.release, self.context.database))
        if found is None:
            return await proxy(self.context, call)
        route, call.parameters = found
        call.read_body(route.body)
        return await route.handler(self.context, call)

    def _render(self, error: ChtApiError, call: ChtCall) -> web.Response:
        return render(error, call, self.context.database)
