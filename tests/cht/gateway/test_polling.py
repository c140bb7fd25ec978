"""Polling: who is asked about and how often, against a model that only counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from rapidpro_simulator.cht.couch.client import CouchClientError
from rapidpro_simulator.cht.gateway.state_writer import SaveError
from rapidpro_simulator.cht.messages.states import POLLED_STATES, STATUS_MAP
from rapidpro_simulator.world.clock import FrozenClock
from rapidpro_simulator.world.faults import Fault, FaultKind, Faults
from rapidpro_simulator.world.journal import Journal
from rapidpro_simulator.world.loop import SimulationLoop
from rapidpro_simulator.world.network import Network
from rapidpro_simulator.world.seed import Seed

from .conftest import UUID, Request, World, as_json

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTHING, THROTTLED, BROKEN = "nothing", "throttled", "broken"
BATCH = 25


def results(*statuses: str) -> web.Response:
    return as_json({"results": [{"id": number, "status": status} for number, status in enumerate(statuses)]})


def stop_after(count: int) -> Any:
    """Answer every question with an error, and the one of this number with 429: an endless loop gets an end."""
    asked = 0

    def answer(_: Request) -> web.Response:
        nonlocal asked
        asked += 1
        return web.Response(status=429 if asked >= count else 500)

    return answer


def poll(world: World, name: str = "5.2") -> None:
    world.loop.run(world.poller(name).tick())


def references(world: World) -> list[str]:
    return [request.reference for request in world.rapidpro.requests]


def test_reports_of_several_messages(world: World) -> None:
    """Messages of one document count one by one: thirty reports of three, all changing, are asked about twice."""
    for _ in range(30):
        world.add(*({"state": "received-by-gateway", "gateway_ref": number} for number in (1, 2, 3)))
    world.rapidpro.answer = lambda _: results("sent")
    poll(world)
    assert len(world.rapidpro.requests) == 180


# --- the arithmetic of a tick ---------------------------------------------------------------------------------------


@dataclass
class Told:
    """A message as the naive model knows it, and what RapidPro will say about it, question by question."""

    state: str
    details: str
    script: list[str]

    def next(self) -> str:
        return self.script.pop(0) if self.script else NOTHING


def naive(messages: Sequence[Told], ticks: int) -> tuple[list[int], list[str]]:
    """Return which messages are asked about, in order, and the states in the end (cht 5.6, word for word)."""
    asked: list[int] = []
    skip = 0
    for _ in range(ticks):
        throttled = False
        while not throttled:
            waiting = [number for number, told in enumerate(messages) if told.state in POLLED_STATES]
            waiting.sort(key=lambda number: POLLED_STATES.index(messages[number].state))
            window = waiting[skip : skip + BATCH]
            if not window:
                skip = 0
                break
            answers = {}
            for number in window:
                asked.append(number)
                answer = messages[number].next()
                if answer == THROTTLED:
                    throttled = True
                    break
                if answer != BROKEN:
                    answers[number] = answer
            saved = 0
            for number, answer in answers.items():
                told, mapped = messages[number], STATUS_MAP.get(answer)
                if mapped is not None and (told.state, told.details) != (mapped.state, mapped.details):
                    told.state, told.details = mapped.state, mapped.details
                    saved += 1
            skip += len(answers) - saved
    return asked, [told.state for told in messages]


OPEN = [mapped for mapped in STATUS_MAP.values() if mapped.state in POLLED_STATES]
ANSWERS = st.sampled_from([NOTHING, BROKEN, BROKEN, THROTTLED, *STATUS_MAP])
MESSAGES = st.lists(
    st.tuples(st.sampled_from(OPEN), st.lists(ANSWERS, max_size=6)),
    min_size=0,
    max_size=60,
)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(drawn=MESSAGES, ticks=st.integers(1, 4))
def test_arithmetic(drawn: list[tuple[Any, list[str]]], ticks: int) -> None:
    """Whatever RapidPro answers, the questions and the states are those of the specified algorithm."""
    told = [Told(mapped.state, mapped.details, list(script)) for mapped, script in drawn]
    assert played(drawn, ticks) == naive(told, ticks)


def played(drawn: list[tuple[Any, list[str]]], ticks: int) -> tuple[list[int], list[str]]:
    """Let the real poller tick, over HTTP, and return what `naive` does."""
    clock, seed = FrozenClock(), Seed(7)
    journal, loop = Journal(clock), SimulationLoop(clock)
    network = Network(clock, journal, Faults(clock, seed.stream("faults")), seed.stream("network"))
    scripts = {str(number): list(script) for number, (_, script) in enumerate(drawn, 1)}

    def answer(request: Request) -> web.Response:
        script = scripts[request.reference]
        said = script.pop(0) if script else NOTHING
        errors = {THROTTLED: 429, BROKEN: 500}
        return web.Response(status=errors[said]) if said in errors else results(*[said] * (said != NOTHING))

    try:
        world = World(clock, seed, journal, loop, network)
        world.rapidpro.answer = answer
        for number, (mapped, _) in enumerate(drawn, 1):
            history = [
                {"state": mapped.state, "state_details": mapped.details, "timestamp": "2026-01-01T00:00:00.000Z"}
            ]
            task = {"state": mapped.state, "state_details": mapped.details, "state_history": history}
            world.add({**task, "gateway_ref": number})
        poller = world.poller()
        for _ in range(ticks):
            loop.run(poller.tick())
        return [int(reference) - 1 for reference in references(world)], world.states()
    finally:
        loop.run(network.close())
        loop.finish()


# --- who is asked about ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", POLLED_STATES)
def test_polled_states(world: World, state: str) -> None:
    """A message without a final state is asked about once a tick."""
    world.add({"state": state, "gateway_ref": 7})
    world.rapidpro.answer = lambda _: results()
    poll(world)
    assert references(world) == ["7"]


@pytest.mark.parametrize(
    "state",
    [
        "pending",
        "forwarded-to-gateway",
        "scheduled",
        "delivered",
        "failed",
        "denied",
        "muted",
        "cleared",
        "clear",
        "duplicate",
        "unrecognised",
    ],
)
def test_other_states(world: World, state: str) -> None:
    """A message in any other state is not."""
    world.add({"state": state, "gateway_ref": 7})
    poll(world)
    assert references(world) == []


@pytest.mark.parametrize("reference", [None, 0, ""])
def test_unusable_references(world: World, reference: Any) -> None:
    """Nor is a message whose reference says nothing."""
    world.add({"state": "sent", "gateway_ref": reference})
    poll(world)
    assert references(world) == []


def test_order(world: World) -> None:
    """The states come in their order, and within one the documents by their ids."""
    for reference, state in enumerate(["sent", "received-by-gateway", "forwarded-by-gateway", "sent"], 1):
        world.add({"state": state, "gateway_ref": reference})
    world.rapidpro.answer = lambda _: results()
    poll(world)
    assert references(world) == ["2", "3", "1", "4"]


@pytest.mark.parametrize("count", [1, 24, 25, 26, 50, 51, 90])
def test_final(world: World, count: int) -> None:
    """Messages that become final cost one question each, however many windows they fill."""
    for reference in range(1, count + 1):
        world.add({"state": "sent", "gateway_ref": reference})
    world.rapidpro.answer = lambda _: results("delivered")
    poll(world)
    assert set(Counter(references(world)).values()) == {1}
    assert world.states() == ["delivered"] * count


def test_changed_but_open(world: World) -> None:
    """A state that changes, and is not final, costs a second question in the same tick."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: results("wired")
    poll(world)
    assert references(world) == ["7", "7"]


@pytest.mark.parametrize(
    ("found", "state"), [({"0": {"status": "delivered"}, "length": 1}, "delivered"), ("x", "received-by-gateway")]
)
def test_what_looks_like_a_list(world: World, found: Any, state: str) -> None:
    """What has a length and something at 0 is a list to CHT; a letter has no status, and is queued."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: as_json({"results": found})
    poll(world)
    assert world.states() == [state]


# --- what the answers do --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        "thanks",
        7,
        {"results": None},
        {"results": []},
        {"results": {}},
        {"results": [None]},
        {"results": {"0": {"status": "sent"}}},
    ],
)
def test_empty_answers(world: World, body: Any) -> None:
    """An answer without a result changes nothing and is no error."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: as_json(body)
    poll(world)
    assert (references(world), world.states()) == (["7"], ["sent"])


@pytest.mark.parametrize("result", ["sent", 5, {}, {"status": None}, {"status": "read"}, {"status": ["sent"]}])
def test_odd_results(world: World, result: Any) -> None:
    """A result whose status CHT does not know takes the message back to the beginning."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: as_json({"results": [result]})
    poll(world)
    assert world.states() == ["received-by-gateway"]


def test_details(world: World) -> None:
    """The details name RapidPro's status, and the reference stays."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: results("delivered")
    poll(world)
    [task] = world.tasks()
    assert (task["state_details"], task["gateway_ref"]) == ("Delivered", 7)


def test_log(world: World) -> None:
    """A question that fails is logged with its message, and so is a status that the release does not know."""
    world.set_key("a-token", "4.13")
    world.add({"state": "sent", "gateway_ref": 7}, {"state": "sent", "gateway_ref": 8})
    world.rapidpro.answer = lambda request: results("read") if request.reference == "7" else web.Response(status=429)
    poll(world, "4.13")
    first, second = world.logged()
    assert first == f"status of message {UUID.format(10)}: no state for the status 'read'"
    assert second.startswith(f"status of message {UUID.format(11)}: 429")


def test_first_result(world: World) -> None:
    """Of several results only the first counts."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: results("failed", "delivered")
    poll(world)
    assert world.states() == ["failed"]


def test_unknown_status_of_old(world: World) -> None:
    """Until 4.13 an unknown status is an error, so the loop is endless."""
    world.set_key("a-token", "4.13")
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: results("read") if len(world.rapidpro.requests) < 50 else results("delivered")
    poll(world, "4.13")
    assert len(world.rapidpro.requests) == 50


def test_throttled(world: World) -> None:
    """A 429 ends the tick; the next one begins with the message that was refused."""
    for reference in range(1, 6):
        world.add({"state": "sent", "gateway_ref": reference})
    world.rapidpro.answer = lambda request: web.Response(status=429) if request.reference == "3" else results()
    poller = world.poller()
    world.loop.run(poller.tick())
    world.loop.run(poller.tick())
    assert references(world) == ["1", "2", "3", "3"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 503])
def test_hot_loop(world: World, status: int) -> None:
    """Any other error is tried again at once: a hundred times, if need be, within seconds."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: web.Response(status=429 if len(world.rapidpro.requests) == 100 else status)
    poll(world)
    assert (len(world.rapidpro.requests), world.clock.seconds() < 5) == (100, True)


def test_hot_window(world: World) -> None:
    """25 failing messages hide those that come after them."""
    for reference in range(1, 27):
        world.add({"state": "sent", "gateway_ref": reference})
    world.rapidpro.answer = stop_after(101)
    poll(world)
    assert set(references(world)) == {str(reference) for reference in range(1, 26)}


def test_conflict_skips_too_far(world: World) -> None:
    """A retried save is forgotten in the count, so the tick skips a message that it never asked about."""
    for reference in range(1, 28):
        world.add({"state": "sent", "gateway_ref": reference})
    world.medic.conflict_next(1, "document-001")
    world.rapidpro.answer = lambda _: results("delivered")
    poll(world)
    assert references(world) == [*map(str, range(1, 26)), "27"]


def test_save_error(world: World) -> None:
    """A save that fails ends the tick, and the next one asks the same again."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.medic.conflict_next(4, "document-001")
    world.rapidpro.answer = lambda _: results("delivered")
    poller = world.poller()
    with pytest.raises(SaveError):
        world.loop.run(poller.tick())
    world.loop.run(poller.tick())
    assert (references(world), world.states()) == (["7", "7"], ["delivered"])


def test_view_error(world: World, faults: Faults) -> None:
    """A database that fails ends the tick, and not the polling."""
    world.add({"state": "sent", "gateway_ref": 7})
    world.rapidpro.answer = lambda _: results()
    faults.add(Fault(FaultKind.STATUS, path="*/gateway_messages_by_state", status=503, count=1))
    poller = world.poller()
    with pytest.raises(CouchClientError):
        world.loop.run(poller.tick())
    world.loop.run(poller.tick())
    assert references(world) == ["7"]
