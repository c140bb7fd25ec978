"""`rapidpro-simulator serve`, driven over TCP as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.serving import ANY_PORTS, Served, ask, run_command, wait_for
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Serve = Callable[..., Served]

pytestmark = pytest.mark.xdist_group("served")  # one process for all who only ask, with --dist loadgroup

TO = "+254712345678"


def pending(text: str) -> dict[str, Any]:
    message = {"uuid": f"uuid of {text}", "to": TO, "message": text}
    return {"type": "data_record", "reported_date": 1, "tasks": [{"state": "pending", "messages": [message]}]}


def state_of(served: Served, document: str) -> str:
    state: str = served.ask_cht("GET", f"/medic/{document}").json()["tasks"][0]["state"]
    return state


def test_a_message_put_into_cht_is_delivered_by_rapidpro(served: Served) -> None:
    """What is put into CHT travels through the gateway to RapidPro, and its fate comes back."""
    assert served.ask_cht("PUT", "/medic/travels", pending("it travels")).status == 201

    wait_for(lambda: state_of(served, "travels") == "delivered", "the delivery")

    messages = served.ask_rapidpro("GET", "/api/v2/messages.json").json()["results"]
    # At this speed a busy machine makes CHT's gateway slower than its minute, so that it may send a copy.
    assert "delivered" in [message["status"] for message in messages if message["text"] == "it travels"]


def test_a_broadcast_becomes_a_message(served: Served) -> None:
    """RapidPro takes a broadcast, and tells what became of it."""
    body = {"urns": [f"tel:{TO}"], "text": "directly"}
    broadcast = served.ask_rapidpro("POST", "/api/v2/broadcasts.json", body, "New").json()

    path = f"/api/v2/messages.json?broadcast={broadcast['id']}"
    wait_for(lambda: served.ask_rapidpro("GET", path, None, "New").json()["results"], "the message")


def test_links_to_the_next_page_lead_there(served: Served) -> None:
    """A `next` link can be followed from outside as it stands."""
    for number in range(3):
        body = {"urns": [f"tel:+25471200{batch:02}{number:02}" for batch in range(100)], "text": f"page {number}"}
        assert served.ask_rapidpro("POST", "/api/v2/broadcasts.json", body).status == 201
    first = wait_for(
        lambda: (page := served.ask_rapidpro("GET", "/api/v2/messages.json").json())["next"] and page, "a second page"
    )

    second = served.ask_rapidpro("GET", first["next"])

    assert first["next"].startswith(served.url("RapidPro textit.com"))
    assert (second.status, bool(second.json()["results"])) == (200, True)


def test_the_webhook_takes_a_message_with_the_printed_key(served: Served) -> None:
    """A flow of RapidPro that calls CHT needs nothing but the printed key."""
    url = served.url("CHT cht.example.org") + "/api/v2/sms/rapidpro/incoming-messages"
    message = {"id": "in-1", "from": TO, "content": "hello"}

    assert ask("POST", url, message, f"Token {served.incoming_key}").json() == {"saved": 1}
    assert ask("POST", url, message, "Token wrong").status == 403


def test_couchdb_can_be_asked_directly(served: Served) -> None:
    """CouchDB listens on a port of its own."""
    assert ask("GET", served.url("CouchDB") + "/medic").status == 401


def test_secrets_are_printed_but_never_recorded(served: Served) -> None:
    """Tokens, keys and passwords stand on the terminal, and not in the journal."""
    url = served.url("CHT cht.example.org") + "/api/v2/sms/rapidpro/incoming-messages"
    ask("POST", url, {"id": "secret", "from": TO, "content": "hello"}, f"Token {served.incoming_key}")
    served.ask_rapidpro("GET", "/api/v2/workspace.json", None, "New")
    served.ask_cht("GET", "/medic", user="gateway")
    recorded = served.journal.read_text(encoding="utf-8")

    secrets = [served.token("Old"), served.token("New"), served.incoming_key]
    secrets += [served.password("medic"), served.password("gateway")]
    assert '"path":"/medic"' in recorded
    assert [secret for secret in secrets if secret in recorded] == []


def test_same_seed_same_secrets(serve: Serve, served: Served) -> None:
    """Tokens and passwords are the seed's: a script that has them can be used again."""
    other = serve(*ANY_PORTS, "--speed", "120")

    assert (other.token("Old"), other.password("medic")) == (served.token("Old"), served.password("medic"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(serve: Serve, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it with exit code 0, and it says where the journal is."""
    served = serve(*ANY_PORTS)

    assert served.stop(number) == 0
    assert served.output.rstrip().endswith(f"stopped; the journal is {served.journal}")
    assert served.errors == ""


def test_it_ends_while_callers_wait(serve: Serve) -> None:
    """A connection that is kept open does not keep the process from ending."""
    served = serve(*ANY_PORTS)
    address, _, port = served.url("RapidPro textit.com").removeprefix("http://").partition(":")

    with socket.create_connection((address, int(port)), timeout=PATIENCE):
        assert served.stop(signal.SIGTERM) == 0


def test_a_port_that_is_taken_is_named(serve: Serve, tmp_path: Path) -> None:
    """Whoever holds a port already, the sentence says which port it is and what to do."""
    port = serve(*ANY_PORTS).url("RapidPro textit.com").rpartition(":")[2]

    second = run_command(tmp_path, "serve", *ANY_PORTS, "--rapidpro-port", port, "--journal", "second.jsonl")

    assert (second.returncode, second.stdout) == (2, "")
    assert second.stderr == (
        f"rapidpro-simulator serve: port {port} of 127.0.0.1, wanted for textit.com, is taken; "
        "choose another one, or 0 for any that is free\n"
    )


CONFIGURATION = """
speed = 120
journal = "kept.jsonl"

[[rapidpro]]
host = "textit.com"
generation = "textit-2026"
rate_profile = "shared-2500"
first_id = 5000

[[rapidpro.workspaces]]
name = "Moshi"
country = "TZ"
channel = "android"
delivery = { failed = 1.0 }
rates = { "v2" = "3/hour" }
token = "MOSHITOKENMOSHITOKEN"

[[rapidpro]]
host = "rapidpro.example.org"

[[cht]]
host = "cht.example.org"
release = "4.13"
sends_through = "rapidpro.example.org/New"
users = [{ name = "asha", password = "a-long-password", roles = ["data_entry", "mm-online"] }]

[cht.settings]
locale = "sw"

[cht.settings.forms.VISIT]
meta = { code = "VISIT", label = { en = "Visit" } }
fields = { weeks = { type = "integer", labels = { tiny = { en = "W" } } } }
"""


@pytest.fixture
def configured(serve: Serve, tmp_path: Path) -> Served:
    (tmp_path / "rapidpro-simulator.toml").write_text(CONFIGURATION, encoding="utf-8")
    return serve("--config", "rapidpro-simulator.toml")


def test_a_configuration_says_what_there_is(configured: Served, tmp_path: Path) -> None:
    """Hosts, workspaces, instances and users are those of the file."""
    assert "RapidPro textit.com (textit-2026)" in configured.output
    assert "CHT cht.example.org (4.13.0)" in configured.output
    assert configured.ask_cht("GET", "/api/v1/settings", user="asha").json()["locale"] == "sw"
    assert configured.journal == tmp_path / "kept.jsonl"


def test_a_configured_workspace_has_its_token_rate_and_ids(configured: Served) -> None:
    """A workspace answers to its own token, as often as its own rate allows."""
    send = {"urns": ["tel:+255754123123"], "text": "hello"}
    answers = [configured.ask_rapidpro("POST", "/api/v2/broadcasts.json", send, "Moshi") for _ in range(4)]

    assert configured.token("Moshi") == "MOSHITOKENMOSHITOKEN"
    assert [answer.status for answer in answers] == [201, 201, 201, 429]
    assert answers[0].json()["id"] == 5000


def test_cht_sends_through_the_configured_workspace(configured: Served) -> None:
    """The instance has the URL and the key of the workspace that the file names."""
    configured.ask_cht("PUT", "/medic/elsewhere", pending("elsewhere"))
    wait_for(lambda: state_of(configured, "elsewhere") == "delivered", "the delivery")

    lines = [json.loads(line) for line in configured.journal.read_text(encoding="utf-8").splitlines()]
    sent = [line for line in lines if line.get("path") == "/api/v2/broadcasts.json"]
    # At this speed a busy machine makes CHT's gateway slower than its minute, so that it may send a copy.
    assert {(line["to"], line["workspace"]) for line in sent} == {("rapidpro.example.org", "New")}


def test_records_are_taken_from_a_configured_user(configured: Served) -> None:
    """A report in a configured form is stored for a user whose role may create records."""
    report = {"_meta": {"form": "VISIT"}, "weeks": 12}
    answer = configured.ask_cht("POST", "/api/v2/records", report, "asha").json()

    stored = configured.ask_cht("GET", f"/medic/{answer['id']}").json()
    assert (stored["form"], stored["fields"]) == ("VISIT", {"weeks": 12})
