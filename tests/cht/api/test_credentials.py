from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.cht.couch.vault import decrypt
from rapidpro_simulator.world.faults import Fault, FaultKind

from .conftest import SECRET, Instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from rapidpro_simulator.world.faults import Faults
    from rapidpro_simulator.world.journal import Journal

PATH = "/api/v1/credentials/rapidpro:outgoing"
TEXT = {"Content-Type": "text/plain"}


@pytest.mark.parametrize("content_type", ["text/plain", "text/plain; charset=utf-8", "application/xml", "text/csv"])
def test_stored(cht: Instance, content_type: str) -> None:
    """An administrator's text is stored encrypted, byte for byte."""
    answer = cht.ask("PUT", PATH, data="tok\n", user="admin", headers={"Content-Type": content_type})
    stored = cht.couch.database("medic-vault").get("credential:rapidpro:outgoing")
    assert (answer.status, answer.text) == (200, '{"ok":true}')
    assert decrypt(stored["password"], SECRET) == "tok\n"


@pytest.mark.parametrize(
    ("user", "body", "headers", "status", "error"),
    [
        (None, "tok", TEXT, 401, "unauthorized"),
        ("chw", "tok", TEXT, 403, "forbidden"),
        ("boss", "", TEXT, 400, "Missing required request body"),
        ("admin", "tok", {"Content-Type": "application/json"}, 400, "Missing required request body"),
        ("admin", "tok", {}, 400, "Missing required request body"),
        ("boss", "tok", TEXT, 403, "Insufficient permissions"),
    ],
)
def test_refused(cht: Instance, user: str | None, body: str, headers: dict[str, str], status: int, error: str) -> None:
    """Who is asked first, then what is sent, then whether it is an administrator (cht 3.1)."""
    answer = cht.ask("PUT", PATH, data=body, user=user, headers=headers)
    assert (answer.status, answer.json()["error"]) == (status, error)


def test_changed(cht: Instance) -> None:
    """A second value replaces the first."""
    cht.set_credential("a", "first")
    cht.set_credential("a", "second")
    assert decrypt(cht.couch.database("medic-vault").get("credential:a")["password"], SECRET) == "second"


def test_vectors_differ(cht: Instance) -> None:
    """One value is never encrypted alike twice."""
    cht.set_credential("a", "same")
    cht.set_credential("b", "same")
    vault = cht.couch.database("medic-vault")
    assert vault.get("credential:a")["password"] != vault.get("credential:b")["password"]


@pytest.mark.parametrize(("release", "works"), [("5.2", True), ("4.4", True), ("4.3", False)])
def test_slash_in_key(build: Callable[..., Instance], release: str, works: bool) -> None:
    """A key with a slash works since 4.4."""
    cht = build(release)
    cht.ask("PUT", "/api/v1/credentials/a%2Fb", data="tok", user="admin", headers=TEXT)
    assert (cht.couch.database("medic-vault").find("credential:a/b") is not None) is works


def test_before_vault(build: Callable[..., Instance]) -> None:
    """Before 4.0 the path is not CHT's, but CouchDB's."""
    answer = build("3.17").ask("PUT", PATH, data="tok", user="admin", headers=TEXT)
    assert (answer.status, answer.json()["error"]) == (404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("GET", PATH), ("PUT", "/api/v1/credentials/")])
def test_no_other_way(cht: Instance, method: str, path: str) -> None:
    """What is not that one request goes to CouchDB."""
    assert cht.ask(method, path, user="admin").status == 404


@pytest.mark.parametrize(("couch_status", "status"), [(409, 409), (503, 500)])
def test_couch_fails(cht: Instance, faults: Faults, couch_status: int, status: int) -> None:
    """CouchDB's refusal leaks, its failure does not."""
    faults.add(Fault(FaultKind.STATUS, method="PUT", path="/medic-vault/*", status=couch_status))
    assert cht.ask("PUT", PATH, data="tok", user="admin", headers=TEXT).status == status


def test_conflict_in_words(cht: Instance, faults: Faults) -> None:
    """A conflict is told in CouchDB's words."""
    faults.add(Fault(FaultKind.STATUS, method="PUT", path="/medic-vault/*", status=409))
    answer = cht.ask("PUT", PATH, data="tok", user="admin", headers=TEXT)
    error = '409 - {"error":"conflict","reason":"Document update conflict."}'
    assert answer.json() == {"code": 409, "error": error}


def test_not_in_journal(cht: Instance, journal: Journal) -> None:
    """A key never shows in the journal."""
    cht.set_credential("rapidpro:outgoing", "very-secret-key")
    assert "very-secret-key" not in "".join(journal.line(entry) for entry in journal)
