from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world.faults import Fault, FaultKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal

    from .conftest import Instance

MESSAGE = {"id": "m", "from": "0712345678", "content": "hello"}
TWELVE_DIGITS = re.compile(r"[0-9a-f]{12}")
AUDIT = "/medic-audit/"


def ids_of(cht: Instance) -> list[str | None]:
    """Return the request ids that CouchDB has heard since it was asked last."""
    heard = [headers.get("X-Request-Id") for target, headers in cht.heard if "_changes" not in target]
    cht.heard.clear()
    return heard


def test_one_id_for_all(open_cht: Instance) -> None:
    """Whatever a request makes CHT ask of CouchDB bears one id, also what is done after the answer (cht 0.2)."""
    open_cht.rest()
    open_cht.heard.clear()
    open_cht.receive(MESSAGE)
    open_cht.rest()
    ids = ids_of(open_cht)
    assert len(ids) == 7
    assert len(set(ids)) == 1
    assert TWELVE_DIGITS.fullmatch(str(ids[0]))


def test_id_of_each_request(cht: Instance) -> None:
    """Each request gets an id of its own, and the one that the client sends is ignored."""
    cht.rest()
    cht.heard.clear()
    for _ in range(2):
        cht.ask("GET", "/medic/settings", user="admin", headers={"x-request-id": "mine"})
    first, second = ids_of(cht)[::3]
    assert first != second
    assert "mine" not in {first, second}


def test_own_work_has_no_id(cht: Instance) -> None:
    """What the process does by itself belongs to no request."""
    cht.rest()
    cht.heard.clear()
    cht.database.put({**cht.database.get("settings"), "settings": {}})
    cht.rest()
    assert set(ids_of(cht)) == {None}


@pytest.mark.parametrize(
    ("target", "agent", "service", "accept"),
    [
        ("GET /_session", "node", None, "application/json"),
        ("GET /medic-vault/credential:rapidpro:incoming", "node", None, "application/json"),
        ("GET /medic/_design/medic-sms/_view/messages_by_gateway_ref", "node-fetch/1.0", "api", "*/*"),
        ("POST /medic/_bulk_docs", "node-fetch/1.0", "api", "application/json"),
    ],
)
def test_libraries(open_cht: Instance, target: str, agent: str, service: str | None, accept: str) -> None:
    """CouchDB can tell PouchDB from the other library that CHT uses (cht 8)."""
    open_cht.receive(MESSAGE)
    headers = next(headers for each, headers in reversed(open_cht.heard) if each == target)
    found = (headers["User-Agent"].partition(" ")[0], headers.get("X-Medic-Service"), headers["Accept"])
    assert found == (agent, service, accept)


def test_databases_at_boot(build: Callable[..., Instance]) -> None:
    """A sibling database that is missing is created when the api boots (cht 3.2, 8.1)."""
    cht = build(missing=["medic-vault"])
    heard = [target for target, _ in cht.heard]
    assert heard[heard.index("GET /medic-vault/") + 1] == "PUT /medic-vault/"
    assert "medic-vault" in cht.couch.names


def test_history(open_cht: Instance) -> None:
    """Every document that the api writes has a history of who wrote which revision (cht 8.2)."""
    open_cht.heard.clear()
    open_cht.receive(MESSAGE)
    now = open_cht.api.context.clock.now()
    open_cht.rest()
    [record] = open_cht.records
    [entry] = open_cht.couch.database("medic-audit").get(record["_id"])["history"]
    expected = {"rev": record["_rev"], "request_id": ids_of(open_cht)[0], "user": "admin", "service": "api"}
    assert {**expected, "date": entry["date"]} == entry
    assert entry["date"].startswith(f"{now:%Y-%m-%dT%H:%M}")


def test_history_grows(cht: Instance) -> None:
    """A further write is added, with the user who asked for it."""
    for number in range(2):
        cht.ask("PUT", "/api/v1/settings?replace=1", json={"number": number}, user="boss")
        cht.rest()
    history = cht.couch.database("medic-audit").get("settings")["history"]
    assert [entry["user"] for entry in history] == ["boss", "boss"]
    assert history[-1]["rev"] == cht.database.get("settings")["_rev"]


@pytest.mark.parametrize(("release", "asked"), [("4.19", 0), ("4.20", 2), ("5.2", 2)])
def test_audit_since(build: Callable[..., Instance], release: str, asked: int) -> None:
    """The audit database is written since 4.20."""
    cht = build(release)
    cht.ask("PUT", "/api/v1/settings", json={"a": 1}, user="boss")
    cht.rest()
    assert len([target for target, _ in cht.heard if target.startswith(f"POST {AUDIT}")]) == asked


def test_audit_fails(open_cht: Instance, faults: Faults, journal: Journal) -> None:
    """A failing audit is logged, and nobody else notices."""
    faults.add(Fault(FaultKind.STATUS, to="couch.internal", path=f"{AUDIT}*", status=500))
    assert open_cht.receive(MESSAGE).status == 200
    open_cht.rest()
    assert [entry.data["text"] for entry in journal.where("cht.log")] == [
        "audit: 500 - internal_server_error: No DB shards could be opened."
    ]
