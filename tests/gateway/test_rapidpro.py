"""What RapidPro's answers mean: done, never, not now, nobody knows, or no entry."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from cht_rapidpro_gateway import rapidpro
from cht_rapidpro_gateway.budget import Budget, Purpose
from cht_rapidpro_gateway.configuration import Quota, RapidProSettings
from cht_rapidpro_gateway.rapidpro import (
    AccessError,
    Broadcast,
    Message,
    NotNowError,
    RapidProClient,
    RapidProError,
    RefusedError,
    ThrottledError,
    UncertainError,
    Workspace,
)
from rapidpro_simulator.world.faults import Fault, FaultKind
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from cht_rapidpro_gateway.metrics import Metrics
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

TOKEN = "A0B1"
GOOD = {"id": 7, "urns": ["tel:+254712345678"], "text": {"eng": "Hi"}, "created_on": "2026-03-02T08:00:00Z"}
POSTED = 1772438400.0  # the same time, in POSIX seconds


class Answers(HandlerService):
    """A host that gives the answers it is told to give, in order, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(self.receive)
        self.answers: list[web.Response] = []
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.headers: dict[str, str] = {}

    def will(self, status: int, body: Any, **headers: str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.answers.append(web.Response(status=status, text=text, headers=headers, content_type="application/json"))

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        self.headers = dict(request.headers)
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
        (300, GOOD, NotNowError),
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
        with pytest.raises(NotNowError) as error:
            loop.run(client.workspace())
        assert str(error.value).startswith(
            ("https://textit.com/api/v2 says of the workspace: {}", "200 with an answer")
        )
    else:
        assert loop.run(client.workspace()).identity == identity


def test_rows_that_cannot_be_read_are_left_out(client: RapidProClient, host: Answers, loop: SimulationLoop) -> None:
    """One bad row is no reason to know nothing of the others."""
    rows = [None, {}, {"status": 5}, {"status": "handled", "direction": "in"}, {"status": "sent", "broadcast": 7}]
    host.will(200, {"next": None, "results": rows})
    found = loop.run(client.messages_of("7"))
    assert [(each.broadcast, each.status, each.urn) for each in found] == [("7", "sent", None)]
    assert rapidpro.DEFAULT_THROTTLE_SECONDS == 60


LISTED: dict[str, Any] = {"next": None, "results": []}


def test_a_broadcast_is_posted_as_rapidpro_wants_it(
    client: RapidProClient, host: Answers, loop: SimulationLoop
) -> None:
    """One URN and one text, with the token; whatever CHT wrote before the number stays one `tel:`."""
    host.will(201, GOOD)
    for recipient in ("+254712345678", "tel:+254712345678"):
        loop.run(client.send(recipient, "Hi @all"))
        path, query, body = host.requests[-1]
        assert (path, query) == ("/api/v2/broadcasts.json", {})
        assert json.loads(body) == {"urns": ["tel:+254712345678"], "text": "Hi @@all"}
        assert host.headers["Authorization"] == f"Token {TOKEN}"
        assert host.headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    ("row", "broadcast"),
    [
        (GOOD, Broadcast("7", ("tel:+254712345678",), ("Hi",), POSTED)),
        ({**GOOD, "urns": None, "text": "Hi"}, Broadcast("7", None, ("Hi",), POSTED)),
        (
            {**GOOD, "text": {"eng": "Hi", "swa": 5, "fra": "Ho"}},
            Broadcast("7", ("tel:+254712345678",), ("Hi", "Ho"), POSTED),
        ),
        ({**GOOD, "text": None}, Broadcast("7", ("tel:+254712345678",), (), POSTED)),
        ({"id": 7, "created_on": "2026-03-02T08:00:01.5+03:00"}, Broadcast("7", None, (), POSTED + 1.5 - 3 * 3600)),
        ({"id": 7}, Broadcast("7", None, (), POSTED)),
        ({"id": 7, "created_on": "yesterday"}, Broadcast("7", None, (), POSTED)),
        ({"id": "7\ud800"}, Broadcast("7\ufffd", None, (), POSTED)),
    ],
)
@pytest.mark.usefixtures("moment")
def test_a_broadcast_is_read(
    row: Any, broadcast: Broadcast, client: RapidProClient, host: Answers, loop: SimulationLoop
) -> None:
    """Numbers that are hidden are None, texts may be by language, and a time that is none is now."""
    host.will(201, row)
    found = loop.run(client.send("+254712345678", "Hi"))
    assert found.created_on == pytest.approx(broadcast.created_on, abs=1)
    assert replace(found, created_on=broadcast.created_on) == broadcast


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {
                "broadcast": 7,
                "status": "sent",
                "created_on": "2026-03-01T08:00:00Z",
                "urn": "tel:+254712345678",
                "text": "Hi",
            },
            Message("7", "sent", POSTED - 86_400, "tel:+254712345678", "Hi"),
        ),
        ({"status": "sent", "direction": "out", "text": None}, Message(None, "sent", POSTED, None, "")),
        ({"status": "s\ud800", "urn": 5}, Message(None, "s\ufffd", POSTED, None, "")),
        ({"direction": "in", "status": "handled"}, None),
    ],
)
@pytest.mark.usefixtures("moment")
def test_a_message_is_read(
    row: Any, message: Message | None, client: RapidProClient, host: Answers, loop: SimulationLoop
) -> None:
    """What it does not say is None or empty; only outgoing messages are told."""
    host.will(200, {**LISTED, "results": [row]})
    expected = [] if message is None else [message]
    assert _rounded(loop.run(client.messages_of("7"))) == expected
    assert host.requests[-1][:2] == ("/api/v2/messages.json", {"broadcast": "7"})
    assert [_rounded(page) for page in loop.run(_pages(client))] == [expected]
    assert host.requests[-1][:2] == (
        "/api/v2/messages.json",
        {"after": "2026-03-02T08:00:00.000000Z", "before": "2026-03-02T08:00:01.500000Z"},
    )


def _rounded(messages: list[Message]) -> list[Message]:
    return [replace(message, created_on=round(message.created_on)) for message in messages]


async def _pages(client: RapidProClient) -> list[list[Message]]:
    return [page async for page in client.messages(POSTED, POSTED + 1.5)]


def test_broadcasts_are_listed_from_a_time(client: RapidProClient, host: Answers, loop: SimulationLoop) -> None:
    """Rows without an id are left out, and the oldest comes first."""
    host.will(200, {**LISTED, "results": [{"id": 2}, None, {}, {"id": 1}]})
    assert [each.reference for each in loop.run(client.broadcasts(POSTED))] == ["1", "2"]
    assert host.requests == [("/api/v2/broadcasts.json", {"after": "2026-03-02T08:00:00.000000Z"}, b"")]


def test_the_workspace_has_a_name(client: RapidProClient, host: Answers, loop: SimulationLoop) -> None:
    """It may have none, as long as it has a UUID."""
    host.will(200, {"uuid": "0199", "name": "Main"})
    host.will(200, {"uuid": "0199"})
    assert [loop.run(client.workspace()) for _ in range(2)] == [Workspace("0199", "Main"), Workspace("0199", "")]
    assert host.requests[0] == ("/api/v2/workspace.json", {}, b"")


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (500, "<h1>", "500 null"),
        (503, {"detail": "away"}, '503 {"detail": "away"}'),
        (200, [1], "200 with an answer that cannot be read: [1]"),
        (200, {"a": 1}, '200 without results: {"a": 1}'),
        (200, "x", "200 with an answer that cannot be read: null"),
        (201, LISTED, f"201 {json.dumps(LISTED)}"),
        (500, {"a": "é" * 200}, f'500 {{"a": "{"é" * 193}…'),
        (500, {"a": "é" * 191}, f'500 {{"a": "{"é" * 191}"}}'),
    ],
)
def test_a_question_that_fails_can_be_asked_again(
    status: int, body: Any, words: str, client: RapidProClient, host: Answers, loop: SimulationLoop
) -> None:
    """Nothing has been done; the error says what was answered, the beginning of it."""
    host.will(status, body)
    with pytest.raises(NotNowError) as error:
        loop.run(client.messages_of("7"))
    assert (type(error.value), str(error.value)) == (NotNowError, words)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, {"urns": ["Invalid"]}, '{"urns": ["Invalid"]}'),
        (400, SUSPENDED, "400 {"),
        (400, "x", "400 null"),
        (403, {"detail": "no"}, '403 {"detail": "no"}'),
        (201, {}, "201 without the id of a broadcast: {}"),
        (502, "", "502 null"),
    ],
)
def test_an_error_says_what_was_answered(
    status: int, body: Any, words: str, client: RapidProClient, host: Answers, loop: SimulationLoop
) -> None:
    """People read it in the log, or as the reason of a message."""
    host.will(status, body)
    with pytest.raises(RapidProError) as error:
        loop.run(client.send("+254712345678", "Hi"))
    assert str(error.value).startswith(words)


@pytest.mark.parametrize(
    ("kind", "method", "meaning", "counted"),
    [
        (FaultKind.REFUSED, "POST", NotNowError, "unreachable"),
        (FaultKind.REFUSED, "GET", NotNowError, "unreachable"),
        (FaultKind.RESET, "POST", UncertainError, "no answer"),
        (FaultKind.RESET, "GET", NotNowError, "no answer"),
        (FaultKind.LATENCY, "POST", UncertainError, "no answer"),
        (FaultKind.LATENCY, "GET", NotNowError, "no answer"),
    ],
)
def test_no_answer(
    kind: FaultKind,
    method: str,
    meaning: type[RapidProError],
    counted: str,
    client: RapidProClient,
    host: Answers,
    faults: Faults,
    metrics: Metrics,
    loop: SimulationLoop,
) -> None:
    """Who was not reached has done nothing; who does not answer may have done what was posted."""
    host.will(201, GOOD)
    faults.add(Fault(kind, to="textit.com", seconds=61) if kind is FaultKind.LATENCY else Fault(kind, to="textit.com"))
    with pytest.raises(RapidProError) as error:
        loop.run(client.send("+254712345678", "Hi") if method == "POST" else client.messages_of("7"))
    assert type(error.value) is meaning
    assert f'gateway_requests_total{{service="rapidpro",status="{counted}"}} 1.0' in metrics.text().decode()


@pytest.mark.usefixtures("moment")
def test_the_budget_is_asked_first(client: RapidProClient, host: Answers, loop: SimulationLoop) -> None:
    """Sending and asking are paid for; without a budget nothing goes out, and a refusal is kept there."""
    blocked: dict[Purpose, float] = {}
    client.budget = budget = Budget(Quota(2, 1, shared=False), blocked.__setitem__)
    host.will(200, LISTED)
    host.will(201, GOOD)
    loop.run(client.messages_of("7"))
    loop.run(client.send("+254712345678", "Hi"))
    assert [budget.left(purpose) for purpose in (Purpose.SENDING, Purpose.ASKING)] == [1, 0]
    with pytest.raises(ThrottledError, match=r"^the budget is used up$") as error:
        loop.run(client.messages_of("7"))
    assert error.value.seconds == pytest.approx(3600, abs=1)
    assert len(host.requests) == 2
    host.answers.clear()
    host.will(429, {}, **{"Retry-After": "100"})
    with pytest.raises(ThrottledError, match=r"^429, for 100 s$"):
        loop.run(client.broadcasts(0))
    assert budget.wait(Purpose.SENDING) == pytest.approx(100, abs=1)
    assert list(blocked) == [Purpose.SENDING]


@pytest.mark.parametrize(("seconds", "answered"), [(59, True), (60.5, False)])
def test_patience(
    seconds: float, client: RapidProClient, host: Answers, faults: Faults, loop: SimulationLoop, *, answered: bool
) -> None:
    """An answer may take a minute."""
    host.will(201, GOOD)
    faults.add(Fault(FaultKind.LATENCY, to="textit.com", seconds=seconds))
    assert _send(client, loop) == ("7" if answered else UncertainError)


def test_texts_as_they_are(network: Network, metrics: Metrics, loop: SimulationLoop) -> None:
    """Who wants expressions gets them."""

    async def make() -> RapidProClient:
        settings = RapidProSettings("https://textit.com", TOKEN, escape=False)
        return RapidProClient(network.client("gateway"), settings, None, metrics)

    assert loop.run(make()).text("Ask @contact.name") == "Ask @contact.name"


def test_times_are_told_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the gateway runs."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    try:
        assert rapidpro._iso(POSTED) == "2026-03-02T08:00:00.000000Z"
    finally:
        monkeypatch.undo()
        time.tzset()
