"""How each release calls RapidPro, and what it makes of the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.cht.gateway.upstream import RapidProAccount, UpstreamError
from rapidpro_simulator.world.faults import Fault, FaultKind

from .conftest import RAPIDPRO, as_json

if TYPE_CHECKING:
    from rapidpro_simulator.world.faults import Faults

    from .conftest import World

ACCOUNT = RapidProAccount(f"https://{RAPIDPRO}", "a-token")
REQUEST, FETCH = "4.16", "5.2"


def broadcast(world: World, name: str = FETCH, account: RapidProAccount = ACCOUNT) -> Any:
    return world.loop.run(world.upstream(name).broadcast(account, "+254712345678", "Asante, Ann"))


def failure(world: World, name: str = FETCH, account: RapidProAccount = ACCOUNT) -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        broadcast(world, name, account)
    return caught.value


def answered(content_type: str, body: str, status: int = 201) -> web.Response:
    return web.Response(status=status, body=body.encode(), headers={"Content-Type": content_type})


def moved(status: int, target: str) -> web.Response:
    return web.Response(status=status, headers={"Location": target})


def test_account(world: World) -> None:
    """The URL comes from the settings and the key from CouchDB, each time anew."""
    upstream = world.upstream()
    assert world.loop.run(upstream.account()) == ACCOUNT
    world.set_key("another-token")
    assert world.loop.run(upstream.account()) == RapidProAccount(f"https://{RAPIDPRO}", "another-token")


def test_broadcast(world: World) -> None:
    """A message is one URN and one text, with the token."""
    broadcast(world)
    [request] = world.rapidpro.requests
    assert (request.method, request.target) == ("POST", "/api/v2/broadcasts.json")
    assert request.body == b'{"urns":["tel:+254712345678"],"text":"Asante, Ann"}'
    assert request.headers["Authorization"] == "Token a-token"


@pytest.mark.parametrize(
    ("reference", "query"),
    [(7, "7"), ("7", "7"), ("a b&c", "a+b%26c"), ([1, 2], "%5B1%2C2%5D"), ("0199-ü", "0199-%C3%BC")],
)
def test_status_query(world: World, reference: Any, query: str) -> None:
    """A question names the broadcast as a form would; what is no text is written as JSON."""
    world.loop.run(world.upstream().messages(ACCOUNT, reference))
    assert world.rapidpro.requests[0].target == f"/api/v2/messages.json?broadcast={query}"


@pytest.mark.parametrize(
    ("name", "agent"),
    [
        ("3.11", None),
        ("4.16", None),
        ("4.17", "node"),
        ("4.18", "node"),
        ("4.19", "Community Health Toolkit/5.2.0 (linux,x64)"),
        ("5.2", "Community Health Toolkit/5.2.0 (linux,x64)"),
    ],
)
def test_user_agent(world: World, name: str, agent: str | None) -> None:
    """Old releases do not say who they are; new ones do, with the version that CouchDB knows."""
    broadcast(world, name)
    assert world.rapidpro.requests[0].headers.get("User-Agent") == agent


@pytest.mark.parametrize(("name", "content_type"), [(REQUEST, None), (FETCH, "application/json")])
def test_content_type_of_questions(world: World, name: str, content_type: str | None) -> None:
    """Since 4.17 even a question without a body says that its body is JSON."""
    world.loop.run(world.upstream(name).messages(ACCOUNT, 7))
    assert world.rapidpro.requests[0].headers.get("Content-Type") == content_type


@pytest.mark.parametrize(
    ("base", "target"),
    [
        (f"https://{RAPIDPRO}/", "/api/v2/broadcasts.json"),
        (f"https://{RAPIDPRO}/pre/fix", "/pre/fix/api/v2/broadcasts.json"),
        (f"https://{RAPIDPRO}//pre//fix//", "/pre/fix/api/v2/broadcasts.json"),
        (f"https:/{RAPIDPRO}", "/api/v2/broadcasts.json"),
        (f"https://somebody:secret@{RAPIDPRO}", "/api/v2/broadcasts.json"),
        (f"https://{RAPIDPRO}/?a=1", "/?a=1/api/v2/broadcasts.json"),
    ],
)
def test_base_url(world: World, base: str, target: str) -> None:
    """Slashes collapse, a prefix is kept, a user is dropped, and a query is ruined."""
    broadcast(world, account=RapidProAccount(base, "a-token"))
    [request] = world.rapidpro.requests
    assert (request.target, request.headers["Authorization"]) == (target, "Token a-token")


@pytest.mark.parametrize("base", [RAPIDPRO, f" https://{RAPIDPRO}", "//rapidpro.org", "nonsense", 7, "https://a:b:c"])
@pytest.mark.parametrize("name", [REQUEST, FETCH])
def test_no_url(world: World, name: str, base: Any) -> None:
    """A URL that is none is an error of the message, without a request."""
    assert failure(world, name, RapidProAccount(base, "a-token")).status is None
    assert world.rapidpro.requests == []


@pytest.mark.parametrize(
    ("name", "key", "sent"),
    [
        (FETCH, "a-token\n", "Token a-token"),
        (FETCH, "a-token \r\n", "Token a-token"),
        (FETCH, "a\nb", None),
        (FETCH, "ключ", None),
        (REQUEST, "a-token\n", None),
        (REQUEST, "a\nb", None),
        (REQUEST, "ключ", None),
    ],
)
def test_keys(world: World, name: str, key: str, sent: str | None) -> None:
    """Only fetch forgives a newline at the end of a key; with any other nothing is sent."""
    account = RapidProAccount(ACCOUNT.url, key)
    if sent is None:
        failure(world, name, account)
        assert world.rapidpro.requests == []
    else:
        broadcast(world, name, account)
        assert world.rapidpro.requests[0].headers["Authorization"] == sent


@pytest.mark.parametrize(
    ("content_type", "body", "old", "new"),
    [
        ("application/json", '{"id": 7}', {"id": 7}, {"id": 7}),
        ("application/json; charset=utf-8", '{"id": 7}', {"id": 7}, {"id": 7}),
        ("", '{"id": 7}', {"id": 7}, {"id": 7}),
        ("", "thanks", "thanks", "thanks"),
        ("", "", "", ""),
        ("text/html", "<p>thanks</p>", "<p>thanks</p>", "<p>thanks</p>"),
        ("text/plain", '{"id": 7}', {"id": 7}, '{"id": 7}'),
        ("application/json", '{"id": ', '{"id": ', UpstreamError),
        ("application/json", "", "", UpstreamError),
    ],
)
@pytest.mark.parametrize("name", [REQUEST, FETCH])
def test_bodies(world: World, name: str, content_type: str, body: str, old: Any, new: Any) -> None:
    """The old client reads whatever is JSON and keeps the rest as text; fetch goes by the content type, strictly."""
    world.rapidpro.answer = lambda _: answered(content_type, body)
    expected = old if name == REQUEST else new
    if expected is UpstreamError:
        assert failure(world, name).status is None
    else:
        assert broadcast(world, name) == expected


@pytest.mark.parametrize("status", [300, 304, 400, 401, 403, 404, 405, 409, 415, 422, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("name", [REQUEST, FETCH])
def test_error_statuses(world: World, name: str, status: int) -> None:
    """An error has its status, unless it is no error to fetch."""
    world.rapidpro.answer = lambda _: answered("text/plain", "" if status == 304 else "no", status)
    if name == FETCH and status == 304:
        assert broadcast(world, name) == ""
    else:
        assert failure(world, name).status == status


@pytest.mark.parametrize(("name", "status"), [(REQUEST, 400), (FETCH, None)])
def test_status_of_broken_errors(world: World, name: str, status: int | None) -> None:
    """Fetch reads the body first: where that fails, nobody learns that it was a 400."""
    world.rapidpro.answer = lambda _: answered("application/json", '{"urns": [', 400)
    assert failure(world, name).status == status


@pytest.mark.parametrize(
    ("name", "status", "methods"),
    [
        *((REQUEST, status, ["POST"]) for status in (301, 302, 303, 307, 308)),
        *((FETCH, status, ["POST", "GET"]) for status in (301, 302, 303)),
        *((FETCH, status, ["POST", "POST"]) for status in (307, 308)),
    ],
)
def test_redirected_broadcasts(world: World, name: str, status: int, methods: list[str]) -> None:
    """The old client does not follow, fetch does, and turns most redirected messages into questions."""
    target = "/api/v2/elsewhere.json"
    world.rapidpro.answer = lambda request: (
        as_json({"results": []}) if request.target == target else moved(status, target)
    )
    if name == REQUEST:
        assert failure(world, name).status == status
    else:
        assert broadcast(world, name) == {"results": []}
    assert [request.method for request in world.rapidpro.requests] == methods


def test_redirected_question(world: World) -> None:
    """Either client follows a redirected question."""
    target = "/api/v2/elsewhere.json"
    world.rapidpro.answer = lambda request: as_json({"results": []}) if request.target == target else moved(302, target)
    for name in (REQUEST, FETCH):
        assert world.loop.run(world.upstream(name).messages(ACCOUNT, 7)) == {"results": []}


def test_endless_redirect(world: World) -> None:
    """After twenty redirects CHT gives up."""
    world.rapidpro.answer = lambda request: moved(307, request.target)
    assert failure(world).status is None
    assert len(world.rapidpro.requests) <= 21


@pytest.mark.parametrize(
    ("name", "gives_up"), [("3.11", False), ("4.16", False), ("4.17", True), ("4.21", True), ("4.22", False)]
)
def test_patience(world: World, faults: Faults, name: str, gives_up: bool) -> None:
    """Only 4.17 to 4.21 give up on an answer, after five minutes; the others wait for an hour, and for ever."""
    faults.add(Fault(FaultKind.LATENCY, to=RAPIDPRO, seconds=3600))
    if gives_up:
        assert failure(world, name).status is None
        assert 300 <= world.clock.seconds() < 301
        world.loop.advance(3600)
    else:
        assert broadcast(world, name)["id"] == 7
        assert world.clock.seconds() >= 3600
