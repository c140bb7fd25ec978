"""Secrets that are sent to the services never leave the journal, wherever they enter and wherever they turn up."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRET = "Sesame-4711"
CHT, TEXTIT = "https://cht.example.org", "https://textit.com/api/v2"
FLOW_HEADERS = {"Authorization": f"Token {SECRET}"}


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation() as simulation:
        simulation.rapidpro("textit.com").workspace("Main")
        simulation.cht("cht.example.org")
        yield simulation


def to_cht(method: str, path: str, body: Any, content_type: str = "application/json") -> Callable[[Simulation], None]:
    def send(simulation: Simulation) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        auth = simulation.instances["cht.example.org"].administrator
        simulation.request(method, CHT + path, body=text, headers={"Content-Type": content_type}, auth=auth)

    return send


def to_rapidpro(path: str, body: Any) -> Callable[[Simulation], None]:
    def send(simulation: Simulation) -> None:
        key = simulation.hosts["textit.com"].workspace("Main").token.key
        simulation.request("POST", TEXTIT + path, json=body, token=key)

    return send


def by_hand(simulation: Simulation) -> None:
    simulation.hosts["textit.com"].workspace("Main").globals.set("cht_api_key", SECRET)


ENTRANCES = {
    "a global": to_rapidpro("/globals.json", {"name": "CHT API Key", "value": SECRET}),
    "a global set by hand": by_hand,
    "users as CSV": to_cht("POST", "/api/v2/users", f"username,password\nann,{SECRET}\n", "text/csv"),
    "a user": to_cht("POST", "/api/v1/users", {"username": "ann", "password": SECRET}),
    "a document": to_cht("PUT", "/medic/note", {"api_key": SECRET}),
    "a flow in a document": to_cht("PUT", "/medic/flow", {"nodes": [{"actions": [{"headers": FLOW_HEADERS}]}]}),
    "settings": to_cht("PUT", "/api/v1/settings", {"rapidpro": {"token": SECRET}}),
    "a credential": to_cht("PUT", "/api/v1/credentials/rapidpro:incoming", SECRET, "text/plain"),
    "the configuration": to_cht("PUT", "/_node/_local/_config/medic-credentials/x", json.dumps(SECRET)),
    "a user of CouchDB": to_cht(
        "PUT", "/_users/org.couchdb.user:ann", {"name": "ann", "password": SECRET, "roles": [], "type": "user"}
    ),
    "a failed login": to_cht("POST", "/medic/login", {"user": "ann", "password": SECRET}),
}


@pytest.mark.parametrize("entrance", ENTRANCES.values(), ids=ENTRANCES)
def test_nowhere(simulation: Simulation, entrance: Callable[[Simulation], None]) -> None:
    """A secret is hidden where it enters, and afterwards in texts that do not call it one."""
    entrance(simulation)
    to_rapidpro("/broadcasts.json", {"urns": ["tel:+265991234567"], "text": f"it is {SECRET}."})(simulation)
    to_cht("PUT", "/medic/letter", {"text": json.dumps({"it": SECRET})})(simulation)

    file = io.StringIO()
    simulation.journal.write(file)
    assert file.getvalue().count("it is [hidden].") >= 1
    assert SECRET not in file.getvalue()


def test_user_and_password(simulation: Simulation) -> None:
    """The header that a user will log in with is hidden before they do."""
    ENTRANCES["a user of CouchDB"](simulation)
    header = base64.b64encode(f"ann:{SECRET}".encode()).decode()
    assert simulation.journal.redact(f"curl -H 'Authorization: Basic {header}'") == (
        "curl -H 'Authorization: Basic [hidden]'"
    )
