from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.faults import Fault, FaultKind, FaultMoment

if TYPE_CHECKING:
    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.network import HttpResponse

    from .conftest import Instance

FORM: dict[str, Any] = {"message": "TEST hello 5", "from": "0712345678"}
RECORD: dict[str, Any] = {"_meta": {"form": "test", "from": "0712345678"}, "Name": "hello", "number": 5}


def post(cht: Instance, user: str | None = "gw", path: str = "/api/v2/records", **body: Any) -> HttpResponse:
    return cht.ask("POST", path, user=user, **body)


@pytest.mark.parametrize("path", ["/api/v1/records", "/api/v2/records"])
@pytest.mark.parametrize("body", [{"data": FORM}, {"json": RECORD}], ids=["form", "json"])
def test_stored(cht: Instance, path: str, body: dict[str, Any]) -> None:
    """A text message or a JSON record becomes a report."""
    answer = post(cht, path=path, **body)
    [record] = cht.records
    assert (answer.status, answer.json()) == (200, {"success": True, "id": record["_id"]})
    assert (record["form"], record["from"], record["fields"]) == (
        "TEST",
        "+254712345678",
        {"name": "hello", "number": 5},
    )


@pytest.mark.parametrize("user", ["admin", "gw", "chw"])
def test_allowed(cht: Instance, user: str) -> None:
    """Who may create records may, offline users too."""
    assert post(cht, user, data=FORM).status == 200


@pytest.mark.parametrize(("user", "status"), [(None, 401), ("nurse", 403)])
def test_refused(cht: Instance, user: str | None, status: int) -> None:
    """Nobody else may."""
    assert (post(cht, user, data=FORM).status, cht.records) == (status, [])


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({"json": {}}, "Missing _meta property."),
        ({"json": {"_meta": {}}}, "Missing required field: form"),
        ({"json": {"_meta": {"form": "NOPE"}}}, "Form not found: NOPE"),
        ({"data": {"message": "x"}}, "Missing required value: from"),
        ({"data": {"from": "x"}}, "Missing required field: message"),
        ({"data": "x", "headers": {"Content-Type": "text/plain"}}, None),
        ({"data": "{", "headers": {"Content-Type": "application/json"}}, None),
    ],
)
def test_invalid(cht: Instance, body: dict[str, Any], details: str | None) -> None:
    """What is missing is told as a server error (cht 9.1)."""
    expected = {"code": 500, "error": "Server error"} | ({"details": details} if details else {})
    answer = post(cht, **body)
    assert (answer.status, answer.json()) == (500, expected)


def test_invalid_in_text(cht: Instance) -> None:
    """A client of text reads the details behind the error."""
    assert post(cht, accept=None, json={}).text == 'Server error: "Missing _meta property."'


@pytest.mark.parametrize(("timestamp", "expected"), [("1772323200000", 1772323200000), ("2026-03-01", 1772323200000)])
def test_moment(cht: Instance, timestamp: str, expected: int) -> None:
    """The caller may say when it was sent."""
    post(cht, data={**FORM, "sent_timestamp": timestamp})
    post(cht, json={**RECORD, "_meta": {**RECORD["_meta"], "reported_date": timestamp}})
    assert [record["reported_date"] for record in cht.records] == [expected, expected]


def test_empty_values(cht: Instance) -> None:
    """Message and sender must be there, but may be empty."""
    assert post(cht, data={"message": "", "from": ""}).status == 200
    assert [error["code"] for error in cht.records[0]["errors"]] == ["sys.empty"]


def test_no_duplicates(cht: Instance) -> None:
    """A reference is stored, but nobody looks for it."""
    answers = [post(cht, data={**FORM, "gateway_ref": "a"}).status for _ in range(2)]
    assert answers == [200, 200]
    assert [record["sms_message"]["gateway_ref"] for record in cht.records] == ["a", "a"]


def test_meta_is_the_message(cht: Instance) -> None:
    """A JSON record keeps its `_meta` as its message; version 1 takes the locale from the query as well."""
    post(cht, path="/api/v1/records?locale=ne", json=RECORD)
    assert cht.records[0]["sms_message"] == {**RECORD["_meta"], "form": "TEST", "locale": "ne"}


def test_sent_at_once(cht: Instance) -> None:
    """The gateway hears of every stored record."""
    identifier = post(cht, data=FORM).json()["id"]
    assert cht.stored == [identifier]


def test_false_success(cht: Instance, faults: Faults) -> None:
    """A document that CouchDB did not take is a success without an id, and nothing is stored (H15)."""
    cht.configure(transitions={"update_clinics": True})
    faults.add(Fault(FaultKind.STATUS, to="couch.internal", method="PUT", path="/medic/*", status=409))
    answer = post(cht, data=FORM)
    assert (answer.status, answer.text) == (200, '{"success":true}')
    assert (cht.records, cht.stored) == ([], [])


def test_couch_is_gone(cht: Instance, faults: Faults) -> None:
    """A CouchDB that does not take the request as a whole is a server error."""
    faults.add(Fault(FaultKind.STATUS, path="/medic/_bulk_docs", status=503, moment=FaultMoment.AFTER))
    assert (post(cht, data=FORM).status, len(cht.records), cht.stored) == (500, 1, [])
