"""Connections to a host: what arrives on one and is no request is handled here, before any service sees it.

aiohttp would answer it with a page of its own and a traceback in the log; here the host says what it answers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from aiohttp import HttpVersion10, HttpVersion11, hdrs, web
from aiohttp.http import RawRequestMessage
from aiohttp.http_exceptions import BadHttpMethod, HttpProcessingError, LineTooLong, TransferEncodingError
from yarl import URL

from .parsed_requests import ParsedRequests
from .turns import next_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from contextvars import Context

    Refuse = Callable[[web.BaseRequest, "Malformed"], web.StreamResponse]

LONGEST_LINE = 8190  # bytes of a request line or a header field
VERSIONS = frozenset({HttpVersion10, HttpVersion11})
BROKEN_INPUT = (HttpProcessingError, web.RequestPayloadError, ConnectionError)


class Malformed(StrEnum):
    """Why what arrived is no request that a service could answer."""

    CONNECT = "a tunnel is asked for"
    METHOD = "no such method"
    SYNTAX = "no HTTP"
    TOO_LONG = "a line or a header is too long"
    BODY = "the body is broken"
    CUT_OFF = "cut off before the end"


MALFORMED: web.RequestKey[Malformed] = web.RequestKey("MALFORMED", Malformed)
"""Where a request bears what is wrong with it, although it could be parsed."""


class Stoppable(Protocol):
    """A connection of a server that aiohttp knows nothing of."""

    def stop(self) -> None: ...


class Server(web.Server):
    """An aiohttp server whose connections ask `refuse` for the answer to what is malformed.

    `on_cut_off` is told of a connection that ended in the middle of a request's head, `on_error` of what went wrong in
    aiohttp itself; other settings are those of `web.Server`. In memory its tasks are called `name`, and begin in a copy
    of `context`.
    """

    def __init__(
        self,
        name: str,
        context: Context,
        handler: Callable[[web.BaseRequest], Coroutine[Any, Any, web.StreamResponse]],
        *,
        refuse: Refuse,
        on_cut_off: Callable[[], object],
        on_error: Callable[[Exception], object],
        **settings: Any,
    ) -> None:
        super().__init__(
            self._handle_in_turn, access_log=None, max_line_size=LONGEST_LINE, max_field_size=LONGEST_LINE, **settings
        )
        self.name = name
        self.context = context
        self.handler = handler
        self.make_request = settings["request_factory"]
        self.ends: set[Stoppable] = set()
        self.parsed = ParsedRequests()
        self.refuse = refuse
        self.on_cut_off = on_cut_off
        self.on_error = on_error

    def __call__(self) -> web.RequestHandler:
        return Connection(self, loop=self._loop, **self._kwargs)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Return the answer to a request; what goes wrong in that is a defect of the simulator."""
        try:
            return await self.handler(request)
        except Exception as error:
            self.on_error(error)
            response = defect()
            response.force_close()
            return response

    async def shutdown(self, timeout: float | None = None) -> None:
        for end in list(self.ends):
            end.stop()
        await super().shutdown(timeout)

    async def _handle_in_turn(self, request: web.BaseRequest) -> web.StreamResponse:
        await next_turn()
        return await self.handler(request)


def defect() -> web.Response:
    """Return the answer where something has gone wrong that no service means: the simulator is to blame."""
    return web.Response(status=500, text="defect of the simulator")


class Connection(web.RequestHandler):
    """One connection of a `Server`."""

    __slots__ = ("_head_is_open", "_server")

    def __init__(self, server: Server, **settings: Any) -> None:
        super().__init__(server, **settings)
        self._server = server
        self._head_is_open = False

    def data_received(self, data: bytes) -> None:
        parsed = self._request_count
        super().data_received(data)
        if self._request_count > parsed:
            self._head_is_open = False
            self._break_body()
        elif data.strip() and (self._waiter is not None or not parsed):
            self._head_is_open = True  # a request is waited for, and this is the beginning of one

    def _break_body(self) -> None:
        # The parser tells of a broken body as of another request, and who reads the body would wait for ever.
        request = self._current_request
        broken = not isinstance(self._messages[-1][0], RawRequestMessage) if self._messages else False
        if broken and request is not None and not request.content.is_eof():
            self._messages.pop()
            request.content.set_exception(TransferEncodingError("broken"))

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._head_is_open and not self._force_close and not self._close:
            self._server.on_cut_off()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        if request.writer.output_size > 0:
            raise ConnectionError("half of another answer has been sent already")
        if isinstance(exc, BROKEN_INPUT):
            response = self._server.refuse(request, malformation(exc))
        else:
            self.log_exception(exc_info=exc)
            response = defect()
        response.force_close()
        return response

    def log_exception(self, *args: Any, exc_info: Any = None, **settings: Any) -> None:
        # What a client sends is its own affair. All else is a defect of the simulator, which is told as one.
        if isinstance(exc_info, Exception) and not isinstance(exc_info, BROKEN_INPUT):
            self._server.on_error(exc_info)


def as_request(message: Any) -> tuple[Any, Malformed | None]:
    """Return `message` of aiohttp's parser as one that a request can be made of, and what is wrong with it."""
    if message.method == hdrs.METH_CONNECT:
        return message._replace(url=URL("/"), path="/", upgrade=False, version=HttpVersion10), Malformed.CONNECT
    if message.version not in VERSIONS:
        return message._replace(version=HttpVersion10), Malformed.SYNTAX
    return message, None


def malformation(error: BaseException | None) -> Malformed:
    """Return what is wrong with what arrived, as `error` of aiohttp's parser has it."""
    for kind, malformed in _MALFORMATIONS.items():
        if isinstance(error, kind):
            return malformed
    return Malformed.SYNTAX


_MALFORMATIONS: dict[type[BaseException], Malformed] = {
    BadHttpMethod: Malformed.METHOD,
    LineTooLong: Malformed.TOO_LONG,
    TransferEncodingError: Malformed.BODY,
    web.RequestPayloadError: Malformed.BODY,
    ConnectionError: Malformed.CUT_OFF,
}
