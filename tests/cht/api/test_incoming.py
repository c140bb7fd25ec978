from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.world.faults import Fault, FaultKind
from rapidpro_simulator.world.network import HttpResponse, Latency

from .conftest import TOKEN, WEBHOOK, Instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal

MISSPELT = "/api/v1/sms/radpidpro/incoming-messages"
EMPTY = ("", 0, None, False)
MESSAGE: dict[str, Any] = {"id": "run-uuid-1", "from": "0712345678", "content": "hello there"}

BACKGROUND = re.compile("_changes|-audit/")  # what CHT asks of CouchDB beside a request


def test_stored(open_cht: Instance) -> None:
    """A message is stored as a data record, with its sender normalised and its text as it came (cht 1.7)."""
    answer = open_cht.receive({**MESSAGE, "extra": True})
    [record] = open_cht.records
    assert (answer.status, answer.text) == (200, '{"saved":1}')
    assert {name: value for name, value in record.items() if not name.startswith("_")} == {
        "type": "data_record",
        "from": "+254712345678",
        "errors": [],
        "tasks": [],
        "fields": {},
        "reported_date": record["reported_date"],
        "sms_message": {
            "type": "sms_message",
            "message": "hello there",
            "form": "HELLO",
            "from": "0712345678",
            "gateway_ref": "run-uuid-1",
        },
    }


def test_reported_now(open_cht: Instance) -> None:
    """The time of a message is the server's, in milliseconds."""
    open_cht.receive({**MESSAGE, "reported_date": 1})
    now = open_cht.api.context.milliseconds()
    assert now - 100 < open_cht.records[0]["reported_date"] <= now


def test_report(open_cht: Instance) -> None:
    """The text of a configured form becomes a report with its fields."""
    open_cht.receive({**MESSAGE, "content": "TEST hello 5"})
    assert (open_cht.records[0]["form"], open_cht.records[0]["fields"]) == ("TEST", {"name": "hello", "number": 5})


@pytest.mark.parametrize(
    ("authorization", "error"),
    [
        (None, "Missing authorization token"),
        ("Tokens abc", "Missing authorization token"),
        ("token abc", "Missing authorization token"),
        ("Token", "Missing authorization token"),
        ("Token ", "Missing authorization token"),
        ("Token wrong token", "Incorrect token"),
        ("Token incoming-token x", "Incorrect token"),
        ("Basic YWRtaW46cGFzcw==", "Missing authorization token"),
    ],
)
def test_token(open_cht: Instance, authorization: str | None, error: str) -> None:
    """Only the exact token opens the webhook, and only with the scheme in its exact case (cht 1.2)."""
    headers = {"Authorization": authorization} if authorization else {}
    answer = open_cht.ask("POST", WEBHOOK, json=MESSAGE, headers=headers)
    assert (answer.status, answer.json()) == (403, {"code": 403, "error": error})
    assert "WWW-Authenticate" not in answer.headers


def test_no_key(cht: Instance) -> None:
    """Without a key nobody gets in."""
    answer = cht.receive(MESSAGE)
    assert (answer.status, answer.json()["error"]) == (403, "No incoming key configured")


def test_blanks_in_token(cht: Instance) -> None:
    """Blanks inside a token belong to it, those before it do not."""
    cht.set_credential("rapidpro:incoming", "two words")
    assert cht.receive(MESSAGE, token="Token   two words").status == 200


def test_newline_in_key(cht: Instance) -> None:
    """A key that was saved with a newline at its end never matches (H13)."""
    cht.set_credential("rapidpro:incoming", f"{TOKEN}\n")
    assert cht.receive(MESSAGE).json()["error"] == "Incorrect token"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ('{"id":', "application/json"),
        ("null", "application/json"),
        ("5", "application/json"),
        ('"text"', "application/json"),
        ("{}", "application/json; charset=latin1"),
        ('{"id":NaN}', "application/json"),
        ("\xff", "application/json"),
    ],
)
def test_malformed(open_cht: Instance, body: str, content_type: str) -> None:
    """What is no JSON object or array is a server error, whoever sent it (cht 1.3)."""
    answer = open_cht.ask("POST", WEBHOOK, data=body.encode("latin1"), headers={"Content-Type": content_type})
    assert (answer.status, answer.json()) == (500, {"code": 500, "error": "Server error"})


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", "application/json"),
        ("{}", "application/json; charset=utf-8"),
        (json.dumps([MESSAGE]), "application/json"),
        (json.dumps(MESSAGE), "text/plain"),
        (json.dumps(MESSAGE), "application/vnd.api+json"),
        (json.dumps(MESSAGE), None),
        ("id=1&from=2&content=3", "application/x-www-form-urlencoded"),
        *(
            (json.dumps({**MESSAGE, name: value}), "application/json")
            for name in MESSAGE
            for value in ("", 0, None, False)
        ),
    ],
)
def test_incomplete(open_cht: Instance, body: str, content_type: str | None) -> None:
    """What lacks an id, a sender or a text, or is not JSON, is not saved."""
    headers = {"Authorization": f"Token {TOKEN}"} | ({"Content-Type": content_type} if content_type else {})
    answer = open_cht.ask("POST", WEBHOOK, data=body.encode(), headers=headers)
    assert (answer.status, answer.json()) == (400, {"code": 400, "error": "Message was not saved"})
    assert open_cht.records == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"id": 42}, {"gateway_ref": 42, "form": "HELLO"}),
        ({"content": 7}, {"message": 7}),
        ({"content": {"text": "x"}}, {"message": {"text": "x"}}),
        ({"content": "   "}, {"message": "   "}),
        ({"from": 712345678}, {"from": 712345678}),
        ({"from": {"phone": 1}}, {"from": {"phone": 1}}),
    ],
)
def test_odd_values(open_cht: Instance, change: dict[str, Any], expected: dict[str, Any]) -> None:
    """Values of other types are stored as they came; only text is read as a form (cht 1.4)."""
    assert open_cht.receive({**MESSAGE, **change}).status == 200
    message = open_cht.records[0]["sms_message"]
    assert open_cht.records[0]["from"] == change.get("from", "+254712345678")
    assert {name: message[name] for name in expected} == expected
    assert ("form" in message) == ("form" in expected or ("content" not in change and "from" in change))


def test_blank_text(open_cht: Instance) -> None:
    """A text of blanks is stored, and complained about in the document only."""
    open_cht.receive({**MESSAGE, "content": "   "})
    assert [error["code"] for error in open_cht.records[0]["errors"]] == ["sys.empty"]


@pytest.mark.parametrize(
    ("first", "second", "stored"),
    [
        ("a", "a", 1),
        ("a", "b", 2),
        (42, 42, 1),
        (42, "42", 2),
        (1, True, 2),
        ({"a": 1}, {"a": 1}, 2),
        ([1], [1], 2),
    ],
)
def test_duplicates(open_cht: Instance, first: Any, second: Any, stored: int) -> None:
    """A second message with the identical id is a 400 (H9); objects are never identical."""
    answers = [open_cht.receive({**MESSAGE, "id": identifier}).status for identifier in (first, second)]
    assert (answers, len(open_cht.records)) == ([200, 200 if stored == 2 else 400], stored)


@pytest.mark.parametrize(("identifier", "status"), [(9001, 400), ("9001", 200)])
def test_collision_with_broadcast(open_cht: Instance, identifier: Any, status: int) -> None:
    """An id that an outgoing message has as its reference counts as a duplicate (H10)."""
    task = {"messages": [{"uuid": "u", "to": "+254712345678", "message": "x"}], "state": "sent", "gateway_ref": 9001}
    open_cht.database.put({"_id": "r", "type": "data_record", "tasks": [task]})
    assert open_cht.receive({**MESSAGE, "id": identifier}).status == status


def test_parallel_copies(open_cht: Instance) -> None:
    """Copies that are under way at the same time are all stored (H11)."""
    open_cht.network.latency = Latency(0.005, 0.005)

    async def deliver() -> list[HttpResponse]:
        headers = {"Authorization": f"Token {TOKEN}"}
        copies = (open_cht.asking("POST", WEBHOOK, json=MESSAGE, headers=headers) for _ in range(4))
        return await asyncio.gather(*copies)

    answers = open_cht.loop.run(deliver())
    assert [answer.text for answer in answers] == ['{"saved":1}'] * 4
    assert len(open_cht.records) == 4


@pytest.mark.parametrize(
    ("release", "path", "status"),
    [
        ("5.2", WEBHOOK, 403),
        ("5.2", MISSPELT, 403),
        ("5.2", WEBHOOK.replace("/api", "//api/"), 403),
        ("5.2", WEBHOOK + "/", 401),
        ("5.2", "/api/v1/sms/rapidpro/incoming-messages", 401),
        ("4.0", WEBHOOK, 401),
        ("4.0", MISSPELT, 403),
        ("3.11", MISSPELT, 403),
    ],
)
def test_paths(build: Callable[..., Instance], release: str, path: str, status: int) -> None:
    """Each release answers its own paths; a wrong one is somebody unknown asking for CouchDB (cht 1.1)."""
    assert build(release).ask("POST", path, json=MESSAGE).status == status


@pytest.mark.parametrize(
    ("path", "couch_status", "status"),
    [
        ("/medic-vault/*", 500, 500),
        ("/medic-vault/*", 403, 403),
        ("/_node/*", 503, 500),
        ("/medic/_design/medic-sms/*", 500, 500),
        ("/medic/_design/medic-sms/*", 429, 429),
        ("/medic/_bulk_docs", 500, 500),
    ],
)
def test_couch_fails(open_cht: Instance, faults: Faults, path: str, couch_status: int, status: int) -> None:
    """CouchDB's 4xx leak to the sender, everything else is a server error (cht 1.3)."""
    faults.add(Fault(FaultKind.STATUS, to="couch.internal", path=path, status=couch_status))
    assert open_cht.receive(MESSAGE).status == status


def test_couch_is_gone(open_cht: Instance, faults: Faults) -> None:
    """Without CouchDB a message with a token is a server error."""
    faults.add(Fault(FaultKind.REFUSED, to="couch.internal"))
    assert open_cht.receive(MESSAGE).json() == {"code": 500, "error": "Server error"}


def test_rotated_secret(open_cht: Instance) -> None:
    """A key that cannot be decrypted any more is a server error."""
    open_cht.couch.configure("couch_httpd_auth", "secret", "another")
    assert open_cht.receive(MESSAGE).status == 500


def test_text_client(open_cht: Instance) -> None:
    """Who does not ask for JSON gets the bare words."""
    answer = open_cht.receive(MESSAGE, token="Tokens x", accept=None)
    assert (answer.text, answer.headers["Content-Type"]) == ("Missing authorization token", "text/plain; charset=utf-8")


def test_couch_round_trips(open_cht: Instance, journal: Journal) -> None:
    """A webhook call asks CouchDB for the session, the key, the secret and the duplicates, and saves (cht 8.2)."""
    before = len(journal)
    open_cht.receive(MESSAGE)
    asked = [exchange for exchange in journal.exchanges(by="cht") if exchange.number > before]
    paths = [exchange.data["path"] for exchange in asked if not BACKGROUND.search(exchange.data["path"])]
    assert paths == [
        "/_session",
        "/medic-vault/credential:rapidpro:incoming",
        "/_node/_local/_config/couch_httpd_auth/secret",
        "/medic/_design/medic-sms/_view/messages_by_gateway_ref",
        "/medic/_bulk_docs",
    ]


def test_old_key_store(build: Callable[..., Instance]) -> None:
    """Before 4.0 the key lies in CouchDB's configuration."""
    cht = build("3.17")
    cht.couch.configure("medic-credentials", "rapidpro:incoming", TOKEN)
    answer = cht.ask("POST", MISSPELT, json=MESSAGE, headers={"Authorization": f"Token {TOKEN}"})
    assert answer.json() == {"saved": 1}


def test_with_transitions(open_cht: Instance) -> None:
    """With a transition enabled the api names the document itself, and sentinel's record of it exists."""
    open_cht.configure(transitions={"update_clinics": True, "registration": {"disable": True}})
    open_cht.receive(MESSAGE)
    [record] = open_cht.records
    info = open_cht.couch.database("medic-sentinel").find(f"{record['_id']}-info")
    assert record["_id"][14] == "7"
    assert info is not None
    assert info["doc_id"] == record["_id"]


def test_transition_changes_document(open_cht: Instance) -> None:
    """A transition that is enabled has its say before the document is saved: it finds out who sent the message."""
    open_cht.database.put({"_id": "ann", "type": "person", "name": "Ann", "phone": "+254712345678"})
    open_cht.configure(transitions={"update_clinics": True})
    open_cht.receive(MESSAGE)
    assert (open_cht.records[0]["contact"], open_cht.records[0]["_rev"][:2]) == ({"_id": "ann"}, "1-")


def test_wrong_settings_disable_all_transitions(open_cht: Instance, journal: Journal) -> None:
    """Where one transition is configured wrongly, records are saved as they are, and the log says why (cht 6.6)."""
    open_cht.configure(transitions={"update_clinics": True, "death_reporting": True})
    open_cht.receive(MESSAGE)
    assert open_cht.couch.database("medic-sentinel").find(f"{open_cht.records[0]['_id']}-info") is None
    assert "'death_reporting.mark_deceased_forms' array" in journal.where("cht.log")[-1].data["text"]


def test_registration(open_cht: Instance) -> None:
    """A health worker registers a patient by SMS: the person is there, and the reply names the number."""
    place = {"_id": "home", "type": "clinic", "name": "Home"}
    worker = {"_id": "ann", "type": "person", "name": "Ann", "phone": "+254712345678", "parent": {"_id": "home"}}
    for document in (place, worker):
        open_cht.database.put(document)
    event = {"name": "on_create", "trigger": "add_patient", "params": {"patient_name_field": "name"}}
    reply = {"message": [{"locale": "en", "content": "{{patient_name}} is {{patient_id}}, {{contact.name}}"}]}
    open_cht.configure(
        transitions={"update_clinics": True, "registration": True},
        registrations=[{"form": "TEST", "events": [event], "messages": [reply]}],
    )
    open_cht.receive({**MESSAGE, "content": "TEST Zuri 5"})
    [record] = open_cht.records
    [person] = [each for each in open_cht.database.documents() if each.get("source_id") == record["_id"]]
    [message] = record["tasks"][0]["messages"]
    assert person["name"] == "Zuri"
    assert message["message"] == f"Zuri is {person['patient_id']}, Ann"


def test_translations_of_the_project(open_cht: Instance) -> None:
    """A document with translations replaces what the release says by itself, as soon as it is saved."""
    open_cht.configure(transitions={"default_responses": True}, default_responses={"start_date": "2020-01-01"})
    texts = {"sms_received": "Asante"}
    document = {"_id": "messages-en", "type": "translations", "code": "en", "custom": texts}
    open_cht.database.put(document)
    open_cht.rest()
    open_cht.receive(MESSAGE)
    assert open_cht.records[0]["tasks"][0]["messages"][0]["message"] == "Asante"
