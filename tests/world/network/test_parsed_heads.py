"""A head that was parsed before is not parsed again, and what is not quite the same goes to aiohttp's parser."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from yarl import URL

from rapidpro_simulator.world.network import HandlerService, parsed_heads
from rapidpro_simulator.world.network.ends import ClientEnd
from rapidpro_simulator.world.network.lean_client import ask
from rapidpro_simulator.world.network.parsed_heads import ParsedHeads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.simulation import Simulation

    Read = Callable[[str], object]

TEXT = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
FIVE = f"{TEXT}Content-Length: 5\r\n\r\n"


@pytest.fixture
def heads() -> ParsedHeads:
    return ParsedHeads()


@pytest.fixture
def read(heads: ParsedHeads) -> Iterator[Read]:
    """Read an answer as a caller does that has not seen one like it."""
    loop = asyncio.new_event_loop()
    yield lambda answer: ClientEnd(loop, heads)._parsed(answer.encode())
    loop.close()


def test_the_same_head(heads: ParsedHeads, read: Read) -> None:
    """A known head is that of another body, too, if it is as long as the head says."""
    read(f"{FIVE}hello")
    known = heads.find(f"{FIVE}world".encode())
    assert known is not None
    message, body = known
    assert (message.code, message.headers["content-type"], body) == (200, "text/plain", b"world")


@pytest.mark.parametrize("answer", [f"{FIVE}hell", f"{FIVE}hello!", f"{FIVE[:-2]}X: 1\r\n\r\nhello", TEXT])
def test_another_answer(heads: ParsedHeads, read: Read, answer: str) -> None:
    """Half of an answer, more than one and one with another head are not known."""
    read(f"{FIVE}hello")
    assert heads.find(answer.encode()) is None


@pytest.mark.parametrize(
    "answer",
    [
        f"{TEXT}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n",
    ],
    ids=["chunked", "no content", "not modified", "continue"],
)
def test_without_a_plain_body(heads: ParsedHeads, read: Read, answer: str) -> None:
    """What has no body of an announced length is parsed each time."""
    read(answer)
    assert heads.find(answer.encode()) is None


def test_few_are_kept(heads: ParsedHeads, read: Read) -> None:
    """The oldest heads make room."""
    answers = [f"{TEXT}X-Number: {number}\r\nContent-Length: 2\r\n\r\nhi" for number in range(parsed_heads.MOST + 1)]
    for answer in answers:
        read(answer)
    assert [answer for answer in answers if heads.find(answer.encode()) is None] == answers[:1]


def test_a_head_a_second(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller parses one head a second, and knows from each answer which second it is."""
    seconds: list[str] = []
    remember = ParsedHeads.remember

    def noting(*arguments: Any) -> None:
        seconds.append(f"{simulation.clock.now():%S}")
        remember(*arguments)

    monkeypatch.setattr(ParsedHeads, "remember", noting)

    async def say(_: web.BaseRequest) -> web.Response:
        return web.Response(text=f"{simulation.clock.now():%H:%M:%S} GMT")

    async def ask_for_two_seconds() -> None:
        session = simulation.network.client("somebody")
        while simulation.clock.seconds() < 2:
            answer = await ask(session, "GET", URL("https://echo.example.org/"), body=None, headers={})
            assert answer.headers["Date"].endswith(answer.text)

    simulation.network.attach("echo.example.org", HandlerService(say))
    simulation.run(ask_for_two_seconds())
    assert seconds[:2] == ["00", "01"]
    assert len(seconds) == len(set(seconds))
