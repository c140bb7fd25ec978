"""What RapidPro's answers mean: done, never, not now, nobody knows, or no entry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from cht_rapidpro_gateway import rapidpro
from cht_rapidpro_gateway.configuration import RapidProSettings
from cht_rapidpro_gateway.rapidpro import (
    AccessError,
    NotNowError,
    RapidProClient,
    RapidProError,
    RefusedError,
    ThrottledError,
    UncertainError,
)
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from cht_rapidpro_gateway.metrics import Metrics
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

TOKEN = "A0B1"
GOOD = {"id": 7, "urns": ["tel:+254712345678"], "text": {"eng": "Hi"}, "created_on": "2026-03-02T08:00:00Z"}


class Answers(HandlerService):
    """A host that gives the answers it is told to give, in order, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(self.receive)
        self.answers: list[web.Response] = []
        self.requests: list[tuple[str, dict[str, str], bytes]] = []

    def will(self, status: int, body: Any, **headers: str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers.append(web.Response(status=status, text=text, headers=headers, content_type="application/json"))

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append((request.path, dict(request.query), await request.read()))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


@pytest.fixture
def host(network: Network) -> Answers:
    answers = Answers()
    network.attach("textit.com", answers)
    return answers


@pytest.fixture
def client(host: Answers, network: Network, metrics: Metrics, loop: SimulationLoop) -> RapidProClient:
    async def make() -> RapidProClient:
        return RapidProClient(network.client("gateway"), RapidProSettings("https://textit.com/", TOKEN), None, metrics)

    return loop.run(make())


def _send(client: RapidProClient, loop: SimulationLoop) -> type[RapidProError] | str:
    try:
        return loop.run(client.send("+254712345678", "Hi")).reference
    except RapidProError as error:
        return type(error)


SUSPENDED = {"non_field_errors": ["Sorry, your workspace is currently suspended. To re-enable …"]}
FLAGGED = {"non_field_errors": ["Sorry, your workspace is currently flagged. To re-enable …"]}


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (201, GOOD, "7"),
        (200, GOOD, "7"),
        (201, {**GOOD, "id": None, "uuid": "0199"}, "0199"),
        (201, {"status": "queued"}, UncertainError),
        (201, "", UncertainError),
        (201, "null", UncertainError),
        (201, "<html>", UncertainError),
        (201, "[" * 60_000, UncertainError),
        (204, "", UncertainError),
        (400, {"urns": {"0": ["Invalid URN: tel:12345."]}}, RefusedError),
        (400, {"non_field_errors": ["Must provide either text or attachments."]}, RefusedError),
        (400, SUSPENDED, NotNowError),
        (400, FLAGGED, NotNowError),
        (400, "The plain HTTP request was sent to HTTPS port", NotNowError),
        (401, {"detail": "no"}, AccessError),
        (403, {"detail": "Invalid token"}, AccessError),
        (403, "<html>blocked by our firewall</html>", NotNowError),
        (301, "", NotNowError),
        (307, "", NotNowError),
        (404, "", NotNowError),
        (409, {"detail": "limit"}, NotNowError),
        (413, "", NotNowError),
        (415, {"detail": "no"}, NotNowError),
        (422, {}, NotNowError),
        (429, {"detail": "Request was throttled."}, ThrottledError),
        (500, "<h1>Server Error (500)</h1>", UncertainError),
        (502, "", UncertainError),
        (503, "", UncertainError),
        (504, "", UncertainError),
    ],
)
def test_an_answer_to_a_broadcast_says_what_was_done(
    status: int,
    body: Any,
    meaning: type[RapidProError] | str,
    client: RapidProClient,
    host: Answers,
    loop: SimulationLoop,
) -> None:
    """Only what certainly was not done may be done again at once; only RapidPro itself refuses a message for good."""
    host.will(status, body)
    assert _send(client, loop) == meaning


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60.0),
        ({"Retry-After": "3587"}, 3587.0),
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "-5"}, 1.0),
        ({"Retry-After": "soon"}, 60.0),
        ({"Retry-After": "inf"}, 60.0),
        ({"Retry-After": "nan"}, 60.0),
        ({"Retry-After": "99999999"}, 86_400.0),
        ({"Retry-After": "Mon, 02 Mar 2026 08:10:00 GMT"}, 600.0),
        ({"Retry-After": "Mon, 02 Mar 2020 08:10:00 GMT"}, 1.0),
    ],
)
@pytest.mark.usefixtures("moment")
def test_a_refusal_says_for_how_long(
    headers: dict[str, str], seconds: float, client: RapidProClient, host: Answers, loop: SimulationLoop
) -> None:
    """Seconds or a date; nonsense is a minute, and never for ever."""
    host.will(429, {"detail": "Request was throttled."}, **headers)
    with pytest.raises(ThrottledError) as error:
        loop.run(client.send("+254712345678", "Hi"))
    assert error.value.seconds == pytest.approx(seconds, abs=1)


@pytest.mark.parametrize(
    ("content", "posted"),
    [
        ("Hi", "Hi"),
        ("Ask @contact.name", "Ask @@contact.name"),
        ("@(1 + 1)", "@@(1 + 1)"),
        ("Two @@ stay", "Two @@@ stay"),
        ("a@b.org", "a@@b.org"),
        ("Meet @ 5", "Meet @ 5"),
        ("at the end @", "at the end @"),
    ],
)
def test_a_text_is_no_expression(content: str, posted: str, client: RapidProClient) -> None:
    """Each @ that RapidPro would read as the beginning of one is doubled (rapidpro 4.1)."""
    assert client.text(content) == posted


def test_the_next_page_is_asked_of_the_host_that_is_configured(
    client: RapidProClient, host: Answers, loop: SimulationLoop
) -> None:
    """Behind a proxy RapidPro does not know its name, and nobody else is to get the token."""
    elsewhere = "http://internal:8000/api/v2/broadcasts.json?after=x&cursor=cD0%3D"
    host.will(200, {"next": elsewhere, "results": [{**GOOD, "id": 2}]})
    host.will(200, {"next": elsewhere, "results": [{**GOOD, "id": 1}]})
    listed = loop.run(client.broadcasts(0))
    assert [each.reference for each in listed] == ["1", "2"]
    assert [query.get("cursor") for _, query, _ in host.requests] == [None, "cD0="]


@pytest.mark.parametrize(
    ("answer", "identity"),
    [
        ({"uuid": "0199", "name": "Main"}, "0199"),
        ({"name": "Main"}, "https://textit.com Main"),
        ({}, None),
        ([], None),
    ],
)
def test_a_workspace_is_its_uuid(
    answer: Any, identity: str | None, client: RapidProClient, host: Answers, loop: SimulationLoop
) -> None:
    """It stays the same when it is renamed, or its host; only without one the names must do."""
    host.will(200, answer)
    if identity is None:
        with pytest.raises(NotNowError):
            loop.run(client.workspace())
    else:
        assert loop.run(client.workspace()).identity == identity


def test_rows_that_cannot_be_read_are_left_out(client: RapidProClient, host: Answers, loop: SimulationLoop) -> None:
    """One bad row is no reason to know nothing of the others."""
    rows = [None, {}, {"status": 5}, {"status": "handled", "direction": "in"}, {"status": "sent", "broadcast": 7}]
    host.will(200, {"next": None, "results": rows})
    found = loop.run(client.messages_of("7"))
    assert [(each.broadcast, each.status, each.urn) for each in found] == [("7", "sent", None)]
    assert rapidpro.DEFAULT_THROTTLE_SECONDS == 60
