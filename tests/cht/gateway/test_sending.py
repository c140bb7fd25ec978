"""Sending: which messages, in which order, and what CHT makes of each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from rapidpro_simulator.cht.gateway.sending import map_status
from rapidpro_simulator.cht.gateway.upstream import UpstreamError
from rapidpro_simulator.cht.messages.states import STATUS_MAP
from rapidpro_simulator.cht.releases import release
from rapidpro_simulator.world.faults import Fault, FaultKind

from .conftest import UUID, as_json

if TYPE_CHECKING:
    from rapidpro_simulator.world.faults import Faults

    from .conftest import World


def send(world: World, name: str = "5.2") -> None:
    world.loop.run(world.sender(name).tick())


def texts(world: World) -> list[str]:
    return [request.json()["text"] for request in world.rapidpro.requests]


def urns(world: World) -> list[str]:
    return [urn for request in world.rapidpro.requests for urn in request.json()["urns"]]


def test_most(world: World) -> None:
    """A round is 25 messages, however many documents they are in."""
    world.add(*[{}] * 9)
    world.add(*[{}] * 9)
    world.add(*[{}] * 9)
    send(world)
    assert world.states().count("received-by-gateway") == 25


def test_order(world: World) -> None:
    """What is due first is sent first: by the due date, else the task's timestamp, else the document's date."""
    world.add({"due": "1970-01-01T00:00:00.300Z"}, {"timestamp": 200}, {}, {"due": 100})
    send(world)
    assert texts(world) == ["text 12", "text 13", "text 11", "text 10"]


@pytest.mark.parametrize(
    ("state", "is_sent"),
    [
        ("pending", True),
        ("forwarded-to-gateway", True),
        ("scheduled", False),
        ("received-by-gateway", False),
        ("forwarded-by-gateway", False),
        ("sent", False),
        ("delivered", False),
        ("failed", False),
        ("muted", False),
        ("cleared", False),
        ("denied", False),
        ("duplicate", False),
        ("unrecognised", False),
    ],
)
def test_states(world: World, state: str, is_sent: bool) -> None:
    """Pending messages are sent, and those that an Android gateway has been offered."""
    world.add({"state": state})
    send(world)
    assert bool(world.rapidpro.requests) is is_sent


@pytest.mark.parametrize(
    ("to", "urn"),
    [
        ("0712345678", "tel:+254712345678"),
        ("+254712345678", "tel:+254712345678"),
        ("MEDIC", "tel:MEDIC"),
        ("22141", "tel:22141"),
        ("tel:+254712345678", "tel:tel:+254712345678"),
        (22141, "tel:22141"),
    ],
)
def test_numbers(world: World, to: Any, urn: str) -> None:
    """A number that is one is made international; anything else goes out as it stands."""
    world.add({"messages": [{"uuid": UUID.format(1), "to": to, "message": "text"}]})
    send(world)
    assert urns(world) == [urn]


def test_immediate_send_keeps_the_number(world: World) -> None:
    """What the records API sends at once is not normalised."""
    document_id = world.add({"messages": [{"uuid": UUID.format(1), "to": "0712345678", "message": "text"}]})
    world.loop.run(world.sender().send_document(document_id))
    assert urns(world) == ["tel:0712345678"]


def test_immediate_send_of_one_document(world: World) -> None:
    """Only the pending messages of that document are sent, and saved."""
    document_id = world.add({}, {"state": "forwarded-to-gateway"}, {"state": "sent"})
    world.add({})
    world.loop.run(world.sender().send_document(document_id))
    assert world.states() == ["received-by-gateway", "received-by-gateway", "sent", "pending"]


@pytest.mark.parametrize("missing", ["uuid", "to", "message"])
def test_incomplete_messages(world: World, missing: str) -> None:
    """A message that lacks something is never sent, neither by the timer nor at once."""
    message = {"uuid": UUID.format(1), "to": "+254712345678", "message": "text"}
    document_id = world.add({"messages": [{**message, missing: ""}]})
    send(world)
    world.loop.run(world.sender().send_document(document_id))
    assert world.rapidpro.requests == []


def test_unknown_document(world: World) -> None:
    """A document that is gone has nothing to send."""
    world.loop.run(world.sender().send_document("gone"))
    assert world.rapidpro.requests == []


def test_task_of_several_messages(world: World) -> None:
    """Each message of a task is a broadcast; the task keeps the last reference only."""
    messages = [{"uuid": UUID.format(number), "to": "+254700000001", "message": "part"} for number in (10, 11)]
    world.add({"messages": messages})
    answers = iter([1, 2])
    world.rapidpro.answer = lambda _: as_json({"id": next(answers), "status": "queued"}, 201)
    send(world)
    assert [task["gateway_ref"] for task in world.tasks()] == [2]


OLD, NEW, LATEST = "4.13", "4.14", "5.2"
STAY = ("pending", None)
LOST = ("received-by-gateway", None)


@pytest.mark.parametrize(
    ("status", "body", "old", "new", "latest"),
    [
        (201, {"id": 7, "status": "queued"}, *[("received-by-gateway", 7)] * 3),
        (201, {"id": "7", "status": "sent"}, *[("sent", "7")] * 3),
        (201, {"id": 7, "status": "delivered"}, *[("delivered", 7)] * 3),
        (201, {"id": 7, "status": "failed"}, *[("failed", 7)] * 3),
        (201, {"id": 7, "status": "pending"}, STAY, *[("received-by-gateway", 7)] * 2),
        (201, {"id": 7, "status": 5}, STAY, *[("received-by-gateway", 7)] * 2),
        (201, {"id": 7, "status": ["sent"]}, STAY, *[("received-by-gateway", 7)] * 2),
        (201, {"id": 7}, STAY, *[("received-by-gateway", 7)] * 2),
        (201, {"uuid": "0199"}, STAY, LOST, LOST),
        (201, {"status": "queued"}, LOST, LOST, LOST),
        (201, {"id": None, "status": "queued"}, LOST, LOST, LOST),
        (200, {}, STAY, LOST, LOST),
        (200, [], STAY, LOST, LOST),
        (200, "thanks", STAY, LOST, LOST),
        (200, None, STAY, STAY, STAY),
        (200, "", STAY, STAY, STAY),
        *((200, nothing, STAY, STAY, STAY) for nothing in (0, False)),
        *((200, something, STAY, LOST, LOST) for something in (1, True)),
        (400, {"urns": ["Invalid"]}, STAY, ("failed", None), ("failed", None)),
        *((status, {"detail": "no"}, STAY, STAY, STAY) for status in (401, 403, 404, 405, 409, 422, 429, 500, 503)),
    ],
)
@pytest.mark.parametrize("name", [OLD, NEW, LATEST])
def test_answers(
    world: World,
    name: str,
    status: int,
    body: Any,
    old: tuple[str, Any],
    new: tuple[str, Any],
    latest: tuple[str, Any],
) -> None:
    """What an answer makes of a message, release by release."""
    world.set_key("a-token", name)
    world.add({})
    world.rapidpro.answer = lambda _: as_json(body, status)
    send(world, name)
    [task] = world.tasks()
    assert (task["state"], task.get("gateway_ref")) == {OLD: old, NEW: new, LATEST: latest}[name]


@pytest.mark.parametrize(
    ("status", "body", "log"),
    [
        (200, None, "empty response"),
        (200, {"status": "read"}, "no state for the status 'read'"),
        (200, {}, "no state for the status None"),
        (400, {"urns": ["Invalid"]}, "400"),
    ],
)
def test_log(world: World, status: int, body: Any, log: str) -> None:
    """The log names the message, and what was wrong with the answer."""
    world.set_key("a-token", OLD)
    world.add({})
    world.rapidpro.answer = lambda _: as_json(body, status)
    send(world, OLD)
    [line] = world.logged()
    assert line.startswith(f"message {UUID.format(10)}: {log}")


@pytest.mark.parametrize(("body", "kept"), [({"status": "queued"}, []), ({"status": "queued", "id": None}, [None])])
def test_no_reference(world: World, body: Any, kept: list[None]) -> None:
    """An id that is not there is not kept; one that is null is."""
    world.add({})
    world.rapidpro.answer = lambda _: as_json(body, 201)
    send(world)
    assert [value for name, value in world.tasks()[0].items() if name == "gateway_ref"] == kept


@pytest.mark.parametrize(
    ("status", "body", "details"),
    [(400, {"urns": ["Invalid"]}, "Failed"), (201, {"id": 7, "status": "wired"}, "Wired")],
)
def test_details(world: World, status: int, body: Any, details: str) -> None:
    """The details name what RapidPro said, or that it refused."""
    world.add({})
    world.rapidpro.answer = lambda _: as_json(body, status)
    send(world)
    assert world.tasks()[0]["state_details"] == details


def test_batch_goes_on(world: World) -> None:
    """An error, a 429 too, does not keep the next message from being tried."""
    for _ in range(5):
        world.add({})
    world.rapidpro.answer = lambda _: web.Response(status=429, headers={"Retry-After": "3600"})
    send(world)
    assert len(world.rapidpro.requests) == 5


def test_no_save_between(world: World, faults: Faults) -> None:
    """Until the last message has its answer, nothing is saved."""
    for _ in range(3):
        world.add({})
    states = []

    def answer(_: object) -> web.Response:
        states.append(world.states())
        return as_json({"id": 7, "status": "queued"}, 201)

    world.rapidpro.answer = answer
    send(world)
    assert states == [["pending"] * 3] * 3


@pytest.mark.parametrize("settings", [{}, {"sms": None}, {"sms": {"outgoing_service": "medic-gateway"}}])
def test_other_service(world: World, settings: dict[str, Any]) -> None:
    """Where RapidPro is not the service nothing is read and nothing sent."""
    document_id = world.add({})
    world.settings = settings
    send(world)
    world.loop.run(world.sender().send_document(document_id))
    assert world.journal.exchanges() == []


@pytest.mark.parametrize("service", [None, {}, {"url": ""}, {"url": None}])
def test_no_url(world: World, service: Any) -> None:
    """Without a URL the round is given up before the first message."""
    world.add({})
    world.settings["sms"]["rapidpro"] = service
    with pytest.raises(UpstreamError, match=r"^No RapidPro URL configured\.$"):
        send(world)


@pytest.mark.parametrize("name", ["3.11", "5.2"])
def test_no_key(world: World, name: str) -> None:
    """Without a key, or with an empty one, the round is given up before the first message."""
    world.add({})
    world.set_key("", name)
    with pytest.raises(UpstreamError, match=r"^No api key configured\.$"):
        send(world, name)


def test_lost_save_sends_again(world: World, faults: Faults) -> None:
    """What could not be saved is pending, and goes out again."""
    world.add({})
    faults.add(Fault(FaultKind.STATUS, path="*/_bulk_docs", status=503, count=1))
    gateway = world.gateway()
    world.loop.call_soon(gateway.start)
    world.loop.advance(125)
    gateway.stop()
    assert [request.method for request in world.rapidpro.requests].count("POST") == 2


@pytest.mark.parametrize("status", [*STATUS_MAP, "pending", "read", "handled", "constructor", "", None, 7, [], {}])
def test_map(status: Any) -> None:
    """Every release maps the seven statuses; any other is an error until 4.13 and queued since 4.14."""
    known = STATUS_MAP.get(status) if isinstance(status, str) else None
    assert map_status(status, release("4.13")) == known
    assert map_status(status, release("4.14")) == (known or STATUS_MAP["queued"])
