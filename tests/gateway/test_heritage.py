"""Messages that another gateway left without an end: left alone, asked about, failed or sent again, as one says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from cht_rapidpro_gateway.cht_documents import ChtDocuments, ChtDocumentsError, Held, Page, Position
from cht_rapidpro_gateway.configuration import ChtSettings, Inherited, Policy
from rapidpro_simulator.cht.administrator import message_document
from rapidpro_simulator.world.faults import FaultKind
from rapidpro_simulator.world.network import HandlerService

from .world import CHT, HOST, World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cht_rapidpro_gateway.metrics import Metrics
    from rapidpro_simulator.world.loop import SimulationLoop
    from rapidpro_simulator.world.network import Network

MESSAGES = "/api/v2/messages.json"
BROADCASTS = "/api/v2/broadcasts.json"
VIEW = "/medic/_design/medic/_view/messages_by_state"


def _leave_behind(world: World, state: str, references: Sequence[object]) -> None:
    """Let CHT have messages that another gateway brought to a state, an hour ago."""
    ago = (world.simulation.clock.now() - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    documents = []
    for number, reference in enumerate(references):
        document = message_document(world.simulation, 1000 + number, f"+2547990{number:05}", f"Left {number}")
        [task] = document["tasks"]
        task |= {"state": state, "gateway_ref": reference}
        task["state_history"] = [{"state": "pending", "timestamp": ago}, {"state": state, "timestamp": ago}]
        documents.append(document)
    world.cht.save(documents)


def _use(world: World, **settings: Any) -> None:
    world.gateway.stop()
    world.gateway.inherited = Inherited(**settings)
    world.gateway.start()


def test_they_are_left_alone_unless_somebody_says_otherwise(world: World) -> None:
    """Nobody asks about them, nor reads anything, and they stay what they are."""
    _leave_behind(world, "received-by-gateway", range(500, 520))
    world.passes(hours=2)
    assert world.states() == {"received-by-gateway": 20}
    assert len(world.requests(to=HOST)) == 1
    assert world.requests(to=CHT, path=VIEW) == []


@pytest.mark.parametrize("state", ["received-by-gateway", "forwarded-by-gateway", "sent"])
def test_failed(state: str, world: World) -> None:
    """All have failed at once, with the reason, and RapidPro hears nothing of it."""
    _leave_behind(world, state, range(500, 720))
    _use(world, **{"sent" if state == "sent" else "unsent": "fail"}, per_hour=1)
    world.add(2)
    world.passes(minutes=5)
    assert world.states() == {"failed": 220, "delivered": 2}
    reasons = {str(each.task.get("state_details")) for each in world.cht.messages() if each.state == "failed"}
    assert len(reasons) == 1
    assert "another gateway left it without an end" in reasons.pop()
    assert len(world.requests(to=HOST, path=BROADCASTS)) == 2


def test_sent_again(world: World) -> None:
    """They go out a few an hour, and new messages do not wait for them."""
    _leave_behind(world, "received-by-gateway", range(500, 700))
    _use(world, unsent="send", per_hour=100)
    world.passes(minutes=30)
    assert world.states() == {"received-by-gateway": 100, "delivered": 100}
    world.passes(hours=1)
    assert world.states() == {"delivered": 200}
    assert world.received() == world.wanted()


def test_what_is_too_old_is_not_sent_again(world: World) -> None:
    """When they were due CHT knows; the limit of age holds for them as well."""
    _leave_behind(world, "received-by-gateway", [500])
    world.passes(hours=2)
    world.gateway.policy = Policy(too_old_hours=1)
    _use(world, unsent="send")
    world.passes(minutes=5)
    assert world.states() == {"failed": 1}
    assert world.requests(to=HOST, path=BROADCASTS) == []


def test_asked_about(world: World) -> None:
    """Each costs one question; what the workspace knows comes to its end, and a stranger's word is not taken for it."""
    own = world.main.broadcasts
    _leave_behind(world, "received-by-gateway", [1, 2, 999])
    [ours] = [each.message for each in world.cht.messages() if each.task["gateway_ref"] == 1]
    _send(world, ours["to"], ours["message"])
    _send(world, "+254700000009", "Somebody else's")
    world.passes(minutes=2)
    assert [str(each.id) for each in own] == ["1", "2"]
    _use(world, unsent="ask")
    world.passes(minutes=5)
    assert world.states() == {"delivered": 1, "received-by-gateway": 2}
    asked = [each.target.partition("broadcast=")[2] for each in world.requests(to=HOST, path=MESSAGES)]
    assert (asked.count("1"), set(asked)) == (1, {"1", "2", "999"})


def test_a_cht_that_shows_nothing(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """It is told, tried again in an hour, and holds nothing else up."""
    world.simulation.fault(by="gateway", kind=FaultKind.STATUS, status=403, path=VIEW, count=1)
    _leave_behind(world, "received-by-gateway", [500])
    _use(world, unsent="fail")
    world.add()
    world.passes(minutes=10)
    assert world.states() == {"received-by-gateway": 1, "delivered": 1}
    assert [text for text in caplog.messages if "trying again in an hour: 403" in text]
    world.passes(hours=1)
    assert world.states() == {"failed": 1, "delivered": 1}


def _send(world: World, number: str, text: str) -> None:
    token = world.main.token.key
    body = {"urns": [f"tel:{number}"], "text": text}
    assert world.simulation.request("POST", f"https://{HOST}{BROADCASTS}", token=token, json=body).status == 201


# --- what is read of CHT's documents --------------------------------------------------------------------------------


class Documents:
    """A CHT that answers with what it is told to, and somebody who reads."""

    def __init__(self, network: Network, metrics: Metrics, loop: SimulationLoop) -> None:
        self.answer: object = {"rows": []}
        self.queries: list[dict[str, str]] = []
        self._loop = loop
        self._network = network
        self._metrics = metrics
        network.attach(CHT, HandlerService(self._handle))

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.queries.append(dict(request.query))
        return web.json_response(self.answer)

    def held(self, limit: int = 9, position: Position | None = None) -> Page:
        return self._loop.run(self._held(limit, position))

    async def _held(self, limit: int, position: Position | None) -> Page:
        settings = ChtSettings(f"https://{CHT}", "gateway", "pass")
        documents = ChtDocuments(self._network.client("gateway"), settings, self._metrics)
        return await documents.held("sent", limit, position)


@pytest.fixture
def documents(network: Network, metrics: Metrics, loop: SimulationLoop) -> Documents:
    return Documents(network, metrics, loop)


def _row(task: object, key: object = None, tasks: str = "tasks") -> dict[str, Any]:
    value = {"id": "u1", "to": "+254712345678", "content": "Hi"}
    return {"id": "d1", "key": key or ["sent", 5000], "value": value, "doc": {tasks: [task]}}


@pytest.mark.parametrize("tasks", ["tasks", "scheduled_tasks"])
def test_a_message(documents: Documents, tasks: str) -> None:
    """Its text stands in the view, its reference and history in the document."""
    history = [
        {"state": "pending", "timestamp": "1970-01-01T00:00:06Z"},
        {"state": "received-by-gateway", "timestamp": "1970-01-01T00:00:07Z"},
        {"state": "sent", "timestamp": "1970-01-01T00:00:08Z"},
    ]
    task = {"messages": [{"uuid": "u1"}], "gateway_ref": 7, "state_history": history}
    documents.answer = {"rows": [_row(task, tasks=tasks)]}
    page = documents.held()
    assert page.messages == [Held("u1", "+254712345678", "Hi", "sent", 6.0, "7", 7.0)]
    assert page.following is None
    assert documents.queries[0]["startkey"] == '["sent"]'


@pytest.mark.parametrize(
    "task", [{}, {"messages": [{"uuid": "u2"}]}, {"messages": [{"uuid": "u1"}], "state_history": [{"state": "sent"}]}]
)
def test_a_message_of_which_little_is_known(documents: Documents, task: object) -> None:
    """Without a due time, a reference or a history it is a message all the same."""
    documents.answer = {"rows": [_row(task, key=["sent", None]), {"id": "d2", "value": {}}]}
    assert documents.held().messages == [Held("u1", "+254712345678", "Hi", "sent", None, None, None)]


def test_pages(documents: Documents) -> None:
    """The next page begins with what was seen last; one that is no further is the last."""
    documents.answer = {"rows": [_row({}, key=["sent", 4000]), _row({})]}
    first = documents.held(limit=2).following
    assert first == Position(["sent", 5000], "d1")
    assert documents.held(limit=2, position=first).following is None
    asked = documents.queries[1]
    assert (json.loads(asked["startkey"]), asked["startkey_docid"]) == (["sent", 5000], "d1")


@pytest.mark.parametrize("answer", [[], {"rows": 7}, {"rows": [7]}])
def test_an_answer_that_is_none(documents: Documents, answer: object) -> None:
    """It is an error of CHT's."""
    documents.answer = answer
    with pytest.raises(ChtDocumentsError, match="cannot be read"):
        documents.held()
