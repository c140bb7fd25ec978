"""The sentences of the rules: they pass where the rule is kept, and fail with what was found where it is not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from rapidpro_simulator.steps import cht, rapidpro, rules
from rapidpro_simulator.steps.subjects import the_gateway

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.expectations import ExpectationError
from rapidpro_simulator.world.faults import FaultKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PHONE = "+254712345678"
BROADCASTS = "https://textit.com/api/v2/broadcasts.json"


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation() as simulation:
        rapidpro.workspaces(simulation, '"Main"', None)
        cht.instance_sends(simulation, "", "Main")
        yield simulation


def complaint(check: Callable[..., object], *arguments: Any) -> str:
    """Return what a sentence complains about; nothing where it is true."""
    try:
        check(*arguments)
    except ExpectationError as error:
        return str(error)
    return ""


def post(simulation: Simulation, text: str, to: str = PHONE) -> None:
    token = simulation.hosts["textit.com"].workspace("Main").token.key
    answer = simulation.request("POST", BROADCASTS, token=token, json={"urns": [f"tel:{to}"], "text": text})
    assert answer.status == 201
    simulation.advance(seconds=10)


def test_a_message_that_was_sent_once_is_well(simulation: Simulation) -> None:
    """CHT has one, RapidPro has one, with the same text; also later."""
    cht.add_messages(simulation, [{"to": PHONE, "text": "Come"}])
    simulation.advance(minutes=3)

    rules.sent_once(simulation, "20 minutes")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "RapidPro lacks 1 time 'Come' to +254712345678"),
        (["Come", "Come"], "RapidPro has 2 times 'Come' to +254712345678"),
        (["Go"], "RapidPro has 1 time 'Go' to +254712345678"),
    ],
)
def test_a_message_that_was_not_sent_once_is_not(simulation: Simulation, texts: list[str], said: str) -> None:
    """It is missing, there are copies, or it says something else."""
    cht.add_messages(simulation, [{"to": PHONE, "text": "Come", "state": "sent"}])
    for text in texts:
        post(simulation, text)

    assert said in complaint(rules.sent_once, simulation, None)


def test_a_copy_that_comes_later_is_seen(simulation: Simulation) -> None:
    """The sentence waits, and does not wait longer than it must."""
    cht.add_messages(simulation, [{"to": PHONE, "text": "Come"}])
    simulation.fault(kind=FaultKind.LATENCY, seconds=90, by="gateway", method="POST", path="/api/v2/*", count=1)
    simulation.advance(minutes=2, seconds=20)
    rules.sent_once(simulation, None)

    with pytest.raises(ExpectationError):
        rules.sent_once(simulation, "1 day")
    assert simulation.clock.seconds() < 600


def test_too_many_requests_end_the_waiting(simulation: Simulation) -> None:
    """A gateway that asks hundreds of times a second is not let go on for a day."""
    cht.add_messages(simulation, [{"state": "sent", "gateway_ref": "7"}])
    simulation.fault(kind=FaultKind.STATUS, status=500, by="gateway", method="GET", path="/api/v2/*")

    with pytest.raises(ExpectationError, match="at most 50 status requests in 1 day; there were"):
        rules.makes_at_most(simulation, "1 day", "at most 50", "status", None)
    assert simulation.clock.seconds() < 120


@pytest.mark.parametrize(("limit", "kept"), [("no", False), ("at most 2", False), ("at most 3", True)])
def test_requests_are_counted_from_now_on(simulation: Simulation, limit: str, kept: bool) -> None:
    """What was asked before does not count."""
    cht.add_messages(simulation, [{"state": "sent", "gateway_ref": "7"}])
    simulation.advance(minutes=5)

    assert (complaint(rules.makes_at_most, simulation, "3 minutes", limit, "status", "Main") == "") is kept


@pytest.mark.parametrize(
    ("history", "forward"),
    [
        (["pending", "received-by-gateway", "sent", "delivered"], True),
        (["pending", "failed"], True),
        (["pending", "sent", "received-by-gateway"], False),
        (["pending", "delivered", "sent"], False),
    ],
)
def test_histories_lead_forward(simulation: Simulation, history: list[str], forward: bool) -> None:
    """From the queue to the phone, and never back."""
    states: list[Any] = [{"state": state} for state in history]
    cht.add_messages(simulation, [{"state": history[-1]}])
    [sent] = cht.the_instance(simulation).messages()
    sent.task["state_history"] = states
    cht.the_instance(simulation).save([sent.document])

    assert (complaint(rules.no_way_back, simulation) == "") is forward


@pytest.mark.parametrize(("state", "ended"), [("sent", True), ("failed", True), ("forwarded-by-gateway", False)])
def test_messages_come_to_an_end(simulation: Simulation, state: str, ended: bool) -> None:
    """CHT's monitoring counts sent as final, too."""
    cht.add_messages(simulation, [{"state": state}])

    assert (complaint(rules.all_ended, simulation) == "") is ended


def test_a_gateway_that_sends_a_new_message_still_works(simulation: Simulation) -> None:
    """Whatever went before: a message that was never sent is not its business."""
    cht.add_messages(simulation, [{"to": "chw_phone", "state": "failed"}])

    rules.still_works(simulation)
    rules.still_works(simulation)


def test_a_gateway_that_has_fallen_silent_does_not_work(simulation: Simulation) -> None:
    """All it did before does not help."""
    rules.still_works(simulation)
    the_gateway(simulation).crash()

    assert "a new message to" in complaint(rules.still_works, simulation)


@pytest.mark.parametrize(
    ("retry_after", "said"),
    [(3600, "expected a pause of 3600 s after the refusal"), (30, ""), (None, "")],
)
def test_who_comes_back_early_is_seen(simulation: Simulation, retry_after: int | None, said: str) -> None:
    """CHT asks every minute, whatever it was told; without Retry-After nothing was told."""
    cht.add_messages(simulation, [{"state": "sent", "gateway_ref": "7"}])
    simulation.fault(kind=FaultKind.STATUS, status=429, retry_after=retry_after, by="gateway", path="/api/v2/*")
    simulation.advance(minutes=3)

    found = complaint(rules.waits_when_told, simulation)
    assert found.startswith(said)
    assert bool(found) is bool(said)


@pytest.mark.parametrize(
    ("how", "answers"),
    [("", [200]), (" twice", [200, 400]), (" in 4 calls at the same time", 4)],
)
def test_flows_hand_over_texts(simulation: Simulation, how: str, answers: list[int] | int) -> None:
    """Once, one more time, or several times at once; CHT's own gateway takes none, so CHT itself is called."""
    rules.flow_hands_over(simulation, "Fever", PHONE, '"in-1"', how)
    calls = simulation.journal.exchanges(by="flow", to="cht.example.org")

    assert [call.status for call in calls] == answers if isinstance(answers, list) else len(calls) == answers
    assert json.loads(calls[0].request) == {"id": "in-1", "from": PHONE, "content": "Fever"}


def test_a_refused_text_is_told(simulation: Simulation) -> None:
    """A flow that is refused knows nothing of its text."""
    rules.flow_hands_over(simulation, "Fever", PHONE, '"in-1"', "")
    rules.flow_was_told(simulation)
    rules.flow_hands_over(simulation, "Fever", PHONE, '"in-1"', "")

    with pytest.raises(ExpectationError, match=r"the answers are \[200, 400\]"):
        rules.flow_was_told(simulation)
