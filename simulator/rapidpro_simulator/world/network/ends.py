"""The two ends of a connection, for whole requests and whole answers; that of the caller in memory only.

Nearly everything that parties of a simulation say to each other is one whole message in one piece. The bytes and their
parser are those of aiohttp; time-outs, pipelines, upgrades and lingering are left out. What is anything else goes to
aiohttp's own end, which takes the connection over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from aiohttp import ClientPayloadError, HttpVersion11, hdrs, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.client_proto import ResponseHandler
from aiohttp.helpers import must_be_empty_body
from aiohttp.http import SERVER_SOFTWARE, HttpRequestParser, HttpResponseParser, StreamWriter
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_writer import _serialize_headers
from aiohttp.streams import EMPTY_PAYLOAD

from .connection import LONGEST_LINE

if TYPE_CHECKING:
    import asyncio

    from .connection import Server
    from .parsed_heads import Answer, ParsedHeads
    from .parsed_requests import Parsed

READ_AHEAD = 1 << 16  # bytes


class _End(BaseProtocol):
    """An end that reads whole messages: nothing has to be held back."""

    takes_at_once: ClassVar = True

    def close(self) -> None:
        """Close the connection, if it is open."""
        if self.transport is not None:
            self.transport.close()

    def pause_reading(self) -> None:
        """Go on reading."""

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Go on reading."""

    def eof_received(self) -> None:
        """Let the connection close."""


class ServerEnd(_End):
    """The end of a `server`: answers one request after the other."""

    ssl_context = peername = sockname = None  # what aiohttp's requests ask their connection for

    def __init__(self, server: Server, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._server = server
        self._task: asyncio.Task[None] | None = None
        self._early = b""  # what came before the last request was answered

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self._server.ends.add(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        if self._task is None:  # else the request is answered to nobody
            self._server.ends.discard(self)

    def stop(self) -> None:
        """End what is under way, and the connection."""
        if self._task is not None:
            self._task.cancel()
        self.close()

    def data_received(self, data: bytes) -> None:
        if self._task is not None:
            self._early += data
            self.transport.pause_reading()  # whoever asks on and on without listening is not listened to either
        elif (request := self._whole_request(data)) is None:
            self._hand_over(data)
        else:
            # Not in the context of whoever asks: that is another process.
            context = self._server.context.copy()
            self._task = self._loop.create_task(self._answer(request), name=self._server.name, context=context)

    def _whole_request(self, data: bytes) -> web.BaseRequest | None:
        parsed = self._server.parsed.find(data) or self._parsed(data)
        if parsed is None:
            return None
        message, payload = parsed
        writer = StreamWriter(self, self._loop)
        request: web.BaseRequest = self._server.make_request(message, payload, self, writer, None)
        return request

    def _parsed(self, data: bytes) -> Parsed | None:
        parser = HttpRequestParser(
            self, self._loop, READ_AHEAD, max_line_size=LONGEST_LINE, max_field_size=LONGEST_LINE, auto_decompress=False
        )
        parsed: Parsed | None = _single(parser, data)
        if parsed is None or parsed[0].version != HttpVersion11 or hdrs.EXPECT in parsed[0].headers:
            return None
        if parsed[1] is EMPTY_PAYLOAD:  # nobody can use it up
            self._server.parsed.remember(data, parsed)
        return parsed

    def _hand_over(self, data: bytes) -> None:
        connection, transport = self._server(), self.transport
        self.connection_lost(None)  # to this end, that is
        transport.set_protocol(connection)
        connection.connection_made(transport)
        connection.data_received(data)

    async def _answer(self, request: web.BaseRequest) -> None:
        response = await self._server.answer(request)
        try:
            stays = await self._write(request, response)
        except ConnectionError:
            stays = False
        self._task = None
        if self.transport is None:
            self._server.ends.discard(self)
        elif not stays:
            self.close()
        elif self._early:
            early, self._early = self._early, b""
            transport = self.transport
            self.data_received(early)
            transport.resume_reading()

    async def _write(self, request: web.BaseRequest, response: web.StreamResponse) -> bool:
        """Write a response, and return whether the connection stays open."""
        if self.transport is None:
            return False
        if type(response) is web.Response and _is_plain(request, response):
            self.transport.write(_bytes_of(response))
            return True
        await response.prepare(request)
        await response.write_eof()
        return bool(response.keep_alive)


class ClientEnd(_End):
    """The end of a caller, who asks one request after the other; `heads` are those of answers that it knows."""

    def __init__(self, loop: asyncio.AbstractEventLoop, heads: ParsedHeads) -> None:
        super().__init__(loop)
        self._heads = heads
        self._waiter: asyncio.Future[Answer | ResponseHandler] | None = None
        self._stays = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    @property
    def is_usable(self) -> bool:
        """Whether another request can be asked."""
        return self._stays and self.transport is not None and not self.transport.is_closing()

    async def ask(self, request: bytes) -> Answer:
        """Send a request, and return the answer and its body. Raises `aiohttp.ClientError` as aiohttp's client does."""
        self._waiter = self._loop.create_future()
        try:
            self.transport.write(request)
            answer = await self._waiter
            if isinstance(answer, ResponseHandler):
                return await self._read(answer)
        except BaseException:
            self.close()  # whoever is cancelled, or has half an answer, leaves nothing for the next one
            raise
        self._stays = not answer[0].should_close
        return answer

    async def _read(self, handler: ResponseHandler) -> Answer:
        message, payload = await handler.read()
        while message.code < 200:
            message, payload = await handler.read()
        body = await payload.read()
        if handler.should_close:
            self._stays = False
        else:
            handler.transport = None
            self.transport.set_protocol(self)
        return message, body

    def data_received(self, data: bytes) -> None:
        answer = self._heads.find(data) or self._parsed(data)
        if answer is None:
            self._hand_over().data_received(data)
        elif self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(answer)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._hand_over().connection_lost(exc)
        super().connection_lost(exc)

    def _parsed(self, data: bytes) -> Answer | None:
        parser = HttpResponseParser(
            self, self._loop, READ_AHEAD, payload_exception=ClientPayloadError, read_until_eof=True
        )
        parsed = _single(parser, data)
        if parsed is None or parsed[0].code < 200:
            return None
        message, payload = parsed
        answer = message, payload.read_nowait()
        self._heads.remember(data, answer)
        return answer

    def _hand_over(self) -> ResponseHandler:
        handler = ResponseHandler(self._loop)
        self.transport.set_protocol(handler)
        handler.connection_made(self.transport)
        handler.set_response_params(read_until_eof=True)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(handler)
        return handler


def _single(parser: Any, data: bytes) -> Any:
    """Return the one whole message that `data` is, its head and its body; None for anything else."""
    try:
        messages, upgraded, tail = parser.feed_data(data)
    except HttpProcessingError:
        return None
    whole = len(messages) == 1 and messages[0][1].is_eof() and not upgraded and not tail
    return messages[0] if whole else None


def _is_plain(request: web.BaseRequest, response: web.Response) -> bool:
    """Return whether a response is a head and a body, and no more."""
    return (
        not response.prepared
        and response.keep_alive is None
        and request.keep_alive
        and not must_be_empty_body(request.method, response.status)
        and isinstance(response.body, bytes | None)
        and not (response.chunked or response.compression or response._cookies)  # `cookies` would make some
    )


def _bytes_of(response: web.Response) -> bytes:
    body = response.body
    assert isinstance(body, bytes | None)
    headers = response.headers
    headers[hdrs.CONTENT_LENGTH] = str(len(body or b""))
    if body:
        headers.setdefault(hdrs.CONTENT_TYPE, "application/octet-stream")
    headers.setdefault(hdrs.SERVER, SERVER_SOFTWARE)
    return _serialize_headers(f"HTTP/1.1 {response.status} {response.reason}", headers) + (body or b"")
