"""The gateway as a whole: two timers, what keeps them apart, and what a crash leaves."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.faults import Fault, FaultKind

from .conftest import RAPIDPRO, as_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.cht.gateway import BuiltInGateway
    from rapidpro_simulator.world.faults import Faults

    from .conftest import World

BROADCASTS, QUESTIONS = "/api/v2/broadcasts.json", "/api/v2/messages.json"


@pytest.fixture
def gateway(world: World) -> Iterator[BuiltInGateway]:
    """A gateway that has just been started."""
    gateway = world.gateway()
    start(world, gateway)
    yield gateway
    gateway.stop()


def start(world: World, gateway: BuiltInGateway) -> None:
    async def begin() -> None:
        gateway.start()

    world.loop.run(begin())


def times(world: World, path: str) -> list[int]:
    """Return the seconds at which RapidPro was asked."""
    asked = world.journal.exchanges(to=RAPIDPRO, path=path)
    return [round((exchange.time - world.clock.start).total_seconds()) for exchange in asked]


def test_first_tick(world: World, gateway: BuiltInGateway) -> None:
    """The first tick comes one interval after the start, and the next ones every interval."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: as_json({"results": []})
    world.loop.advance(185)
    assert times(world, QUESTIONS) == [60, 120, 180]


def test_interval(world: World) -> None:
    """In test mode the interval is one second (cht 0.1)."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: as_json({"results": []})
    gateway = world.gateway(interval=1)
    start(world, gateway)
    world.loop.advance(3.5)
    gateway.stop()
    assert times(world, QUESTIONS) == [1, 2, 3]


def test_sends_overlap(world: World, gateway: BuiltInGateway, faults: Faults) -> None:
    """A round that takes longer than the interval does not keep the next one from starting."""
    world.add({})
    faults.add(Fault(FaultKind.LATENCY, to=RAPIDPRO, path=BROADCASTS, seconds=150))
    world.loop.advance(400)
    assert times(world, BROADCASTS) == [60, 120, 180]


def test_polls_do_not(world: World, gateway: BuiltInGateway, faults: Faults) -> None:
    """While one tick of polling waits for an answer, the next ones do nothing."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: as_json({"results": []})
    faults.add(Fault(FaultKind.LATENCY, to=RAPIDPRO, path=QUESTIONS, seconds=150, count=1))
    world.loop.advance(245)
    assert times(world, QUESTIONS) == [60, 240]


def test_immediate_send_beside_the_timer(world: World, gateway: BuiltInGateway, faults: Faults) -> None:
    """What is sent at once, and slowly, is sent by the timer as well (H1)."""
    document_id = world.add({})
    faults.add(Fault(FaultKind.LATENCY, to=RAPIDPRO, path=BROADCASTS, seconds=30, count=1))
    world.clock.call_later(45, lambda: gateway.send_document(document_id))
    world.loop.advance(125)
    assert times(world, BROADCASTS) == [45, 60]


def test_immediate_send(world: World, gateway: BuiltInGateway) -> None:
    """What is sent at once, and saved before the next tick, is sent once."""
    document_id = world.add({})
    world.clock.call_later(45, lambda: gateway.send_document(document_id))
    world.loop.advance(65)
    assert times(world, BROADCASTS) == [45]


def test_stop(world: World, gateway: BuiltInGateway, faults: Faults) -> None:
    """A stop ends what is under way: an answer that comes later is not saved."""
    document_id = world.add({})
    faults.add(Fault(FaultKind.LATENCY, to=RAPIDPRO, path=BROADCASTS, seconds=30))
    world.clock.call_later(70, gateway.stop)
    world.loop.advance(300)
    assert (len(world.rapidpro.requests), world.states()) == (1, ["pending"])
    gateway.send_document(document_id)
    world.loop.advance(60)
    assert (len(world.rapidpro.requests), gateway.is_running) == (1, False)


def test_stop_in_the_instant_of_a_tick(world: World) -> None:
    """A round that is due and has not begun never does."""
    world.add({})
    gateway = world.gateway()

    async def begin() -> None:
        gateway.start()
        world.clock.call_later(60, gateway.stop)  # after the timers, in the same turn of the loop

    world.loop.run(begin())
    world.loop.advance(120)
    gc.collect()  # a coroutine that nobody has awaited is a warning, and so an error, now
    assert len(world.rapidpro.requests) == 0


def test_restart(world: World, gateway: BuiltInGateway) -> None:
    """After a restart the timers begin anew."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: as_json({"results": []})
    world.loop.advance(70)
    gateway.stop()
    world.loop.advance(20)
    start(world, gateway)
    world.loop.advance(65)
    assert times(world, QUESTIONS) == [60, 150]


@pytest.mark.parametrize(
    ("path", "log"),
    [
        ("*/messages_by_state", "send: 503"),
        ("*/_bulk_docs", "send: 503"),
        ("*/credential:*", "poll: 503"),
    ],
)
def test_errors_are_logged(world: World, gateway: BuiltInGateway, faults: Faults, path: str, log: str) -> None:
    """An error ends the tick with a line in the log, and the next tick does the work."""
    world.add({})
    faults.add(Fault(FaultKind.STATUS, to="couchdb", path=path, status=503, count=1))
    world.loop.advance(125)
    assert world.logged()[0].startswith(log)
    assert world.states() == ["received-by-gateway"]


def test_settings_at_once(world: World, gateway: BuiltInGateway) -> None:
    """Changed settings count from the next tick on."""
    world.add({})
    world.settings = {"sms": {"outgoing_service": "medic-gateway"}}
    world.loop.advance(65)
    assert world.states() == ["pending"]
    world.settings = {"sms": {"outgoing_service": "rapidpro", "rapidpro": {"url": f"https://{RAPIDPRO}"}}}
    world.loop.advance(60)
    assert world.states() == ["received-by-gateway"]


def test_not_started(world: World) -> None:
    """A gateway that has not been started does not run; stopping it changes nothing, and it can be started still."""
    world.add({})
    gateway = world.gateway()
    gateway.stop()
    assert gateway.is_running is False
    start(world, gateway)
    world.loop.advance(65)
    assert (gateway.is_running, world.states()) == (True, ["received-by-gateway"])
    gateway.stop()


@pytest.mark.parametrize(("name", "states"), [("4.13", ["pending", "sent"]), ("4.14", ["received-by-gateway"] * 2)])
def test_release(world: World, name: str, states: list[str]) -> None:
    """Both timers work as the gateway's release does: what an unknown status means tells them apart."""
    world.set_key("a-token", name)
    world.add({}, {"state": "sent", "gateway_ref": 8})

    def answer(request: Any) -> Any:
        if request.method == "POST":
            return as_json({"id": 7, "status": "read"}, 201)
        if len(world.rapidpro.requests) > 20:
            return as_json({}, 429)  # 4.13 would ask for ever
        return as_json({"results": [{"id": 1, "status": "read"}]})

    world.rapidpro.answer = answer
    gateway = world.gateway(name)
    start(world, gateway)
    world.loop.advance(65)
    gateway.stop()
    assert world.states() == states


@pytest.mark.parametrize(("name", "lines"), [("5.1", 1), ("5.2", 0)])
def test_release_of_saving(world: World, faults: Faults, name: str, lines: int) -> None:
    """Saving is as the release has it: whether a document that has vanished is an error."""
    document = world.medic.get(world.add({}))
    faults.add(Fault(FaultKind.LATENCY, path="*/_all_docs", seconds=5))
    world.clock.call_later(62, lambda: world.medic.put({**document, "_deleted": True}))
    gateway = world.gateway(name)
    start(world, gateway)
    world.loop.advance(75)
    gateway.stop()
    assert [line.partition(":")[0] for line in world.logged()] == ["send"] * lines


def test_immediate_send_fails(world: World, gateway: BuiltInGateway, faults: Faults) -> None:
    """An error of what is sent at once is logged like one of the timer."""
    document_id = world.add({})
    faults.add(Fault(FaultKind.STATUS, to="couchdb", path=f"*/{document_id}", status=503, count=1))
    world.clock.call_later(1, lambda: gateway.send_document(document_id))
    world.loop.advance(5)
    [line] = world.logged()
    assert line.startswith("send: 503")


def test_defect(world: World, gateway: BuiltInGateway) -> None:
    """An error that CHT does not know is one of the simulator: the loop is told, by the name of the task."""
    world.settings = None  # type: ignore[assignment]
    world.loop.advance(65)
    told, world.defects = world.defects, []
    assert [context["message"] for context in told] == [
        "defect of the simulator in gateway: send",
        "defect of the simulator in gateway: poll",
    ]
    assert [type(context["exception"]) for context in told] == [AttributeError] * 2
    assert [context["task"].get_name() for context in told] == ["gateway: send", "gateway: poll"]
    assert world.logged() == []
