from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.faults import Fault, FaultKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.faults import Faults

    from .conftest import Instance

DAY = 24 * 60 * 60 * 1000


def test_info(cht: Instance) -> None:
    """Anybody may know the version of the api's package."""
    assert cht.ask("GET", "/api/info").text == '{"version":"0.1.0"}'


def test_head(cht: Instance) -> None:
    """HEAD is GET without a body."""
    answer = cht.ask("HEAD", "/api/info")
    assert (answer.status, answer.text) == (200, "")


def test_setup_poll(cht: Instance) -> None:
    """Anybody may know that the instance is ready."""
    assert cht.ask("GET", "/setup/poll").json()["ready"] is True


@pytest.mark.parametrize(("user", "status"), [(None, 401), ("chw", 200)])
def test_deploy_info(cht: Instance, user: str | None, status: int) -> None:
    """Users may know the release."""
    answer = cht.ask("GET", "/api/deploy-info", user=user)
    assert (answer.status, answer.json().get("version")) == (status, "5.2.0" if user else None)


def test_no_deploy_info(build: Callable[..., Instance]) -> None:
    """Before 4.0 they ask CouchDB for it, in vain."""
    assert build("3.17").ask("GET", "/api/deploy-info", user="boss").status == 404


def test_date_is_the_simulations(cht: Instance) -> None:
    """The date on an answer is the clock's."""
    assert cht.ask("GET", "/api/info").headers["Date"] == "Mon, 02 Mar 2026 08:00:00 GMT"


PEOPLE: list[dict[str, Any]] = [
    {"_id": "hc", "type": "health_center", "name": "Centre", "contact": {"_id": "chief"}},
    {"_id": "clinic", "type": "clinic", "parent": {"_id": "hc"}},
    {"_id": "chief", "type": "person", "name": "Chief", "phone": "+254700000001"},
    {
        "_id": "ann",
        "type": "person",
        "name": "Ann",
        "phone": "+254712345678",
        "parent": {"_id": "clinic", "parent": {"_id": "hc"}},
    },
    {"_id": "twin", "type": "person", "phone": "+254700000001"},
]


@pytest.fixture
def inhabited(cht: Instance) -> Instance:
    for person in PEOPLE:
        cht.database.put(dict(person))
    return cht


def ask_phone(cht: Instance, phone: str, user: str | None = "gw") -> Any:
    return cht.ask("GET", f"/api/v1/contacts-by-phone?phone={phone}", user=user, accept=None)


@pytest.mark.parametrize("phone", ["%2B254712345678", "+254712345678", "0712345678", "254712345678"])
def test_contact(inhabited: Instance, phone: str) -> None:
    """A contact is found by its number, however it is written, with its parents inlined (cht 9.2)."""
    answer = ask_phone(inhabited, phone)
    [contact] = answer.json()["docs"]
    parent = contact["parent"]
    assert (answer.status, contact["name"], parent["type"]) == (200, "Ann", "clinic")
    assert (parent["parent"]["name"], parent["parent"]["contact"]["name"]) == ("Centre", "Chief")


def test_contact_by_post(inhabited: Instance) -> None:
    """The number may stand in a JSON body; that of the query counts first."""
    body = {"phone": "+254712345678"}
    found = inhabited.ask("POST", "/api/v1/contacts-by-phone", json=body, user="gw")
    other = inhabited.ask("POST", "/api/v1/contacts-by-phone?phone=%2B254700000001", json=body, user="gw")
    assert [each["_id"] for each in found.json()["docs"] + other.json()["docs"]] == ["ann", "chief", "twin"]


def test_no_contact(inhabited: Instance) -> None:
    """A number that nobody has is not found."""
    answer = ask_phone(inhabited, "0712999999")
    assert (answer.status, answer.json()) == (404, {"error": "not_found", "reason": "no matches found"})


@pytest.mark.parametrize("phone", ["", "MEDIC", "12"])
def test_no_number(inhabited: Instance, phone: str) -> None:
    """What is no number is refused, always in JSON."""
    answer = ask_phone(inhabited, phone)
    assert (answer.status, answer.json()["error"]) == (400, "bad_request")


@pytest.mark.parametrize(("user", "status"), [("chw", 403), (None, 401)])
def test_contact_refused(inhabited: Instance, user: str | None, status: int) -> None:
    """Only online users may ask."""
    assert ask_phone(inhabited, "0712345678", user).status == status


@pytest.fixture
def busy(cht: Instance) -> Instance:
    """An instance with messages in many states, all due yesterday but one."""
    yesterday = cht.api.context.milliseconds() - DAY
    states = ["pending", "sent", "delivered", "failed", "muted"]
    for number, state in enumerate(states):
        task = {"messages": [{"uuid": state, "to": "+254712345678", "message": "x"}], "state": state}
        history = [{"state": state, "timestamp": "2026-03-01T08:00:00.000Z"}]
        due = 0 if state == "muted" else yesterday + number
        tasks = [{**task, "timestamp": due, "state_history": history}]
        cht.database.put({"_id": state, "type": "data_record", "reported_date": due, "tasks": tasks})
    return cht


def test_monitoring(busy: Instance) -> None:
    """Anybody may know how many messages are in which state (cht 9.4)."""
    answer = busy.ask("GET", "/api/v2/monitoring").json()
    outgoing = answer["messaging"]["outgoing"]
    assert outgoing["total"] == {"due": 4, "scheduled": 0, "muted": 1, "failed": 1, "delivered": 2}
    assert outgoing["seven_days"] == {"due": 4, "scheduled": 0, "muted": 0, "failed": 1, "delivered": 2}
    assert outgoing["last_hundred"]["final"] == {"sent": 1, "delivered": 1, "failed": 1}


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_monitoring_is_whole(cht: Instance, version: str) -> None:
    """Monitoring tells of databases, dates, backlogs and counts, in both versions."""
    answer = cht.ask("GET", f"/api/{version}/monitoring").json()

    assert list(answer) == [
        *("version", "couchdb", "date", "sentinel", "outbound_push", "feedback", "conflict", "replication_limit"),
        *("connected_users", "messaging"),
    ]
    assert [each["name"] for each in answer["couchdb"].values()] == [
        *("medic", "medic-sentinel", "medic-users-meta", "_users"),
    ]
    medic = answer["couchdb"]["medic"]
    assert (medic["update_sequence"], medic["doc_count"]) == (cht.database.update_seq, len(cht.database.ids))
    assert "medic-sms" in [each["name"] for each in medic["view_indexes"]]
    assert answer["date"]["current"] > 1772438400000


def test_monitoring_counts(cht: Instance) -> None:
    """Queued pushes, feedback, conflicts, users with too many documents, and who was there lately are counted."""
    now = 1772438400000
    documents: dict[str, list[dict[str, Any]]] = {
        "medic-sentinel": [{"_id": "task:outbound:a"}, {"_id": "a-info"}],
        "medic-users-meta": [{"_id": "feedback-1"}, {"_id": "telemetry-1"}],
        "medic-logs": [
            {"_id": "replication-count-a", "count": 10_001},
            {"_id": "replication-count-b", "count": 10_000},
            {"_id": "connected-user-a", "timestamp": now - 2 * 86_400_000},
            {"_id": "connected-user-b", "timestamp": now - 8 * 86_400_000},
        ],
    }
    for name, each in documents.items():
        cht.couch.database(name).bulk(each)
    cht.database.put({"_id": "c"})
    cht.database.replicate(
        {"_id": "c", "_rev": "1-0000000000000000000000000000000f", "_revisions": {"start": 1, "ids": ["0" * 31 + "f"]}}
    )

    answer = cht.ask("GET", "/api/v2/monitoring").json()
    assert answer["outbound_push"] == {"backlog": 1}
    counted = ("feedback", "conflict", "replication_limit", "connected_users")
    assert [answer[name]["count"] for name in counted] == [1, 1, 1, 1]
    longer = cht.ask("GET", "/api/v2/monitoring?connected_user_interval=9").json()
    assert longer["connected_users"]["count"] == 2


def test_monitoring_about(cht: Instance) -> None:
    """Monitoring tells the versions and the backlogs."""
    answer = cht.ask("GET", "/api/v2/monitoring").json()
    assert (answer["version"]["app"], answer["version"]["couchdb"]) == ("5.2.0", "3.5.0")
    assert answer["outbound_push"] == {"backlog": 0}


def test_monitoring_version_1(busy: Instance) -> None:
    """The first version knows the totals only."""
    state = busy.ask("GET", "/api/v1/monitoring").json()["messaging"]["outgoing"]["state"]
    assert (state["due"], state["muted"]) == (4, 1)


def test_monitoring_never_fails(cht: Instance, faults: Faults) -> None:
    """What cannot be read is -1."""
    cht.rest()  # until the feed, an error of which would end the process, is followed
    faults.add(Fault(FaultKind.STATUS, to="couch.internal", status=500))
    answer = cht.ask("GET", "/api/v2/monitoring")
    assert (answer.status, answer.json()["messaging"]["outgoing"]["total"]["due"]) == (200, -1)
    assert answer.json()["sentinel"] == {"backlog": -1}
    assert answer.json()["couchdb"]["medic"]["doc_count"] == -1
