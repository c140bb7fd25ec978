from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.cht.administrator import Administrator, message_document
from rapidpro_simulator.cht.instance import LeftOutError
from rapidpro_simulator.gateways.interface import InapplicableError
from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.world.faults import FaultKind
from rapidpro_simulator.world.network import HandlerService

if TYPE_CHECKING:
    from collections.abc import Iterator

CHT = "https://cht.example.org"
PHONE = "+254712345678"


class RapidPro(HandlerService):
    """A RapidPro that remembers the headers of its callers, and accepts whatever it is asked."""

    def __init__(self) -> None:
        super().__init__(self.receive)
        self.headers: list[dict[str, str]] = []

    async def receive(self, request: web.BaseRequest) -> web.StreamResponse:
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        return web.json_response({"id": 7, "status": "queued"}, status=201)


@pytest.fixture
def rapidpro() -> RapidPro:
    return RapidPro()


@pytest.fixture
def simulation(rapidpro: RapidPro) -> Iterator[Simulation]:
    """A CHT that replies to every message, through RapidPro."""
    with Simulation() as simulation:
        simulation.network.attach("rapidpro.org", rapidpro)
        settings = {
            "sms": {"outgoing_service": "rapidpro", "rapidpro": {"url": "https://rapidpro.org"}},
            "transitions": {"default_responses": True},
            "default_responses": {"start_date": "2020-01-01"},
        }
        simulation.cht("cht.example.org", "5.2")
        ask(simulation, "PUT", "/api/v1/settings", json=settings)
        for key in ("rapidpro:outgoing", "rapidpro:incoming"):
            ask(simulation, "PUT", f"/api/v1/credentials/{key}", body="a-token", headers={"Content-Type": "text/plain"})
        simulation.advance(seconds=1)
        yield simulation


def ask(simulation: Simulation, method: str, path: str, **options: Any) -> Any:
    administrator = simulation.instances["cht.example.org"].administrator
    answer = simulation.request(method, CHT + path, auth=administrator, **options)
    assert answer.status == 200
    return answer.json()


def task_of(simulation: Simulation, document_id: str) -> dict[str, Any]:
    [task] = ask(simulation, "GET", f"/medic/{document_id}")["tasks"]
    return dict(task)


def record(simulation: Simulation) -> str:
    """Return the id of a record that somebody has posted."""
    form = f"message=hello&from=%2B{PHONE[1:]}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    identifier: str = ask(simulation, "POST", "/api/v2/records", body=form, headers=headers)["id"]
    return identifier


def test_record_is_replied_to_at_once(simulation: Simulation, rapidpro: RapidPro) -> None:
    """The reply to a record goes out at once, marked as part of the request (cht 5.3, 9.1)."""
    document_id = record(simulation)
    simulation.advance(seconds=1)
    [headers] = rapidpro.headers
    [entry, *_] = ask(simulation, "GET", f"/medic-audit/{document_id}")["history"]
    assert task_of(simulation, document_id)["state"] == "received-by-gateway"
    assert headers["x-request-id"] == entry["request_id"]


def test_message_is_replied_to_by_the_timer(simulation: Simulation, rapidpro: RapidPro) -> None:
    """The reply to a message waits for the next tick, which belongs to no request (cht 1.9)."""
    body = {"id": "m", "from": PHONE, "content": "hello"}
    simulation.request("POST", f"{CHT}/api/v2/sms/rapidpro/incoming-messages", json=body, token="a-token")
    simulation.advance(seconds=1)
    at_once = len(rapidpro.headers)
    simulation.advance(minutes=1)
    assert (at_once, ["x-request-id" in headers for headers in rapidpro.headers]) == (0, [False])


def test_timer_after_a_record(simulation: Simulation, rapidpro: RapidPro) -> None:
    """What a request has begun leaves no mark on the polls that follow."""
    record(simulation)
    simulation.advance(minutes=3)
    assert ["x-request-id" in headers for headers in rapidpro.headers][:3] == [True, False, False]


def test_gateway_is_audited(simulation: Simulation) -> None:
    """The states that the gateway saves stand in the audit as well (cht 8.2)."""
    document_id = record(simulation)
    simulation.advance(seconds=1)
    history = ask(simulation, "GET", f"/medic-audit/{document_id}")["history"]
    revision = ask(simulation, "GET", f"/medic/{document_id}")["_rev"]
    assert [entry["rev"][0] for entry in history] == ["1", "2"]
    assert (history[-1]["rev"], history[-1]["service"]) == (revision, "api")


def outage(simulation: Simulation, minutes: float) -> None:
    """CouchDB is gone for some time, and the api process with it."""
    fault = simulation.fault(kind=FaultKind.STATUS, to="couchdb.*", status=503)
    simulation.instances["cht.example.org"].couch.database("medic").put({"_id": "noticed"})
    simulation.advance(minutes=minutes)
    simulation.faults.remove(fault)
    simulation.advance(seconds=10)


def test_no_gateway_without_its_process(simulation: Simulation) -> None:
    """While the process is down nothing ticks; the timers begin anew when it is back (cht 4, 5.1)."""
    before = len(simulation.journal)
    outage(simulation, minutes=5)
    events = [entry.kind for entry in simulation.journal.where("gateway.*", after=before)]
    assert events == ["gateway.stopped", "gateway.started"]
    assert not simulation.journal.where("gateway.log")

    # Nothing was logged, and it would have been seen: what goes wrong now is found under that name.
    record(simulation)
    simulation.fault(kind=FaultKind.REFUSED, to="rapidpro.org")
    simulation.advance(minutes=2)
    assert simulation.journal.where("gateway.log", text="*message *")


@pytest.mark.parametrize("when", ["before", "during"])
def test_stopped_gateway_stays_away(simulation: Simulation, when: str) -> None:
    """A gateway that was stopped does not come back with the process."""
    instance = simulation.instances["cht.example.org"]
    if when == "before":
        instance.stop_gateway()
    else:
        simulation.clock.call_later(30, instance.stop_gateway)
    outage(simulation, minutes=1)
    assert not instance.gateway.is_running


@pytest.mark.parametrize(("without", "message"), [("gateway", "without gateway"), ("api", "without gateway")])
def test_steps_about_what_is_left_out_do_not_apply(without: str, message: str) -> None:
    """A gateway that was left out is neither started nor ended; without the api there is none."""
    with Simulation() as simulation:
        simulation.cht("cht.example.org", without=[without])
        gateway = simulation.gateways["cht.example.org"]

        for steer in (gateway.start, gateway.crash):
            with pytest.raises(InapplicableError, match=message):
                steer()
        simulation.advance(minutes=5)
        assert simulation.journal.exchanges(by="gateway") == []


def test_an_api_that_is_left_out_cannot_be_asked() -> None:
    """Whoever wants to hears which part is missing."""
    with Simulation() as simulation:
        instance = simulation.cht("cht.example.org", without=["api"])

        with pytest.raises(LeftOutError, match=r"cht\.example\.org is without api: that was left to somebody else"):
            Administrator(simulation, instance).messages()


def test_timers_of_a_test_database() -> None:
    """Where the main database is called medic-test, CHT sends every second (cht 0.1)."""
    with Simulation() as simulation:
        host = simulation.rapidpro("textit.com")
        instance = simulation.cht("cht.example.org", database="medic-test")
        simulation.gateways["cht.example.org"].use(url=host.url, token=host.workspace("Main").token.key)
        administrator = Administrator(simulation, instance)
        administrator.save([message_document(simulation, 1, PHONE, "Visit")])

        simulation.advance(seconds=2)

        assert [message.state for message in administrator.messages()] != ["pending"]
