"""The server of the control API and the console: who may ask, what they are told where it cannot be done.

It runs in an event loop of its own; the worlds live in threads of theirs.
"""

from __future__ import annotations

import hmac
import json
import sys
import traceback
from functools import cache
from typing import TYPE_CHECKING, Any

from aiohttp import web

from rapidpro_simulator.gateways.interface import InapplicableError
from rapidpro_simulator.served.snapshot import SnapshotError
from rapidpro_simulator.served.world import TooLongError, WorldEndedError
from rapidpro_simulator.testing.sentences import SentenceError
from rapidpro_simulator.world.errors import UsageError
from rapidpro_simulator.world.loop import AdvanceLimitError, DeadlockError

from .endpoints import Call, Endpoint, read_body, read_query
from .openapi import document
from .pages.pages import COOKIE, Pages
from .problems import ProblemError, problem
from .resources import endpoints

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from .worlds import Worlds

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

BODY_LIMIT = 64 * 1024 * 1024  # bytes: an export, a dump, a snapshot
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SAFE = {"GET", "HEAD", "OPTIONS"}
SAME_SITE = {"same-origin", "none"}


class Console:
    """Serves the control API of `worlds`.

    `token` is what callers present (None: nothing is asked for); `hosts` are names by which it may be called, beside
    those of this machine: a page of somebody else's that a name of theirs leads here is refused.
    """

    def __init__(self, worlds: Worlds, token: str | None, hosts: Collection[str] = ()) -> None:
        self._worlds = worlds
        self._token = token
        self._hosts = {*LOOPBACK, *hosts}
        self._runner: web.AppRunner | None = None

    async def start(self, address: str, port: int) -> int:
        """Listen, and return the port. Raises `OSError` where it is taken."""
        # A follower of the journal who has gone is noticed at once; what is done to a world goes on without its caller.
        self._runner = web.AppRunner(
            self._application(), access_log=None, shutdown_timeout=1, handler_cancellation=True
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, address, port)
        await site.start()
        bound: int = self._runner.addresses[0][1]
        return bound

    async def stop(self) -> None:
        """Answer nobody any more."""
        if self._runner is not None:
            await self._runner.cleanup()

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=BODY_LIMIT, middlewares=[self._guard, explain])
        for endpoint in endpoints():
            application.router.add_route(endpoint.method, endpoint.url, self._handler(endpoint))
        application.router.add_get("/openapi.json", show_document)
        Pages(self._worlds, self._token).add_to(application)
        return application

    def _handler(self, endpoint: Endpoint) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            body = None if endpoint.body is None else await read_body(request, endpoint.body)
            call = Call(request, self._worlds, body, read_query(request, endpoint.query))
            answer = await endpoint.handler(call)
            return answer if isinstance(answer, web.StreamResponse) else _respond(endpoint, answer)

        return handle

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if _name_of(request.host) not in self._hosts:
            return problem(421, f"this server is not called {request.host}; --console-host lets it be")
        if self._token is not None and not _is_open(request) and not self._knows(request):
            return problem(401, "present the token that `serve` has printed: Authorization: Bearer TOKEN")
        return await handler(request)

    def _knows(self, request: web.Request) -> bool:
        scheme, _, presented = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._is_token(presented.strip())
        # What a browser sends by itself counts only where the page that asks is ours.
        ours = request.method in SAFE or request.headers.get("Sec-Fetch-Site") in SAME_SITE
        return ours and self._is_token(request.cookies.get(COOKIE, ""))

    def _is_token(self, presented: str) -> bool:
        return hmac.compare_digest(presented.encode(), (self._token or "").encode())


async def show_document(_request: web.Request) -> web.Response:
    """Answer with the OpenAPI document of the control API."""
    return web.Response(text=_document(), content_type="application/json")


@cache
def _document() -> str:
    return json.dumps(document(endpoints()), ensure_ascii=False)


def _is_open(request: web.Request) -> bool:
    """Say whether nobody is asked for a token: what is the same for everybody, and the door itself."""
    if request.path == "/":
        return "token" in request.query
    return request.path == "/openapi.json" or request.path.startswith("/static/")


def _name_of(host: str) -> str:
    """Return the name of a `Host` header, without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].lower()


def _respond(endpoint: Endpoint, answer: Any) -> web.Response:
    if endpoint.answer is None:
        return web.Response(status=endpoint.status)
    text = json.dumps(answer, ensure_ascii=False, default=str)
    return web.Response(status=endpoint.status, text=text, content_type="application/json")


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer what cannot be done with problem details."""
    try:
        return await handler(request)
    except ProblemError as error:
        return error.response()
    except SentenceError as error:
        return problem(409, str(error), sentence=str(error.sentence), line=error.sentence.line)
    except (InapplicableError, AdvanceLimitError, DeadlockError, WorldEndedError, TooLongError) as error:
        return problem(409, str(error))
    except (UsageError, SnapshotError) as error:
        return problem(422, str(error))
    except ValueError as error:
        return problem(422, str(error))
    except web.HTTPRedirection:
        raise
    except web.HTTPException as error:
        return problem(error.status, f"{request.method} {request.path}: {error.reason}; see /openapi.json")
    except Exception as error:  # a client is told, in the form that it knows, and so is who runs the server
        traceback.print_exc(file=sys.stderr)
        return problem(500, f"a defect of the simulator, please report it: {error!r}")
