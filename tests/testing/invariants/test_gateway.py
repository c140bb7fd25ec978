"""Each invariant of gateways: a journal that keeps it, and one that breaks it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.invariants import gateway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rapidpro_simulator.world.journal import Exchange

TO = "+254712345678"
TEXT = "Visit tomorrow"
BROADCASTS = "/api/v2/broadcasts.json"


class Situation:
    """A CHT with messages, and a gateway whose requests the test makes up."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self._instance = simulation.cht("cht.example.org")
        self._host = simulation.rapidpro("textit.com")
        for name in ("Old", "New"):
            self._host.workspace(name)

    def message(self, *states: str, text: str = TEXT) -> None:
        task: dict[str, Any] = {
            "state": states[-1],
            "state_history": [{"state": state} for state in states],
            "messages": [{"uuid": text, "to": TO, "message": text}],
        }
        document = {"_id": f"document {text} {states}", "type": "data_record", "tasks": [task]}
        self._instance.couch.database("medic").put(document)

    def set_by_hand(self, state: str, *history: str, text: str = TEXT) -> None:
        """Somebody writes a state into the document; the history stays what it was."""
        task = {
            "state": state,
            "state_history": [{"state": each} for each in history],
            "messages": [{"uuid": text, "to": TO, "message": text}],
        }
        body = json.dumps({"docs": [{"_id": "document", "tasks": [task]}]}).encode()
        journal = self.simulation.journal
        place = {"to": "cht.example.org", "method": "POST", "path": "/medic/_bulk_docs", "query": ""}
        journal.end(journal.begin(body, by="tester", **place), "answered", 201)

    def sends(self, status: int = 201, fault: str | None = None, text: str = TEXT, **data: Any) -> Exchange:
        body = json.dumps({"urns": [f"tel:{TO}"], "text": text}).encode()
        return self._request("POST", BROADCASTS, status, body, fault=fault, **data)

    def asks(self, workspace: str, broadcast: int, status: int = 200, retry_after: str | None = None) -> Exchange:
        return self._request(
            "GET",
            "/api/v2/messages.json",
            status,
            query=f"broadcast={broadcast}",
            workspace=workspace,
            retry_after=retry_after,
        )

    def _request(
        self, method: str, path: str, status: int, body: bytes = b"", retry_after: str | None = None, **data: Any
    ) -> Exchange:
        journal = self.simulation.journal
        exchange = journal.begin(
            body, **{"by": "gateway", "to": "textit.com", "method": method, "path": path, "query": "", **data}
        )
        exchange.retry_after = retry_after
        journal.end(exchange, "answered", status)
        return exchange

    def broadcast_of(self, workspace: str) -> int:
        made = self._host.workspace(workspace).create_broadcast(urns=[f"tel:{TO}"], text={"eng": TEXT})
        return made.id

    def broken(self) -> list[str]:
        return [breach.invariant for breach in gateway.breaches(self.simulation)]


@pytest.fixture
def situation() -> Iterator[Situation]:
    with Simulation(gateway="standalone") as simulation:
        yield Situation(simulation)


def test_a_message_may_be_sent_once(situation: Situation) -> None:
    """A refused attempt before it is none; a lost answer is one, unless it was a refusal that was lost."""
    situation.message("pending", "delivered")
    situation.sends(status=500, fault="status 500")
    situation.sends(status=500, fault="status 500 after the side effect", served=403)
    situation.sends(status=500, fault="status 500 after the side effect")

    assert situation.broken() == []

    situation.sends()

    assert situation.broken() == ["no message is sent twice"]


def test_what_failed_may_be_set_back_by_hand(situation: Situation) -> None:
    """Somebody who sets what failed back wants it sent again; no gateway has left the final state."""
    situation.set_by_hand("pending", "pending", "failed")
    situation.message("pending", "failed", "received-by-gateway", "delivered")
    situation.sends()
    situation.sends()

    assert situation.broken() == []

    situation.sends()

    assert situation.broken() == ["no message is sent twice"]


def test_what_was_delivered_is_not_sent_again(situation: Situation) -> None:
    """Not even where somebody sets it back by hand: RapidPro has it."""
    situation.set_by_hand("pending", "pending", "delivered")
    situation.message("pending", "delivered", "received-by-gateway")
    situation.sends()
    situation.sends()

    assert situation.broken() == ["no message is sent twice"]


def test_two_messages_may_be_alike(situation: Situation) -> None:
    """As many messages as there are with one text to one number may be sent."""
    situation.message("pending", "delivered")
    situation.message("pending", "sent")
    situation.sends()
    situation.sends()

    assert situation.broken() == []


def test_an_escaped_text_is_the_same_text(situation: Situation) -> None:
    """Gateways that double the @ for RapidPro have sent what was asked for."""
    situation.message("pending", "delivered", text="Write to us @clinic")
    situation.sends(text="Write to us @@clinic")

    assert situation.broken() == []


@pytest.mark.parametrize("state", ["sent", "delivered"])
def test_what_is_called_sent_was_sent(situation: Situation, state: str) -> None:
    """A message that RapidPro has never been asked for cannot be."""
    situation.message("pending", state)

    assert situation.broken() == ["no message is lost"]


def test_who_was_lied_to_is_not_blamed(situation: Situation) -> None:
    """RapidPro said that it had the message, and had not."""
    situation.message("pending", "sent")
    situation.sends(status=201, fault="body 201")

    assert situation.broken() == []


def test_a_final_state_stays(situation: Situation) -> None:
    """Delivered is delivered, whatever comes after it."""
    situation.message("pending", "received-by-gateway", "delivered", "received-by-gateway")
    situation.sends()

    assert situation.broken() == ["a final state is never left"]


def test_retry_after_is_waited_for(situation: Situation) -> None:
    """The same question is too early until the seconds are over, and welcome then."""
    number = situation.broadcast_of("Old")
    situation.asks("Old", number, status=429, retry_after="60")
    situation.simulation.advance(seconds=61)
    situation.asks("Old", number, status=429, retry_after="60")

    assert situation.broken() == []

    situation.simulation.advance(seconds=59)
    situation.asks("Old", number)

    assert situation.broken() == ["no request comes before Retry-After is over"]


def test_a_workspace_is_asked_about_its_own_messages(situation: Situation) -> None:
    """The journal says which workspace answered."""
    old, new = situation.broadcast_of("Old"), situation.broadcast_of("New")
    situation.asks("Old", old)
    situation.asks("New", new)
    situation.asks("New", 4711)  # nobody's: there is no telling what the gateway meant

    assert situation.broken() == []

    situation.asks("New", old)

    assert situation.broken() == ["no workspace is asked about messages of another"]


def test_who_does_not_wait_for_the_answer_has_not_been_told(situation: Situation) -> None:
    """A refusal that comes when nobody listens any more holds nobody back."""
    situation.asks("New", 7, status=429, retry_after="60").data["unheard"] = True
    situation.asks("New", 7)

    assert situation.broken() == []


def test_who_ends_before_the_answer_has_not_been_told(situation: Situation) -> None:
    """Whatever begins anew knows nothing of it; who hears of it and ends later does."""
    refusal = situation.asks("New", 7, status=429, retry_after="60")
    situation.simulation.journal.event("gateway.crashed", gateway="gateway")
    situation.asks("New", 7)

    assert refusal.ended == situation.simulation.clock.now()
    assert situation.broken() == []
