"""A question that is asked again while nothing changes is answered from memory, and nobody can tell."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from yarl import URL

from rapidpro_simulator.world.faults import Fault, FaultKind
from rapidpro_simulator.world.network import HandlerService
from rapidpro_simulator.world.network.lean_client import ask
from rapidpro_simulator.world.network.repetitions import LONGEST

if TYPE_CHECKING:
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

HOST = "couch.example.org"


class Store(HandlerService):
    """A service that knows its version, and counts how often it was really asked."""

    def state_behind(self, method: str, path: str) -> int | None:
        return None if method == "PUT" or path.endswith("_changes") else self.version

    def __init__(self) -> None:
        super().__init__(self.answer)
        self.version = 1
        self.asked = 0
        self.seconds = 0.0

    async def answer(self, request: web.BaseRequest) -> web.Response:
        self.asked += 1
        await asyncio.sleep(self.seconds)
        return web.json_response({"version": self.version, "by": request.headers.get("Authorization")})


@pytest.fixture
def store(network: Network) -> Store:
    store = Store()
    network.attach(HOST, store)
    return store


def answers(loop: SimulationLoop, network: Network, *requests: tuple[str, str, dict[str, str]]) -> list[Any]:
    """Return what comes back for requests of one party: method, path and headers."""

    async def all_of_them() -> list[Any]:
        session = network.client("gateway")
        found = []
        for method, path, headers in requests:
            url = URL(f"https://{HOST}{path}")
            found.append((await ask(session, method, url, body=None, headers=headers)).json())
        return found

    return loop.run(all_of_them())


GET = ("GET", "/medic/a?x=1", {"Authorization": "Basic YTpi"})


def test_the_same_question_is_answered_once(
    loop: SimulationLoop, network: Network, store: Store, journal: Journal
) -> None:
    """The service is asked once; the answers are equal, and the journal has every exchange, alike."""
    first, second = answers(loop, network, GET, GET)

    assert (first, store.asked, network.exchanges) == (second, 1, 2)
    one, other = (exchange.as_dict() for exchange in journal.exchanges(to=HOST))
    for name in ("number", "time", "ended"):
        one.pop(name)
        other.pop(name)
    assert one == other


@pytest.mark.parametrize(
    "other",
    [
        ("GET", "/medic/a?x=2", GET[2]),
        ("GET", GET[1], {"Authorization": "Basic Yzpk"}),
        ("GET", "/medic/_changes", GET[2]),
    ],
)
def test_other_questions_are_asked(
    loop: SimulationLoop, network: Network, store: Store, other: tuple[str, str, dict[str, str]]
) -> None:
    """Another target, another user, or a feed is another question."""
    answers(loop, network, GET, other, GET)

    assert store.asked == 2
    answers(loop, network, ("GET", "/medic/_changes", GET[2]))
    assert store.asked == 3


def test_a_question_with_a_body(loop: SimulationLoop, network: Network, store: Store, journal: Journal) -> None:
    """A question may have a body: with the same one it is the same, and one that is long is asked each time."""

    async def ask_all(*bodies: bytes) -> None:
        session = network.client("gateway")
        for body in bodies:
            await ask(session, "POST", URL(f"https://{HOST}/medic/_find"), body=body, headers=GET[2])

    loop.run(ask_all(b"one", b"one", b"another", b"one"))
    assert store.asked == 2
    assert [each.request for each in journal.exchanges()] == [b"one", b"one", b"another", b"one"]
    assert {each.get("method") for each in journal.exchanges()} == {"POST"}
    loop.run(ask_all(*2 * [LONGEST * b"x" + b"!"]))
    assert store.asked == 4


def test_a_change_ends_it(loop: SimulationLoop, network: Network, store: Store) -> None:
    """When the service has another version it is asked again; what is no question always is."""
    answers(loop, network, GET)
    store.version = 2
    assert answers(loop, network, GET)[0]["version"] == 2

    answers(loop, network, ("PUT", "/medic/a", GET[2]), GET)
    assert store.asked == 3


def test_an_answer_that_was_overtaken_is_not_kept(loop: SimulationLoop, network: Network, store: Store) -> None:
    """What changes while an answer is made makes it good for that one time only."""
    store.seconds = 5

    async def change() -> None:
        session = network.client("gateway")
        asking = asyncio.create_task(ask(session, "GET", URL(f"https://{HOST}{GET[1]}"), body=None, headers=GET[2]))
        await asyncio.sleep(2)
        store.version = 2
        await asking

    loop.run(change())
    answers(loop, network, GET)
    assert store.asked == 2


def test_a_fault_strikes_all_the_same(loop: SimulationLoop, network: Network, store: Store, faults: Faults) -> None:
    """While a fault is about, every request takes the long way, and meets it."""
    answers(loop, network, GET)
    faults.add(Fault(FaultKind.BODY, body='{"broken": true}', content_type="application/json", status=200))

    assert answers(loop, network, GET) == [{"broken": True}]
