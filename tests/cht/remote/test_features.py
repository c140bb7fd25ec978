"""Features against a CHT in another process, over TCP: what they find, what they skip, and what they leave behind."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.gateways.live import free_port
from rapidpro_simulator.simulation import Simulation

from .conftest import DATABASE

if TYPE_CHECKING:
    from .conftest import Elsewhere

BACKGROUND = """
Feature: A CHT elsewhere

  Background:
    Given a RapidPro workspace "Main"
    And a CHT instance that sends through the workspace "Main"
"""
# Its rounds begin every second. Where one takes longer, as on a busy machine, it sends a message twice (H1).
FEATURE = (
    BACKGROUND
    + """
  Scenario: Messages are delivered
    Given 3 pending messages
    Then within 10 minutes 3 messages are in the state "delivered"
    And every broadcast request carries one number, a text and the token of the workspace "Main"

  Scenario: A refusal is tried again
    Given the next broadcast request is answered with 500
    And a pending message to "+254712345678" with the text "Visit tomorrow"
    Then within 10 minutes the message is in the state "delivered"
    And the gateway has made at least 2 broadcast requests

  Scenario: Accounts are switched
    Given a RapidPro workspace "New" on "rapidpro.example.org"
    When the instance is switched to the workspace "New"
    And a pending message is added
    Then within 10 minutes the message is in the state "delivered"
    And the workspace "New" has at least 1 message

  Scenario: The webhook takes a text
    Given the webhook of CHT has a key
    When the webhook gets
      \"\"\"
      {"id": "in-1", "from": "+254712345678", "content": "hello"}
      \"\"\"
    Then CHT answers 200 with {"saved": 1}
    And CHT has 1 incoming message
    When the webhook gets, with the authorization "Token wrong",
      \"\"\"
      {"id": "in-2", "from": "+254712345678", "content": "hello"}
      \"\"\"
    Then CHT answers 403 with "Incorrect token"

  Scenario: It begins without keys
    Given a CHT instance without keys
    When the webhook gets
      \"\"\"
      {"id": "in-1", "from": "+254712345678", "content": "hello"}
      \"\"\"
    Then CHT answers 403 with "No incoming key configured"

  Scenario: The webhook is out of order
    Given the webhook of CHT has a key
    And the next webhook request is answered with 500
    When the webhook gets
      \"\"\"
      {"id": "in-1", "from": "+254712345678", "content": "hello"}
      \"\"\"
    Then CHT answers 500 with "Server error"
"""
)
GREEN = 6
INAPPLICABLE = {
    "A fault inside": (
        "Given the next state-saving request is refused",
        "state-saving requests stay inside the CHT at http://127.0.0.1:",
    ),
    "A count inside": (
        "Then the gateway has made no CouchDB requests",
        "CouchDB requests stay inside the CHT at http://127.0.0.1:",
    ),
    "A conflict inside": (
        "Given the next 2 writes of message states meet a conflict",
        "runs elsewhere, and can be reached over HTTP only",
    ),
    "Another secret": (
        "When the secret of CouchDB is changed",
        "runs elsewhere, and can be reached over HTTP only",
    ),
    "A crash": ("When the gateway crashes", "the process of a CHT that runs elsewhere is neither started nor ended"),
    "Another release": ("Given a CHT 4.10 instance without keys", "the scenario is about CHT 4.10, and the one at"),
}


@pytest.fixture(scope="module", autouse=True)
def _whole_simulator() -> None:
    # pytester forgets what a run has imported; libraries that are written in Rust cannot be imported twice.
    with Simulation(freeze_datetime=True) as simulation:
        simulation.cht("cht.example.org")


def play(
    pytester: pytest.Pytester, elsewhere: Elsewhere, feature: str, *options: str, monkeypatch: pytest.MonkeyPatch
) -> pytest.RunResult:
    monkeypatch.setenv("CHT_PASSWORD", elsewhere.password)
    pytester.makefile(".feature", elsewhere=feature)
    return pytester.runpytest(
        "--cht",
        elsewhere.url,
        "--cht-database",
        DATABASE,
        "-rs",
        "-p",
        "no:randomly",
        "--journals",
        "journals",
        *options,
    )


def test_features_are_green_and_leave_nothing_behind(
    pytester: pytest.Pytester, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenarios pass against a CHT elsewhere, which afterwards has its own settings, keys, users and documents."""
    before = elsewhere.belongings()

    result = play(pytester, elsewhere, FEATURE, monkeypatch=monkeypatch)

    result.assert_outcomes(passed=GREEN)
    assert elsewhere.belongings() == before
    recorded = "".join(path.read_text(encoding="utf-8") for path in pytester.path.glob("journals/*.jsonl"))
    assert '"by":"gateway"' in recorded
    assert elsewhere.password not in recorded


def test_what_a_cht_elsewhere_does_not_offer_is_skipped(
    pytester: pytest.Pytester, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faults inside CouchDB, crashes, exact instants and another release are no failures: each skip has its reason."""
    scenarios = "".join(f"\n  Scenario: {name}\n    {step}\n" for name, (step, _) in INAPPLICABLE.items())
    exact = "\n  @frozen\n  Scenario: Instants\n    When 1 second passes\n"

    result = play(pytester, elsewhere, BACKGROUND + scenarios + exact, monkeypatch=monkeypatch)

    result.assert_outcomes(skipped=len(INAPPLICABLE) + 1)
    for _, reason in INAPPLICABLE.values():
        result.stdout.fnmatch_lines(f"SKIPPED*{reason}*")
    result.stdout.fnmatch_lines("SKIPPED*@frozen: it is about exact instants*")


def test_a_failure_tells_what_the_cht_elsewhere_has(
    pytester: pytest.Pytester, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report has the messages on both sides, and the command that has the failure again, without the password."""
    feature = (
        f'{BACKGROUND}\n  Scenario: F\n    Given a pending message\n    Then the message is in the state "failed"\n'
    )

    result = play(pytester, elsewhere, feature, "--cht-password", elsewhere.password, monkeypatch=monkeypatch)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["messages of cht.example.org (1):", f"pytest *--cht {elsewhere.url} --cht-database *"])
    assert elsewhere.password not in result.stdout.str()


def test_rapidpro_is_reached_by_the_name_that_the_cht_knows(
    pytester: pytest.Pytester, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It listens where and at which port was asked for; more hosts have the ports that follow."""
    port = free_port()
    door = ["--rapidpro-address", f"0.0.0.0:{port}", "--rapidpro-name", "localhost"]

    result = play(pytester, elsewhere, FEATURE, "-k", "switched", *door, monkeypatch=monkeypatch)

    result.assert_outcomes(passed=1, deselected=GREEN - 1)
    recorded = "".join(path.read_text(encoding="utf-8") for path in pytester.path.glob("journals/*.jsonl"))
    assert f"http://localhost:{port}" in recorded
    assert f"http://localhost:{port + 1}" in recorded


OUR_GATEWAY = f"command:{shlex.quote(sys.executable)} -m cht_rapidpro_gateway"
QUICK = {
    "GATEWAY_CHT_POLL_SECONDS": "0.2",
    "GATEWAY_CHT_TIMEOUT_SECONDS": "5",
    "GATEWAY_POLICY_QUESTION_SECONDS": "0.5",
    "GATEWAY_POLICY_SETTLE_SECONDS": "0.5",
}


def test_another_gateway_stands_beside_it(
    pytester: pytest.Pytester, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway of one's own asks the CHT elsewhere, which sends nothing itself; a user of its name is as before."""
    before = elsewhere.belongings()
    scenario = """
  Scenario: Messages are delivered
    Given 2 pending messages
    Then within 1 hour 2 messages are in the state "delivered"
    And every message has been sent once
"""
    told = [word for name, value in QUICK.items() for word in ("--gateway-env", f"{name}={value}")]

    result = play(pytester, elsewhere, BACKGROUND + scenario, "--gateway", OUR_GATEWAY, *told, monkeypatch=monkeypatch)

    result.assert_outcomes(passed=1)
    assert elsewhere.belongings() == before


def test_couchdb_of_a_cht_elsewhere_is_not_told(
    pytester: pytest.Pytester, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that needs CouchDB itself cannot be tried there."""
    scenario = "\n  Scenario: F\n    Given a pending message\n"

    result = play(
        pytester, elsewhere, BACKGROUND + scenario, "--gateway", "command:true {couch_url}", monkeypatch=monkeypatch
    )

    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines("SKIPPED*a CHT that runs elsewhere keeps its CouchDB to itself: 'couch_url'*")


def test_a_cht_in_use_is_left_alone(
    pytester: pytest.Pytester, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages of its own that wait would go to the simulation: they are named, and nothing is changed."""
    message = {"uuid": "u1", "to": "+254712345678", "message": "Visit"}
    # Without its own key it sends nothing by itself meanwhile.
    document = {"type": "data_record", "tasks": [{"state": "pending", "messages": [message]}], "reported_date": 1}
    elsewhere.ask("PUT", "/api/v1/settings", {"sms": {"outgoing_service": "none"}})
    answer = elsewhere.ask("PUT", f"/{DATABASE}/in-use", document)
    before = elsewhere.belongings()
    try:
        result = play(pytester, elsewhere, FEATURE, "-k", "refusal", monkeypatch=monkeypatch)

        result.assert_outcomes(failed=1, deselected=GREEN - 1)
        result.stdout.fnmatch_lines("*has messages without a final state, as in 'in-use'.*")
        assert elsewhere.belongings() == before
    finally:
        assert isinstance(answer, dict)
        elsewhere.ask("DELETE", f"/{DATABASE}/in-use?rev={answer['rev']}")
        elsewhere.ask("PUT", "/api/v1/settings", {"sms": {"outgoing_service": "rapidpro"}})
