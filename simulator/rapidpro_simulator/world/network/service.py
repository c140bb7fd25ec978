"""What a host of the network serves: the one thing that a fake must be to stand behind a hostname."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Sequence

ABOUT: web.RequestKey[dict[str, str]] = web.RequestKey("ABOUT", dict[str, str])
"""Where a service notes on a request what it found out about it, such as the workspace."""

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Service(Protocol):
    """What a host serves: it answers requests, and knows how its own errors look."""

    confidential: Sequence[str]
    """Globs of paths whose bodies are secrets, and are not recorded."""
    body_limit: int
    """The largest request body that is read, in bytes."""

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer `request`; its body has been read already, `await request.read()` returns it at once.

        What it notes under `ABOUT` (`request[ABOUT] = {"workspace": "Old"}`) goes into the journal.
        """

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        """Return the service's own answer for `status`, for a fault."""

    def refuse(self, status: int, request: web.BaseRequest) -> web.Response:
        """Return what the proxy before the service, or its server, says to what is no HTTP request.

        `status` is 400, 405 or 414; of `request` only as much is known as could be read.
        """


class HandlerService:
    """A whole service made of one `handler`, such as a stub host in a test.

    >>> async def receive(request: web.BaseRequest) -> web.Response:
    ...     return web.json_response({"received": True})
    >>> network.attach("receiver.example", HandlerService(receive))

    `confidential` and `body_limit` are those of `Service`. Its errors are JSON without a dialect of their own.
    """

    def __init__(self, handler: Handler, *, confidential: Sequence[str] = (), body_limit: int = 1 << 20) -> None:
        self._handler = handler
        self.confidential = confidential
        self.body_limit = body_limit

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer `request` with what the handler returns."""
        return await self._handler(request)

    def error(self, status: int, retry_after: int | None = None) -> web.Response:
        """Return a JSON error with this status, for a fault; `retry_after` (seconds) is a header of it."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        return web.json_response({"error": "a fault"}, status=status, headers=headers)

    def refuse(self, status: int, request: web.BaseRequest) -> web.Response:
        """Return the same error for what is no HTTP request."""
        return self.error(status)
