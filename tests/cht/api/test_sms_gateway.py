from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.network import HttpResponse

    from .conftest import Instance

PATH = "/api/sms"
JSON = {"Content-Type": "application/json"}
MESSAGE = {"id": "in-1", "from": "+254712345678", "content": "yo", "sms_sent": 1, "sms_received": 2}


def exchange(cht: Instance, body: dict[str, Any], **options: Any) -> HttpResponse:
    return cht.ask("POST", PATH, json=body, user="gw", **options)


def add_task(cht: Instance, name: str, state: str = "pending", **more: Any) -> None:
    task = {"messages": [{"uuid": name, "to": "0712345678", "message": f"text {name}"}], "state": state, **more}
    cht.database.put({"_id": f"doc {name}", "type": "data_record", "reported_date": 1000, "tasks": [task]})


def task(cht: Instance, name: str) -> dict[str, Any]:
    found: dict[str, Any] = cht.database.get(f"doc {name}")["tasks"][0]
    return found


@pytest.fixture
def serving(cht: Instance) -> Instance:
    """An instance that sends through cht-gateway."""
    cht.configure(sms={"outgoing_service": "medic-gateway"})
    return cht


@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
def test_announce(cht: Instance, path: str) -> None:
    """The gateway learns that it has come to the right place."""
    answer = cht.ask("GET", path, user="gw")
    assert (answer.status, answer.text) == (200, '{"medic-gateway":true}')


def test_slash_before_express_5(build: Callable[..., Instance]) -> None:
    """Before 4.22 the slash at the end is redirected."""
    answer = build("4.21").ask("GET", f"{PATH}/?a=b", user="gw")
    assert (answer.status, answer.headers["Location"]) == (301, "/api/sms?a=b")


@pytest.mark.parametrize(("user", "status"), [(None, 401), ("nurse", 403), ("gw", 200), ("admin", 200)])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_permission(cht: Instance, method: str, user: str | None, status: int) -> None:
    """Only gateways and administrators may use it."""
    assert cht.ask(method, PATH, json={}, user=user).status == status


@pytest.mark.parametrize(
    ("body", "content_type", "status", "error"),
    [
        ("{}", "application/json; charset=utf-8", 400, "Content-Type must be application/json"),
        ("a=b", "application/x-www-form-urlencoded", 400, "Content-Type must be application/json"),
        ("{", "application/json", 500, "Server error"),
        ('{"messages":null}', "application/json", 500, "Server error"),
        ('{"messages":{}}', "application/json", 500, "Server error"),
        ('{"updates":{}}', "application/json", 500, "Server error"),
    ],
)
def test_invalid(cht: Instance, body: str, content_type: str, status: int, error: str) -> None:
    """The content type must be exactly JSON, messages and updates lists."""
    answer = cht.ask("POST", PATH, data=body, user="gw", headers={"Content-Type": content_type})
    assert (answer.status, answer.json()["error"]) == (status, error)


def test_no_updates(cht: Instance) -> None:
    """Updates of null are none."""
    assert exchange(cht, {"updates": None}).json() == {"messages": []}


def test_states_that_cannot_be_saved(cht: Instance) -> None:
    """A task with a broken history makes CHT throw, and the gateway gets nothing."""
    message = {"uuid": "m1", "to": "+254712345678", "message": "hi"}
    task = {"state": "pending", "state_history": "x", "messages": [message]}
    cht.database.put({"_id": "broken", "type": "data_record", "reported_date": 1000, "tasks": [task]})
    assert exchange(cht, {"updates": [{"id": "m1", "status": "SENT"}]}).status == 500


def test_messages(cht: Instance) -> None:
    """Messages are stored; what is incomplete or known is skipped without a word."""
    answer = exchange(cht, {"messages": [MESSAGE, {"id": "in-2"}, "nonsense"]})
    again = exchange(cht, {"messages": [MESSAGE]})
    assert (answer.json(), again.json()) == ({"messages": []}, {"messages": []})
    assert [record["sms_message"]["gateway_ref"] for record in cht.records] == ["in-1"]


def test_copies_in_one_call(cht: Instance) -> None:
    """Two messages with one id in one call are both stored (H11)."""
    exchange(cht, {"messages": [MESSAGE, MESSAGE]})
    assert len(cht.records) == 2


@pytest.mark.parametrize(
    ("update", "state", "details"),
    [
        ({"status": "UNSENT"}, "received-by-gateway", None),
        ({"status": "PENDING"}, "forwarded-by-gateway", None),
        ({"status": "SENT"}, "sent", None),
        ({"status": "DELIVERED"}, "delivered", None),
        ({"status": "FAILED", "reason": "no credit"}, "failed", {"reason": "no credit"}),
        ({"status": "LOST"}, "unrecognised", {"gateway_status": "LOST"}),
        ({"status": 5}, "unrecognised", {"gateway_status": 5}),
        ({}, "unrecognised", {}),
    ],
)
def test_updates(cht: Instance, update: dict[str, Any], state: str, details: Any) -> None:
    """A status of the gateway is a state of CHT, and erases the reference (cht 2)."""
    add_task(cht, "a", "forwarded-to-gateway", gateway_ref="ref")
    exchange(cht, {"updates": [{"id": "a", **update}]})
    changed = task(cht, "a")
    assert (changed["state"], changed.get("state_details"), "gateway_ref" in changed) == (state, details, False)


def test_repeated_failure(cht: Instance) -> None:
    """A failure with a reason is noted again each time: an object is never the same."""
    add_task(cht, "a")
    failure = {"id": "a", "status": "FAILED", "reason": "no credit"}
    for _ in range(3):
        exchange(cht, {"updates": [failure]})
    assert [entry["state"] for entry in task(cht, "a")["state_history"]] == ["failed"] * 3


@pytest.mark.parametrize("identifier", ["unknown", None, 5, {"a": 1}])
def test_unknown_update(cht: Instance, identifier: Any) -> None:
    """An update of nobody's message is ignored."""
    add_task(cht, "a")
    assert exchange(cht, {"updates": [{"id": identifier, "status": "SENT"}]}).status == 200
    assert task(cht, "a")["state"] == "pending"


def test_outgoing(serving: Instance) -> None:
    """The gateway takes along what is pending, normalised, and again until it says what became of it."""
    add_task(serving, "a")
    add_task(serving, "b", "sent")
    expected = {"messages": [{"content": "text a", "to": "+254712345678", "id": "a"}]}
    assert [exchange(serving, {}).json() for _ in range(2)] == [expected, expected]
    assert (task(serving, "a")["state"], len(task(serving, "a")["state_history"])) == ("forwarded-to-gateway", 1)


def test_update_comes_first(serving: Instance) -> None:
    """What an update has settled is not handed out in the same call."""
    add_task(serving, "a")
    assert exchange(serving, {"updates": [{"id": "a", "status": "SENT"}]}).json() == {"messages": []}


def test_batch(serving: Instance) -> None:
    """At most 25 messages go in one call."""
    for number in range(30):
        add_task(serving, f"{number:02d}")
    assert [message["id"] for message in exchange(serving, {}).json()["messages"]] == [f"{n:02d}" for n in range(25)]


@pytest.mark.parametrize(
    ("sms", "count"),
    [
        ({"outgoing_service": "medic-gateway"}, 1),
        ({"outgoing_service": "rapidpro"}, 0),
        ({"duplicate_limit": 5}, 0),
        ({}, 0),
        (None, 1),
    ],
)
def test_service(cht: Instance, sms: Any, count: int) -> None:
    """Only the configured service gets messages; settings without a service disable them all."""
    cht.configure(sms=sms)
    add_task(cht, "a")
    assert len(exchange(cht, {}).json()["messages"]) == count
