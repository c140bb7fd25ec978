"""Repeated questions: nothing tells them from questions whose bytes have travelled, but the time of the processor."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.administrator import Administrator
from rapidpro_simulator.rapidpro.delivery.outcomes import outcome
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.faults import FaultKind
from rapidpro_simulator.world.network import Latency
from rapidpro_simulator.world.network.repetitions import MOST, Answered, Question, Repetitions
from rapidpro_simulator.world.network.response import HttpResponse
from rapidpro_simulator.world.network.server import HostServer

if TYPE_CHECKING:
    from rapidpro_simulator.world.journal import Exchange

HOST = "cht.example.org"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the paths of the requests whose bytes have travelled to CouchDB."""
    paths: list[str] = []
    handle = HostServer.handle

    async def counted(self: HostServer, party: str, request: Any) -> Any:
        if self.name.startswith("couchdb."):
            paths.append(request.path)
        return await handle(self, party, request)

    monkeypatch.setattr(HostServer, "handle", counted)
    return paths


def quiet(simulation: Simulation) -> Administrator:
    """Return a CHT that sends through RapidPro, and has asked everything once."""
    host = simulation.rapidpro("textit.com")
    cht = Administrator(simulation, simulation.cht(HOST))
    cht.set_credential("rapidpro:outgoing", host.workspace("Main").token.key)
    cht.send_through(host.url)
    simulation.advance(minutes=10)
    return cht


def told(simulation: Simulation) -> Counter[str]:
    """Return how often the journal says what; one process does several things at an instant, in whatever order."""
    said = (
        (each.kind, each.data, getattr(each, "request", b""), getattr(each, "response", b""))
        for each in simulation.journal
    )
    return Counter(map(str, said))


def test_a_quiet_hour_sends_no_bytes(simulation: Simulation, served: list[str]) -> None:
    """What the gateway asks every minute is answered as before, while nothing is written."""
    quiet(simulation)
    served.clear()
    exchanges = simulation.network.exchanges
    simulation.advance(minutes=60)
    assert simulation.network.exchanges - exchanges >= 4 * 60
    assert [path for path in served if "gateway_messages" in path or "credential" in path] == []


def test_a_poll_that_brings_nothing_new_sends_no_bytes(simulation: Simulation, served: list[str]) -> None:
    """Where RapidPro says what CHT knows, the documents that it reads for that are not told again."""
    cht = quiet(simulation)
    simulation.rapidpro("textit.com").workspace("Main").deliver(outcome(wired=1, sent=5))
    cht.save([_message("+254712345678")])
    simulation.advance(minutes=30)
    served.clear()
    asked = len(read_documents(simulation))
    simulation.advance(minutes=60)
    assert len(read_documents(simulation)) >= asked + 50
    assert [path for path in served if path.endswith("/_all_docs")] == []


def read_documents(simulation: Simulation) -> list[Exchange]:
    return simulation.journal.exchanges(by="gateway", method="POST", path="*/_all_docs", status=200)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_journal_says_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the bytes of all exchanges on the wire, everybody asks and is told the same, as often.

    Exchanges take no time here: who comes first at one instant also draws first how long that takes.
    """

    def played() -> Counter[str]:
        with Simulation(seed=seed, latency=Latency(0, 0)) as simulation:
            cht = quiet(simulation)
            cht.save([_message("+254712345678")])
            simulation.advance(minutes=20)
            cht.change_settings(schedule_morning_hours=9)
            simulation.advance(minutes=30)
            return told(simulation)

    known = played()
    monkeypatch.setattr(HostServer, "recall", lambda *_: None)
    assert played() == known


def test_a_new_document_is_seen(simulation: Simulation) -> None:
    """What is written is found by the next question."""
    cht = quiet(simulation)
    cht.save([_message("+254712345678")])
    simulation.advance(minutes=5)
    assert [message.state for message in cht.messages()] == ["delivered"]


def test_a_changed_key_is_seen(simulation: Simulation) -> None:
    """A credential that is replaced is read anew."""
    cht = quiet(simulation)
    cht.set_credential("rapidpro:outgoing", "another-key")
    cht.save([_message("+254712345678")])
    simulation.advance(minutes=2)
    statuses = {exchange.status for exchange in simulation.journal.exchanges(to="textit.com")}
    assert statuses == {403}


def test_faults_strike(simulation: Simulation) -> None:
    """A fault of CouchDB strikes the questions that were asked before, too."""
    quiet(simulation)
    fault = simulation.fault(kind=FaultKind.STATUS, status=500, by="gateway", to=f"couchdb.{HOST}")
    simulation.advance(minutes=5)
    assert fault.struck >= 5


def test_only_so_many_answers_are_remembered() -> None:
    """The oldest answer makes room for a new one; another state makes an answer worthless."""
    repetitions = Repetitions()
    response = HttpResponse(200, {}, "")  # type: ignore[arg-type]
    answered = Answered("state", "GET", b"", response, b"", "text/plain", {})
    questions: list[Question] = [("gateway", "GET", f"/{number}", "", b"") for number in range(MOST + 1)]
    for question in questions:
        repetitions.add(question, answered)
    assert repetitions.find(questions[0], "state") is None
    assert repetitions.find(questions[1], "state") is answered
    assert repetitions.find(questions[1], "another") is None


def _message(phone: str) -> dict[str, Any]:
    task = {"messages": [{"uuid": "m1", "to": phone, "message": "Visit tomorrow"}], "state": "pending"}
    return {"_id": "d1", "type": "data_record", "reported_date": 1, "tasks": [task]}
