"""A request that differs from a known one in its target alone is what aiohttp's parser would make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
from aiohttp import web
from aiohttp.http_parser import HttpRequestParser
from yarl import URL

from rapidpro_simulator.world.network import HandlerService, parsed_requests
from rapidpro_simulator.world.network.lean_client import ask
from rapidpro_simulator.world.network.parsed_requests import Parsed, ParsedRequests

if TYPE_CHECKING:
    import asyncio

    from rapidpro_simulator.simulation import Simulation

FIELDS = (
    "method",
    "path",
    "version",
    "headers",
    "raw_headers",
    "should_close",
    "compression",
    "upgrade",
    "chunked",
    "url",
)
HEADERS = "Host: textit.com\r\nAuthorization: Token abc\r\nAccept: application/json\r\n\r\n"
POLL = "/api/v2/messages.json?broadcast="


def get(target: str, headers: str = HEADERS, method: str = "GET") -> str:
    return f"{method} {target} HTTP/1.1\r\n{headers}"


def parse(data: str) -> Parsed:
    loop: asyncio.AbstractEventLoop = Mock()
    messages, _, _ = HttpRequestParser(Mock(), loop, 2**16).feed_data(data.encode())
    (parsed,) = messages
    return parsed


def shown(parsed: Parsed) -> dict[str, Any]:
    message = parsed[0]
    url = message.url
    parts = url.raw_path, url.raw_query_string, url.raw_fragment, url.query.items(), url.path
    return {name: getattr(message, name) for name in FIELDS} | {"parts": [str(each) for each in parts]}


@pytest.fixture
def requests() -> ParsedRequests:
    """Know one status poll."""
    requests = ParsedRequests()
    requests.remember(get(f"{POLL}1").encode(), parse(get(f"{POLL}1")))
    return requests


@pytest.mark.parametrize(
    "target",
    [
        f"{POLL}1",
        f"{POLL}2",
        "/",
        "/a/b/../c",
        "/?",
        "/?a",
        "/?a=b&a=c&d=%20+%41",
        "/a?b?c",
        "/%C3%A9",
        "/%zz",
        "/a:b/c,d/~e",
        "/medic/_design/medic/_view/x?key=%22a%22",
    ],
)
def test_another_target(requests: ParsedRequests, target: str) -> None:
    """All that a request is, its target and the parts of it included, is as the parser has it."""
    found = requests.find(get(target).encode())
    assert found is not None
    assert shown(found) == shown(parse(get(target)))


@pytest.mark.parametrize(
    "request_",
    [
        get("//other.example/a"),
        get("http://textit.com/a"),
        get("*", method="OPTIONS"),
        get("/a#b"),
        get("/ä"),
        get("/a b"),
        get(" /a"),
        get(f"/{'a' * 2000}"),
        get(f"{POLL}2", method="DELETE"),
        get(f"{POLL}2", HEADERS.replace("abc", "def")),
        get(f"{POLL}2") + "GET",
        get(f"{POLL}2")[:-2],
        "GET",
        "",
    ],
)
def test_left_to_the_parser(requests: ParsedRequests, request_: str) -> None:
    """Other headers, other methods, targets that may stand for more, and what is no whole request are parsed."""
    assert requests.find(request_.encode()) is None


def test_few_are_kept() -> None:
    """The oldest requests make room."""
    requests = ParsedRequests()
    sent = [get("/", f"X-Number: {number}\r\n{HEADERS}") for number in range(parsed_requests.MOST + 1)]
    for each in sent:
        requests.remember(each.encode(), parse(each))
    assert [each for each in sent if requests.find(each.encode()) is None] == sent[:1]


def test_each_caller_is_parsed_once(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for one thing after the other is parsed once, and gets what was asked for each time."""
    parsed: list[bytes] = []
    remember = ParsedRequests.remember

    def noting(requests: ParsedRequests, data: bytes, found: Parsed) -> None:
        parsed.append(data)
        remember(requests, data, found)

    monkeypatch.setattr(ParsedRequests, "remember", noting)

    async def say(request: web.BaseRequest) -> web.Response:
        return web.Response(text=request.rel_url.query["broadcast"])

    async def ask_for_many() -> list[str]:
        session = simulation.network.client("somebody")
        urls = [URL(f"https://echo.example.org{POLL}{number}") for number in range(20)]
        return [(await ask(session, "GET", url, body=None, headers={})).text for url in urls]

    simulation.network.attach("echo.example.org", HandlerService(say))
    assert simulation.run(ask_for_many()) == [str(number) for number in range(20)]
    assert len(parsed) == 1
