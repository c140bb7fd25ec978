"""The lean ends of connections in memory say and understand what aiohttp's own ends do."""

from __future__ import annotations

import asyncio
import re
import socket
from contextvars import ContextVar
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from yarl import URL

from rapidpro_simulator.world.network import HandlerService
from rapidpro_simulator.world.network.ends import ServerEnd
from rapidpro_simulator.world.network.lean_client import ask
from rapidpro_simulator.world.network.memory import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.network import Host, HttpResponse

LARGE = "x" * 1_000_000
WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


async def in_pieces(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/plain"})
    await response.prepare(request)
    await response.write(b"one ")
    await asyncio.sleep(1)
    await response.write(b"two")
    return response


def closing() -> web.Response:
    response = web.Response(text="bye")
    response.force_close()
    return response


def with_cookie() -> web.Response:
    response = web.Response(text="hello")
    response.set_cookie("AuthSession", "abc")
    return response


RESPONSES: dict[str, Callable[[], web.Response]] = {
    "/text": lambda: web.Response(text="hello"),
    "/bytes": lambda: web.Response(body=b"\x00\xff"),
    "/empty": web.Response,
    "/created": lambda: web.json_response({"id": 1}, status=201, headers={"Location": "/1"}),
    "/nothing": lambda: web.Response(status=204),
    "/unchanged": lambda: web.Response(status=304),
    "/reason": lambda: web.Response(status=409, reason="Because", text="no"),
    "/large": lambda: web.Response(text=LARGE),
    "/closing": closing,
    "/cookie": with_cookie,
    "/who": lambda: web.Response(text=WHO.get()),
}


async def handle(request: web.BaseRequest) -> web.StreamResponse:
    if request.path == "/pieces":
        return await in_pieces(request)
    if request.path == "/echo":
        return web.Response(body=await request.read())
    return RESPONSES[request.path]()


@pytest.fixture
def host(simulation: Simulation) -> Host:
    return simulation.network.attach("echo.example.org", HandlerService(handle))


class Listener(asyncio.Protocol):
    def __init__(self) -> None:
        self.heard = b""
        self.is_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.heard += data

    def connection_lost(self, exc: BaseException | None) -> None:
        self.is_over = True


def in_memory(simulation: Simulation, host: Host, *pieces: bytes) -> tuple[bytes, bool]:
    """Return what the lean end answers to what is sent, and whether it closes."""

    async def talk() -> tuple[bytes, bool]:
        loop = asyncio.get_running_loop()
        listener = Listener()
        connect(loop, listener, ServerEnd(host.server.protocol_factory("somebody", "https"), loop))
        return await say(listener, pieces)

    return simulation.run(talk())


def over_a_socket(simulation: Simulation, host: Host, *pieces: bytes, lean: bool = False) -> tuple[bytes, bool]:
    """Return what aiohttp's own end answers to the same, or the lean one where that is at a socket."""

    async def talk() -> tuple[bytes, bool]:
        loop = asyncio.get_running_loop()
        near, far = socket.socketpair()
        factory = host.server.end_factory if lean else host.server.protocol_factory
        await loop.connect_accepted_socket(factory("somebody", "https"), far)
        _, listener = await loop.connect_accepted_socket(Listener, near)
        answer = await say(listener, pieces)
        listener.transport.close()
        return answer

    return simulation.run(talk())


async def say(listener: Listener, pieces: tuple[bytes, ...]) -> tuple[bytes, bool]:
    for piece in pieces:
        listener.transport.write(piece)
        await asyncio.sleep(0.1)
    await asyncio.sleep(5)
    return listener.heard, listener.is_over


def without_date(answer: tuple[bytes, bool]) -> tuple[list[bytes], bool]:
    heard, is_over = answer
    return [line for line in heard.split(b"\r\n") if not line.startswith(b"Date: ")], is_over


def request(path: str, method: str = "GET", version: str = "1.1", *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/{version}", "Host: echo.example.org", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


LENGTH = "Content-Length: 5"
CONVERSATIONS = {
    **{path: [request(path)] for path in RESPONSES},
    "several": [request("/text"), request("/created"), request("/text")],
    "pieces": [request("/pieces"), request("/text")],
    "body": [request("/echo", "POST", "1.1", LENGTH, body=b"hello")],
    "body in pieces": [request("/echo", "POST", "1.1", LENGTH, body=b"he"), b"llo"],
    "chunked body": [request("/echo", "POST", "1.1", "Transfer-Encoding: chunked", body=b"5\r\nhello\r\n0\r\n\r\n")],
    "head in pieces": [request("/text")[:20], request("/text")[20:]],
    "large body": [request("/echo", "POST", "1.1", f"Content-Length: {len(LARGE)}", body=LARGE.encode())],
    "continue": [request("/echo", "POST", "1.1", LENGTH, "Expect: 100-continue"), b"hello"],
    "HEAD": [request("/text", "HEAD")],
    "old": [request("/text", "GET", "1.0")],
    "close": [request("/text", "GET", "1.1", "Connection: close")],
    "malformed": [b"what?\r\n\r\n"],
    "malformed later": [request("/text"), b"what?\r\n\r\n"],
    "tunnel": [request("/text", "CONNECT")],
}


@pytest.mark.parametrize("pieces", CONVERSATIONS.values(), ids=CONVERSATIONS)
def test_the_same_bytes(simulation: Simulation, host: Host, pieces: list[bytes]) -> None:
    """A lean end answers word for word what aiohttp's end does, and closes where that does."""
    expected = without_date(over_a_socket(simulation, host, *pieces))
    for lean in (in_memory(simulation, host, *pieces), over_a_socket(simulation, host, *pieces, lean=True)):
        assert lean[0]
        assert without_date(lean) == expected


def test_asked_too_early(simulation: Simulation, host: Host) -> None:
    """What is asked before the last answer has come is answered after it."""

    async def talk() -> bytes:
        loop = asyncio.get_running_loop()
        listener = Listener()
        connect(loop, listener, ServerEnd(host.server.protocol_factory("somebody", "https"), loop))
        listener.transport.write(request("/created"))
        return (await say(listener, (request("/text"),)))[0]

    assert re.findall(rb"HTTP/1\.1 (\d+)", simulation.run(talk())) == [b"201", b"200"]


def test_asked_without_end(simulation: Simulation, host: Host) -> None:
    """Whoever asks on and on is not read before what was asked is answered."""

    async def talk() -> tuple[bool, int]:
        loop = asyncio.get_running_loop()
        listener, end = Listener(), ServerEnd(host.server.protocol_factory("somebody", "https"), loop)
        connect(loop, listener, end)
        for _ in range(5):
            listener.transport.write(request("/text"))
        is_read = end.transport.is_reading()
        await asyncio.sleep(1)
        return is_read, listener.heard.count(b"HTTP/1.1 200")

    assert simulation.run(talk()) == (False, 5)


def asked(simulation: Simulation, *paths: str) -> list[HttpResponse]:
    async def asking() -> list[HttpResponse]:
        session = simulation.network.client("somebody")
        WHO.set("somebody")
        base = "https://echo.example.org"
        return [await ask(session, "GET", URL(base + path), body=None, headers={}) for path in paths]

    return simulation.run(asking())


def test_whole_answers_of_every_kind(simulation: Simulation, host: Host) -> None:
    """A lean caller reads every answer, and asks on afterwards, on the same connection where that stays open."""
    paths = [*RESPONSES, "/pieces", "/text"]
    statuses = [answer.status for answer in asked(simulation, *paths)]
    assert statuses == [200, 200, 200, 201, 204, 304, 409, 200, 200, 200, 200, 200, 200]
    assert [answer.text for answer in asked(simulation, "/large", "/pieces", "/text")] == [LARGE, "one two", "hello"]


def test_a_host_is_somebody_else(simulation: Simulation, host: Host) -> None:
    """What is true of whoever asks (a context variable) is not true of the host that answers."""
    assert [answer.text for answer in asked(simulation, "/who", "/who")] == ["nobody", "nobody"]
