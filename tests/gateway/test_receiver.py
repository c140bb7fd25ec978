"""The gateway's own HTTP: what is taken in, what is refused with which words, and what it says of itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cht_rapidpro_gateway.receiver import MOST_BYTES, Receiver
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    import sqlite3

    from cht_rapidpro_gateway.inbox import Inbox
    from cht_rapidpro_gateway.metrics import Metrics
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

pytestmark = pytest.mark.usefixtures("moment")

HOST = "gateway.example.org"
TOKEN = "s3crét"
GOOD = {"id": "1", "from": "+254712345678", "content": "Hi"}


class Door:
    """A receiver behind HTTP, and somebody who asks."""

    def __init__(self, inbox: Inbox, metrics: Metrics, network: Network, loop: SimulationLoop, token: str) -> None:
        self.metrics = metrics
        self.wrong: list[str] = []
        self.measured = 0
        self.woken = 0
        self.broken: list[sqlite3.Error] = []
        self._client = network.client("rapidpro")
        self._loop = loop
        receiver = Receiver(inbox, token, metrics, lambda: self.wrong, self._measure, self._wake, self.broken.append)
        network.attach(HOST, HandlerService(receiver.handle))

    def _measure(self) -> None:
        self.measured += 1

    def _wake(self) -> None:
        self.woken += 1

    def ask(self, method: str, path: str, body: Any = None, token: str | None = TOKEN) -> tuple[int, str, str]:
        """Return the status of an answer, its content type and its text."""
        return self._loop.run(self._ask(method, path, body, token))

    async def _ask(self, method: str, path: str, body: Any, token: str | None) -> tuple[int, str, str]:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = {} if token is None else {"Authorization": f"Token {token}"}
        async with self._client.request(method, f"https://{HOST}{path}", data=data, headers=headers) as answer:
            return answer.status, answer.headers["Content-Type"], await answer.text()

    def post(self, body: Any, token: str | None = TOKEN) -> tuple[int, Any]:
        status, content_type, text = self.ask("POST", "/incoming", body, token)
        assert content_type == "application/json; charset=utf-8"
        return status, json.loads(text)


async def _door(inbox: Inbox, metrics: Metrics, network: Network, loop: SimulationLoop, token: str) -> Door:
    return Door(inbox, metrics, network, loop, token)


@pytest.fixture
def door(inbox: Inbox, metrics: Metrics, network: Network, loop: SimulationLoop) -> Door:
    return loop.run(_door(inbox, metrics, network, loop, TOKEN))


def test_taken_in(door: Door, inbox: Inbox) -> None:
    """A message is stored, counted once, and brought to CHT at once; a second copy is answered the same way."""
    assert door.post(GOOD) == (200, {"id": "1", "saved": True})
    assert door.post(GOOD) == (200, {"id": "1", "saved": False})
    assert [(each.id, each.sender, each.content) for each in inbox.waiting(9)] == [("1", "+254712345678", "Hi")]
    assert door.woken == 2
    assert "gateway_incoming_received_total 1.0" in door.metrics.text().decode()


def test_numbers_are_texts_too(door: Door, inbox: Inbox) -> None:
    """Flows write some values as numbers; halves of characters are replaced."""
    assert door.post({"id": 7, "from": 254712345678, "content": 0}) == (200, {"id": "7", "saved": True})
    assert door.post({**GOOD, "id": "8", "content": "a\ud800"})[0] == 200
    assert [(each.id, each.sender, each.content) for each in inbox.waiting(9)] == [
        ("7", "254712345678", "0"),
        ("8", "+254712345678", "a\ufffd"),
    ]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{", "the body is no JSON"),
        (b"", "the body is no JSON"),
        (b"\xff\xfe\xfd", "the body is no JSON"),
        (b"[" * 60_000, "the body is no JSON"),
        ([], "missing, or no text: id, from, content"),
        ({}, "missing, or no text: id, from, content"),
        ({**GOOD, "id": ""}, "missing, or no text: id"),
        ({**GOOD, "from": None, "content": True}, "missing, or no text: from, content"),
        ({**GOOD, "content": ["Hi"]}, "missing, or no text: content"),
        ({**GOOD, "content": 1.5}, "missing, or no text: content"),
    ],
)
def test_what_is_no_message(body: Any, error: str, door: Door, inbox: Inbox) -> None:
    """The answer says what is wrong with it; nothing is stored."""
    assert door.post(body) == (400, {"error": error})
    assert (inbox.waiting(9), door.woken) == ([], 0)


@pytest.mark.parametrize("token", [None, "", "s3crét2", "s3cr", "S3CRÉT"])
def test_another_token(token: str | None, door: Door, inbox: Inbox) -> None:
    """Only who knows the token may bring messages."""
    assert door.post(GOOD, token) == (403, {"error": "the token is missing or wrong"})
    assert inbox.waiting(9) == []


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 413)])
def test_long_messages(extra: int, status: int, door: Door) -> None:
    """A message may be as long as the limit."""
    body = json.dumps(GOOD).encode()
    answer = door.post(body + b" " * (MOST_BYTES - len(body) + extra))
    assert answer == (
        status,
        {"id": "1", "saved": True} if status == 200 else {"error": "a message has at most 65536 bytes"},
    )


def test_long_messages_in_chunks(door: Door, loop: SimulationLoop) -> None:
    """A message that does not say how long it is has the same limit."""

    async def chunks() -> Any:
        for _ in range(5):
            yield b" " * 16_384

    async def post() -> tuple[int, Any]:
        headers = {"Authorization": f"Token {TOKEN}"}
        async with door._client.post(f"https://{HOST}/incoming", data=chunks(), headers=headers) as answer:
            return answer.status, await answer.json()

    assert loop.run(post()) == (413, {"error": "a message has at most 65536 bytes"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/incoming", 405),
        ("POST", "/healthz", 405),
        ("PUT", "/metrics", 405),
        ("GET", "/", 404),
        ("POST", "/x", 404),
    ],
)
def test_no_such_place(method: str, path: str, status: int, door: Door) -> None:
    """Another method of a place that there is, or a place that there is not."""
    answered, _, text = door.ask(method, path)
    assert (answered, json.loads(text)) == (status, {"error": "no such place"})


def test_without_a_token(inbox: Inbox, metrics: Metrics, network: Network, loop: SimulationLoop) -> None:
    """A gateway without a token takes nothing in."""
    door = loop.run(_door(inbox, metrics, network, loop, ""))
    assert door.post(GOOD, "") == (404, {"error": "no such place"})


def test_health(door: Door) -> None:
    """It is well, or says what needs somebody, to anybody who asks."""
    assert door.ask("GET", "/healthz", token=None)[::2] == (200, '{"healthy": true, "problems": []}')
    door.wrong = ["RapidPro refuses the token"]
    assert door.ask("GET", "/healthz")[::2] == (503, '{"healthy": false, "problems": ["RapidPro refuses the token"]}')


def test_metrics(door: Door) -> None:
    """The numbers are measured when they are asked for, and come as Prometheus wants them."""
    status, content_type, text = door.ask("GET", "/metrics", token=None)
    assert (status, content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert (door.measured, "gateway_incoming_received_total 0.0" in text) == (1, True)
