"""The views of CHT's main database (spec 7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.cht.couch.cht_designs import design_documents

if TYPE_CHECKING:
    from rapidpro_simulator.cht.couch import Database

VIEWS = [
    (document["_id"].removeprefix("_design/"), view)
    for sibling, document in design_documents("5.2.0")
    for view in document["views"]
    if not sibling and view != "lib"
]
MESSAGE = {"uuid": "u1", "to": "0712345678", "message": "hi"}
VALUE = {"content": "hi", "to": "0712345678", "id": "u1"}


def report(**members: Any) -> dict[str, Any]:
    return {"_id": "r1", "type": "data_record", "reported_date": 1000, **members}


def task(state: str = "pending", **members: Any) -> dict[str, Any]:
    return {"state": state, "messages": [MESSAGE], **members}


def rows(database: Database, path: str, *documents: dict[str, Any]) -> list[tuple[Any, Any]]:
    """Return the keys and values of the view `design/name` over `documents`."""
    database.bulk(documents)
    return [(row.key, row.value) for row in database.view(*path.split("/")).rows]


@pytest.mark.parametrize("list_name", ["tasks", "scheduled_tasks"])
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (task("sent", gateway_ref="b1"), [("sent", {"id": "u1", "gateway_ref": "b1"})]),
        (task("sent", gateway_ref=7), [("sent", {"id": "u1", "gateway_ref": 7})]),
        (task("sent"), []),
        (task("sent", gateway_ref=""), []),
        (task("sent", gateway_ref=0), []),
        (task("sent", gateway_ref="b1", messages=[{**MESSAGE, "uuid": ""}]), []),
        (task("sent", gateway_ref="b1", messages=[{"uuid": "u1", "to": "1"}]), []),
        ({"state": "sent", "gateway_ref": "b1"}, []),
    ],
)
def test_gateway_messages_by_state(medic: Database, list_name: str, given: dict[str, Any], expected: list[Any]) -> None:
    """A complete message whose task has a reference stands under the state of its task (spec 7.1)."""
    assert rows(medic, "medic-sms/gateway_messages_by_state", report(**{list_name: [given]})) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"tasks": [task(gateway_ref=17)]}, [(17, "u1")]),
        ({"tasks": [task(gateway_ref="17", messages=[{}])]}, [("17", None)]),
        ({"tasks": [task()]}, []),
        ({"sms_message": {"gateway_ref": "run-1"}}, [("run-1", None)]),
        ({"sms_message": {"gateway_ref": "run-1", "uuid": "u9"}}, [("run-1", "u9")]),
        ({"sms_message": {"gateway_ref": ""}}, []),
        ({"sms_message": {"gateway_ref": "run-1"}, "type": "person"}, []),
    ],
)
def test_messages_by_gateway_ref(medic: Database, given: dict[str, Any], expected: list[Any]) -> None:
    """Sent and received messages stand under the reference of the gateway, its JSON type kept (spec 7.2)."""
    assert rows(medic, "medic-sms/messages_by_gateway_ref", report(**given)) == expected


def test_messages_by_uuid(medic: Database) -> None:
    """Messages stand under their uuid, those without one nowhere (spec 7.3)."""
    given = report(tasks=[task(messages=[{"uuid": "u2"}, {}])], scheduled_tasks=[task(), {"state": "scheduled"}])
    assert rows(medic, "medic-sms/messages_by_uuid", given) == [("u1", None), ("u2", None)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (task("pending"), [(["pending", 1000], VALUE), (["pending-or-forwarded", 1000], VALUE)]),
        (
            task("forwarded-to-gateway", due=5),
            [(["forwarded-to-gateway", 5], VALUE), (["pending-or-forwarded", 5], VALUE)],
        ),
        (task("sent", due="2026-12-01T09:00:00.000Z"), [(["sent", 1_796_115_600_000], VALUE)]),
        (task("sent", due="2026-12-01T12:00:00.000+03:00"), [(["sent", 1_796_115_600_000], VALUE)]),
        (task("sent", timestamp="2026-12-01T09:00:00Z"), [(["sent", 1_796_115_600_000], VALUE)]),
        (task("sent", due="soon"), [(["sent", None], VALUE)]),
        ({"state": "scheduled", "due": 7}, [(["scheduled", 7], {})]),
        ({"state": "scheduled", "messages": []}, []),
        (task("pending", messages=[{"uuid": "u1", "to": "1", "message": ""}]), []),
    ],
)
def test_messages_by_state(medic: Database, given: dict[str, Any], expected: list[Any]) -> None:
    """Messages stand under state and due time, those to be sent twice; tasks without messages too (spec 7.4)."""
    assert rows(medic, "medic/messages_by_state", report(tasks=[given])) == expected


def test_without_any_date(medic: Database) -> None:
    """What has no due time is never selected for sending: null sorts before 0 (spec 5.2)."""
    given = {"_id": "r1", "tasks": [task("pending")]}
    assert rows(medic, "medic/messages_by_state", given)[1][0] == ["pending-or-forwarded", None]


@pytest.mark.parametrize(
    ("state", "queues"),
    [
        ("pending", ["due"]),
        ("scheduled", ["scheduled"]),
        ("muted", ["muted"]),
        ("cleared", ["muted"]),
        ("denied", ["muted"]),
        ("duplicate", ["muted"]),
        ("sent", ["delivered", "due"]),
        ("delivered", ["delivered", "due"]),
        ("failed", ["due", "failed"]),
        ("clear", ["due"]),
    ],
)
def test_message_queue(medic: Database, state: str, queues: list[str]) -> None:
    """What was delivered or has failed is counted as due as well (spec 7)."""
    found = rows(medic, "medic-admin/message_queue", report(tasks=[task(state, due=5)]))
    assert [key for key, _ in found] == [[queue, 5] for queue in queues]
    assert (found[0][1]["sms"], found[0][1]["record"]["id"]) == (MESSAGE, "r1")


@pytest.mark.parametrize(
    ("given", "key"),
    [
        (
            task("sent", state_history=[{"timestamp": 1}, {"timestamp": "1970-01-01T00:00:02Z"}]),
            ["final", 2000, "sent"],
        ),
        (task("denied", timestamp=5), ["muted", 5, "denied"]),
        (task("scheduled"), ["scheduled", 1000, "scheduled"]),
        (task("unrecognised"), ["pending", 1000, "unrecognised"]),
    ],
)
def test_messages_by_last_updated_state(medic: Database, given: dict[str, Any], key: list[Any]) -> None:
    """Tasks stand under their progress and the time of their last state (spec 7)."""
    assert rows(medic, "medic-sms/messages_by_last_updated_state", report(tasks=[given])) == [(key, None)]


def test_contacts_by_phone(medic: Database) -> None:
    """Contacts stand under their phone number as it is stored, other documents do not (spec 7)."""
    documents = [
        {"_id": "ann", "type": "person", "phone": "+254712345678"},
        {"_id": "bob", "type": "contact", "phone": "0712 345 678"},
        {"_id": "eve", "type": "clinic"},
        {"_id": "r1", "type": "data_record", "phone": "+1"},
    ]
    found = rows(medic, "medic-client/contacts_by_phone", *documents)
    assert found == [("+254712345678", None), ("0712 345 678", None)]


@pytest.mark.parametrize("tasks", [None, [], {}, "x", [None], [{"messages": [None]}], 7])
def test_odd_documents(medic: Database, tasks: Any) -> None:
    """A document in which tasks are something else spoils no view."""
    medic.bulk([report(tasks=tasks), {"_id": "r2", "tasks": [task(gateway_ref="b1")]}])
    for design, view in VIEWS:
        medic.view(design, view)
    assert "r2" in [row.id for row in medic.view("medic-sms", "gateway_messages_by_state").rows]
