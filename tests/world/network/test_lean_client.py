"""The lean client: the same wire, the same answers and the same errors as aiohttp's own client has."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from rapidpro_simulator.world.faults import FaultKind
from rapidpro_simulator.world.network import HandlerService
from rapidpro_simulator.world.network.lean_client import ask

if TYPE_CHECKING:
    from rapidpro_simulator.simulation import Simulation
    from rapidpro_simulator.world.network import HttpResponse


async def echo(request: web.BaseRequest) -> web.StreamResponse:
    if request.path == "/moved":
        return web.Response(status=302, headers={"Location": "/here?a=1"})
    if request.path == "/hello":
        return web.Response(text="hello")
    if request.path == "/pieces":
        response = web.StreamResponse(headers={"Content-Type": "text/plain; charset=latin-1"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        for piece in (b"caf", b"\xe9"):
            await response.write(piece)
        return response
    body = await request.text()
    return web.json_response({"method": request.method, "path": request.path_qs, "body": body, **request.headers})


@pytest.fixture(autouse=True)
def service(simulation: Simulation) -> None:
    simulation.network.attach("echo.example.org", HandlerService(echo))


def asked(
    simulation: Simulation, method: str, path: str, body: bytes | None = None, who: str = "somebody"
) -> HttpResponse:
    async def asking() -> HttpResponse:
        session = simulation.network.client("somebody")
        return await ask(session, method, URL(f"https://echo.example.org{path}"), body=body, headers={"X-Who": who})

    return simulation.run(asking())


def test_what_is_sent(simulation: Simulation) -> None:
    """The server sees the method, the path as it was written, the headers and the body."""
    sent = asked(simulation, "POST", "/a%2Fb?c=%20", b"hello").json()
    assert (sent["method"], sent["path"], sent["body"]) == ("POST", "/a%2Fb?c=%20", "hello")
    assert (sent["Host"], sent["X-Who"], sent["Content-Length"]) == ("echo.example.org", "somebody", "5")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_same_again(simulation: Simulation, method: str) -> None:
    """What is asked again differs by no more than what was said otherwise: a header, or the body."""
    bodies = [None, b"hello", b"worlds"] if method == "POST" else [None, None, None]
    sent = [asked(simulation, method, "/a", body, who).json() for body, who in zip(bodies, "abb", strict=True)]
    assert [each["X-Who"] for each in sent] == ["a", "b", "b"]
    assert [each["body"].encode() or None for each in sent] == bodies
    assert [each.get("Content-Length") for each in sent] == [body and str(len(body)) for body in bodies]


def test_pieces_and_charsets(simulation: Simulation) -> None:
    """An answer in pieces is whole, and read in its own charset."""
    assert asked(simulation, "GET", "/pieces").text == "café"


def test_redirects(simulation: Simulation) -> None:
    """A redirect is followed, with GET and without the body."""
    sent = asked(simulation, "POST", "/moved", b"hello").json()
    assert (sent["method"], sent["path"], sent["body"]) == ("GET", "/here?a=1", "")


@pytest.mark.parametrize("kind", [FaultKind.REFUSED, FaultKind.RESET, FaultKind.EMPTY, FaultKind.TRUNCATED])
def test_errors(simulation: Simulation, kind: FaultKind) -> None:
    """What goes wrong raises what aiohttp's client raises, and the next request works."""

    async def the_long_way() -> None:
        session = simulation.network.client("somebody")
        async with session.get("https://echo.example.org/hello") as answer:
            await answer.text()

    simulation.fault(kind=kind, to="echo.example.org", count=2)
    with pytest.raises(aiohttp.ClientError) as expected:
        simulation.run(the_long_way())
    with pytest.raises(aiohttp.ClientError) as raised:
        asked(simulation, "GET", "/hello")
    assert (raised.type, str(raised.value)) == (expected.type, str(expected.value))
    assert asked(simulation, "GET", "/").status == 200


def test_cancelled_requests(simulation: Simulation) -> None:
    """Who is cancelled while waiting leaves no half answer to the next request."""

    async def cancelled() -> str:
        session = simulation.network.client("somebody")
        url = URL("https://echo.example.org/first")
        task = asyncio.create_task(ask(session, "GET", url, body=None, headers={}))
        await asyncio.sleep(0.001)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        answer = await ask(session, "GET", url.with_path("/second"), body=None, headers={})
        return str(answer.json()["path"])

    assert simulation.run(cancelled()) == "/second"
