"""People, places, contacts and reports: made, read one by one, in pages, and exported."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Instance

PLACES: tuple[dict[str, Any], ...] = (
    {"_id": "d", "type": "district_hospital", "name": "Nyanza"},
    {"_id": "h", "type": "health_center", "name": "Kisumu", "parent": {"_id": "d"}},
)
PEOPLE: tuple[dict[str, Any], ...] = tuple(
    {"_id": f"p{number}", "type": "person", "name": name, "parent": {"_id": "h", "parent": {"_id": "d"}}}
    for number, name in enumerate(("Akinyi Otieno", "Baraka", "Chebet"))
)
REPORT: dict[str, Any] = {
    "_id": "r",
    "type": "data_record",
    "form": "PREG",
    "fields": {"patient_id": "p1"},
    "contact": {"_id": "p0"},
}


def filled(cht: Instance) -> Instance:
    for document in (*PLACES, *PEOPLE, REPORT):
        cht.database.put(document)
    return cht


def get(cht: Instance, path: str, user: str = "admin") -> Any:
    return cht.ask("GET", path, user=user)


def post(cht: Instance, path: str, data: Any, user: str = "admin") -> Any:
    return cht.ask("POST", path, json=data, user=user)


def test_person_is_made(cht: Instance) -> None:
    """A person is stored below their place, whose chain of ids is kept."""
    filled(cht)

    answer = post(cht, "/api/v1/people", {"name": "Dafina", "place": "h", "phone": "+254712345678"}).json()

    person = cht.database.get(answer["id"])
    assert answer["rev"] == person["_rev"]
    assert (person["type"], person["parent"]) == ("person", {"_id": "h", "parent": {"_id": "d"}})
    assert person["reported_date"] == pytest.approx(cht.api.context.milliseconds(), abs=100)


def test_place_is_made(cht: Instance) -> None:
    """A place is stored with those above it, and its contact below it; a type of the project is in `contact_type`."""
    cht.configure(contact_types=[{"id": "health_center"}, {"id": "household", "parents": ["health_center"]}])
    filled(cht)

    answer = post(cht, "/api/v1/places", {"name": "One", "type": "household", "parent": "h", "contact": {"name": "E"}})

    place = cht.database.get(answer.json()["id"])
    assert (place["type"], place["contact_type"], place["parent"]) == (
        "contact",
        "household",
        {"_id": "h", "parent": {"_id": "d"}},
    )
    assert cht.database.get(place["contact"]["_id"])["parent"]["_id"] == place["_id"]


def test_place_is_changed(cht: Instance) -> None:
    """A place gets another contact and another name."""
    filled(cht)

    answer = post(cht, "/api/v1/places/h", {"contact": "p1", "name": "Kisumu East"}).json()

    place = cht.database.get("h")
    assert (answer["id"], place["name"], place["contact"]["_id"]) == ("h", "Kisumu East", "p1")


@pytest.mark.parametrize(
    ("path", "data", "status", "error"),
    [
        ("people", {}, 400, 'Person is missing a "name" property.'),
        ("people", {"name": 1}, 400, 'Property "name" must be a string.'),
        ("people", {"name": "A", "type": "clinic"}, 400, "Wrong type, this is not a person."),
        ("people", {"name": "A", "place": "nowhere"}, 404, "Failed to find place."),
        ("people", {"name": "A", "reported_date": "today"}, 400, "Reported date is invalid: today"),
        ("places", {"name": "A"}, 400, 'Place is missing a "type" property.'),
        ("places", {"name": "A", "type": "person"}, 400, "Wrong type, this is not a place."),
        ("places", {"name": "A", "type": "village"}, 400, "Wrong type, this is not a place."),
        ("places/nowhere", {"name": "A"}, 404, "Failed to find place."),
        ("places/h", {}, 400, "Place has not changed."),
    ],
)
def test_refused(cht: Instance, path: str, data: Any, status: int, error: str) -> None:
    """What is missing, and what is of another kind, is refused in words."""
    answer = post(filled(cht), f"/api/v1/{path}", data)

    assert (answer.status, answer.json()["error"]) == (status, error)


@pytest.mark.parametrize("path", ["people", "places", "places/h", "users"])
def test_who_may_write(cht: Instance, path: str) -> None:
    """Each of them needs a permission, and JSON."""
    assert post(cht, f"/api/v1/{path}", {"name": "A"}, user="nurse").status == 403
    assert cht.ask("POST", f"/api/v1/{path}", data="x", user="admin").json() == {
        "code": 400,
        "error": "Content-Type must be application/json",
    }


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("person/p0", "p0"),
        ("place/h", "h"),
        ("contact/h", "h"),
        ("report/r", "r"),
        ("person/h", "Person not found"),
        ("place/p0", "Place not found"),
        ("contact/r", "Contact not found"),
        ("report/nothing", "Report not found"),
    ],
)
def test_one(cht: Instance, path: str, found: str) -> None:
    """A document is given to those who ask for its kind."""
    answer = get(filled(cht), f"/api/v1/{path}").json()

    assert answer.get("_id", answer.get("error")) == found


def test_lineage(cht: Instance) -> None:
    """The lineage is inlined where it is asked for."""
    filled(cht)

    assert get(cht, "/api/v1/person/p0").json()["parent"] == {"_id": "h", "parent": {"_id": "d"}}
    assert get(cht, "/api/v1/person/p0?with_lineage=true").json()["parent"]["parent"]["name"] == "Nyanza"


def test_pages(cht: Instance) -> None:
    """Pages follow each other by their cursors; the last one has none."""
    filled(cht)

    first = get(cht, "/api/v1/person?type=person&limit=2").json()
    second = get(cht, f"/api/v1/person?type=person&limit=2&cursor={first['cursor']}").json()

    assert [each["_id"] for each in first["data"]] == ["p0", "p1"]
    assert ([each["_id"] for each in second["data"]], second["cursor"]) == (["p2"], None)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("contact/uuid?type=person", ["p0", "p1", "p2"]),
        ("contact/uuid?freetext=oti", ["p0"]),
        ("contact/uuid?type=person&freetext=kis", []),
        ("report/uuid?freetext=patient_id:p1", ["r"]),
    ],
)
def test_ids(cht: Instance, path: str, found: list[str]) -> None:
    """Ids are found by type, by the beginning of a word, and by the value of a member."""
    assert get(filled(cht), f"/api/v1/{path}").json() == {"data": found, "cursor": None}


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("person?type=clinic", "Invalid contact type [clinic]."),
        ("place", "Invalid contact type [undefined]."),
        ("person?type=person&limit=0", "The limit must be a positive number: [0]."),
        ("person?type=person&limit=٣", 'The limit must be a positive number: ["٣"].'),
        ("person?type=person&cursor=-1", "The cursor must be a string or null for first page: [-1]."),
        ("contact/uuid", "Either query param freetext or type is required"),
        ("report/uuid?freetext=a", "Invalid freetext [a]."),
    ],
)
def test_odd_questions(cht: Instance, path: str, error: str) -> None:
    """Types, limits, cursors and searches that cannot be are refused."""
    assert get(filled(cht), f"/api/v1/{path}").json() == {"code": 400, "error": error}


def test_who_may_read(cht: Instance) -> None:
    """Reading needs a permission, and an online user."""
    filled(cht)

    assert get(cht, "/api/v1/person/p0", user="nurse").json()["error"] == "Insufficient privileges"
    assert get(cht, "/api/v1/person/p0", user="chw").json()["error"] == "forbidden"


@pytest.mark.parametrize(("release", "status"), [("4.8", 404), ("4.9", 200)])
def test_since(build: Callable[..., Instance], release: str, status: int) -> None:
    """Before the release that brought an API, CouchDB is asked, and does not know it."""
    assert get(filled(build(release)), "/api/v1/person/p0").status == status


def message(uuid: str, state: str, **members: Any) -> dict[str, Any]:
    return {
        "_id": f"m-{uuid}",
        "type": "data_record",
        "reported_date": 1000,
        "tasks": [
            {"state": state, "messages": [{"uuid": uuid, "to": "0712", "message": 'Visit "tomorrow"'}], **members}
        ],
    }


def rows(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_export_of_messages(cht: Instance) -> None:
    """Messages are exported as CSV; one that waits to be sent stands there twice, since 3.6."""
    history = [{"state": "sent", "timestamp": "2026-03-02T08:00:00.000Z"}]
    cht.database.put(message("u1", "pending"))
    cht.database.put(message("u2", "sent", state_history=history))

    answer = get(cht, "/api/v2/export/messages")

    assert answer.headers["Content-Type"].startswith("text/csv")
    found = rows(answer)
    assert sorted((row["id"], row["message_state"]) for row in found) == [
        ("m-u1", "pending"),
        ("m-u1", "pending"),
        ("m-u2", "sent"),
    ]
    (sent,) = [row for row in found if row["id"] == "m-u2"]
    assert (sent["to_phone"], sent["content"]) == ("0712", 'Visit "tomorrow"')
    assert sent["sent_timestamp"] == "2026-03-02T08:00:00.000Z"


def test_export_of_a_period(cht: Instance) -> None:
    """Messages of a period are those of documents that were reported in it."""
    cht.database.put(message("u1", "sent"))

    assert len(rows(get(cht, "/api/v2/export/messages?filters[date][from]=1000"))) == 1
    assert rows(get(cht, "/api/v2/export/messages?filters[date][from]=1001")) == []
    assert rows(get(cht, "/api/v2/export/messages?filters[date][to]=999")) == []


def test_export_of_contacts(cht: Instance) -> None:
    """Contacts are exported with their kinds."""
    found = rows(get(filled(cht), "/api/v2/export/contacts"))

    assert [(row["id"], row["name"], row["type"]) for row in found][:2] == [
        ("d", "Nyanza", "district_hospital"),
        ("h", "Kisumu", "health_center"),
    ]


@pytest.mark.parametrize("what", ["messages", "contacts"])
def test_who_may_export(cht: Instance, what: str) -> None:
    """Exporting needs a permission."""
    assert get(cht, f"/api/v2/export/{what}", user="nurse").status == 403


def test_built_in_types_are_only_those_that_the_settings_list(cht: Instance) -> None:
    """Where a project lists its types of contacts, the usual ones are no places any more (cht-sentinel 10.1)."""
    cht.configure(contact_types=[{"id": "household"}])
    answer = post(cht, "/api/v1/places", {"name": "One", "type": "clinic"})
    assert (answer.status, answer.json()["error"]) == (400, "Wrong type, this is not a place.")
