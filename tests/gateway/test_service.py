"""The whole gateway between a CHT and RapidPro, in frozen time: what a programme sees of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cht_rapidpro_gateway.outbox import Outbox, Stage
from rapidpro_simulator.rapidpro.delivery.outcomes import outcome
from rapidpro_simulator.world.faults import FaultKind, FaultMoment

from .world import CHT, HOST

if TYPE_CHECKING:
    from .world import World

MESSAGES = "/api/v2/messages.json"
BROADCASTS = "/api/v2/broadcasts.json"


def test_many_messages_cost_few_requests(world: World) -> None:
    """One request sends a message; what became of all is told by one page."""
    world.add(100)
    world.passes(minutes=10)
    assert world.states() == {"delivered": 100}
    assert len(world.requests(to=HOST, path=BROADCASTS)) == 100
    assert len(world.requests(to=HOST, path=MESSAGES)) <= 3


@pytest.mark.parametrize("number", ["0712345678", "712345678", "+254 712-345-678"])
def test_a_national_number_is_recognised_after_a_lost_answer(number: str, world: World) -> None:
    """RapidPro writes it with the country's code; it is the same message all the same."""
    world.simulation.fault(kind=FaultKind.RESET, moment=FaultMoment.AFTER, to=HOST, method="POST", count=1)
    world.add(to=number)
    world.passes(minutes=20)
    assert len(world.main.messages) == 1
    assert world.states() == {"delivered": 1}


def test_a_workspace_that_hides_numbers_gets_no_copy(world: World) -> None:
    """The text, that no other message has, is enough to know it by."""
    world.main.settings.anonymous = True
    world.simulation.fault(kind=FaultKind.RESET, moment=FaultMoment.AFTER, to=HOST, method="POST", count=1)
    world.add(3)
    world.passes(minutes=20)
    assert len(world.main.messages) == 3
    assert world.states() == {"delivered": 3}


def test_a_number_without_a_country_fails_with_the_reason(world: World) -> None:
    """RapidPro refuses it for good: it is posted once, and CHT gets to know why."""
    world.main.settings.country = None
    world.main.settings.timezone = "UTC"
    for channel in world.main.channels:
        channel.country = None
    world.add(to="0712345678")
    world.passes(hours=3)
    assert world.states() == {"failed": 1}
    assert len(world.requests(to=HOST, path=BROADCASTS)) == 1
    assert "Invalid URN" in str(world.cht.message(1).task["state_details"])


def test_a_refused_token_is_told_and_comes_back(world: World) -> None:
    """Until it is accepted again nothing is sent, RapidPro is hardly asked, and /healthz says what is wrong."""
    world.main.token.active = False
    world.add(5)
    world.passes(hours=1)
    assert [problem.partition(":")[0] for problem in _problems(world)] == ["RapidPro refuses the token"]
    assert len(world.requests(to=HOST)) < 8
    world.main.token.active = True
    world.passes(minutes=20)
    assert (_problems(world), world.states()) == ([], {"delivered": 5})


def test_a_firewall_that_dislikes_one_text_stops_nothing_else(world: World) -> None:
    """403 with a web page is not RapidPro's: the token is not in doubt, and the others go out."""
    world.simulation.fault(kind=FaultKind.BODY, status=403, body="<html>", to=HOST, method="POST", count=1)
    world.add(5)
    world.passes(minutes=10)
    assert world.states() == {"delivered": 5}
    assert _problems(world) == []


@pytest.mark.parametrize("path", [BROADCASTS, MESSAGES, "/api/v2/workspace.json"])
def test_a_refusal_is_believed_after_a_restart_too(path: str, world: World) -> None:
    """Retry-After is on the disk: whoever comes back as another process waits as well."""
    world.add(3)
    world.passes(seconds=10)
    world.simulation.fault(kind=FaultKind.STATUS, status=429, retry_after=3000, to=HOST, path=path, count=1)
    if path == "/api/v2/workspace.json":
        world.restart()
    world.add(3)
    world.passes(minutes=3)
    [refusal] = world.requests(to=HOST, status=429)
    for _ in range(4):
        world.restart()
        world.passes(minutes=10)
    assert [each for each in world.requests(to=HOST, path=path) if each.number > refusal.number] == []
    world.passes(minutes=20)
    assert world.states() == {"delivered": 6}


def test_another_account_is_not_asked_about_the_messages_of_the_first(world: World) -> None:
    """What was sent stays sent, what was not has failed, and new messages go the new way."""
    world.main.deliver(outcome(wired=1))
    world.main.deliver(outcome(wired=1, sent=2), number=1)
    world.add(3)
    world.passes(minutes=5)
    world.switch(world.other)
    world.add(2)
    world.passes(minutes=10)
    assert world.states() == {"sent": 1, "failed": 2, "delivered": 2}
    asked = world.requests(to=HOST, path=MESSAGES, workspace="Other")
    assert [each for each in asked if f"broadcast={world.main.broadcasts[0].id}" in each.target] == []
    world.switch(world.main)
    world.passes(minutes=10)
    assert world.states()["failed"] == 2


def test_another_name_of_the_host_is_no_other_account(world: World) -> None:
    """A workspace is known by its UUID: its messages are followed wherever it lives."""
    world.main.deliver(outcome(wired=1, delivered=600))
    world.add(2)
    world.passes(minutes=5)
    world.gateway.use(url=f"https://{HOST}/")
    world.passes(minutes=15)
    assert world.states() == {"delivered": 2}


def test_a_message_that_was_delivered_is_not_sent_again(world: World) -> None:
    """CHT before 5.1.1 brings some messages back to life, every five minutes (cht 14, H14)."""
    world.add()
    world.passes(minutes=5)
    for _ in range(12):
        sent = world.cht.message(1)
        sent.task["state"] = "pending"
        world.cht.save([sent.document])
        world.passes(minutes=5)
    assert len(world.main.messages) == 1
    assert world.states() == {"delivered": 1}


def test_a_cht_that_fails_halfway_gets_everything_once(world: World) -> None:
    """It has taken part of what it was brought, and answers 500: brought again, nothing is there twice."""
    for number in range(3):
        _post(world, {"id": f"in-{number}", "from": "+254712345678", "content": f"Hi {number}"})
    world.simulation.fault(
        kind=FaultKind.STATUS, status=500, moment=FaultMoment.AFTER, to=CHT, path="/api/sms", count=5
    )
    world.add(3)
    world.passes(minutes=40)
    incoming = [each["sms_message"]["message"] for each in world.cht.documents() if "sms_message" in each]
    assert sorted(incoming) == ["Hi 0", "Hi 1", "Hi 2"]
    assert world.states() == {"delivered": 3}
    assert world.received() == world.wanted()


def test_a_status_that_nobody_knows_changes_nothing_and_is_counted(world: World) -> None:
    """The message stays what it was, and the metrics have the word."""
    world.main.deliver(outcome(wired=1))
    world.add()
    world.passes(minutes=2)
    body = '{"next": null, "results": [{"id": 1, "broadcast": 1, "status": "pondering", "direction": "out"}]}'
    world.simulation.fault(
        kind=FaultKind.BODY, status=200, body=body, content_type="application/json", to=HOST, path=MESSAGES
    )
    world.passes(minutes=10)
    [message] = Outbox(world.gateway.database)
    assert (message.stage, message.status) == (Stage.OPEN, "pondering")
    assert world.states() == {"forwarded-by-gateway": 1}
    assert 'gateway_unknown_statuses_total{status="pondering"}' in _metrics(world)


def test_the_numbers_are_there_for_prometheus(world: World) -> None:
    """Messages by stage, what is left of the quota, requests by what came of them."""
    world.add(2)
    world.passes(minutes=5)
    numbers = _metrics(world)
    assert 'gateway_messages{stage="closed"} 2.0' in numbers
    assert 'gateway_requests_total{service="rapidpro",status="201"} 2.0' in numbers
    assert "gateway_messages_sent_total 2.0" in numbers


def _problems(world: World) -> list[str]:
    service = world.gateway._service
    assert service is not None
    return service.problems()


def _metrics(world: World) -> str:
    service = world.gateway._service
    assert service is not None
    service._measure()
    return service.metrics.text().decode()


def _post(world: World, message: dict[str, str]) -> None:
    service = world.gateway._service
    assert service is not None
    assert service.inbox.store(message["id"], message["from"], message["content"])
