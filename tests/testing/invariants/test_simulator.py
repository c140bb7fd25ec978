"""Each invariant of the simulator: broken on purpose, it is named."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.simulation import Simulation
from rapidpro_simulator.testing.invariants import simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rapidpro_simulator.rapidpro.workspace import Workspace

TO = "tel:+254712345678"


@pytest.fixture
def simulation() -> Iterator[Simulation]:
    with Simulation() as simulation:
        simulation.cht("cht.example.org")
        simulation.rapidpro("textit.com").workspace("Main").create_broadcast(urns=[TO], text={"eng": "Hello"})
        simulation.advance(minutes=1)
        yield simulation


def workspace_of(simulation: Simulation) -> Workspace:
    return simulation.rapidpro("textit.com").workspace("Main")


def test_all_is_well(simulation: Simulation) -> None:
    """A simulation that nobody has tampered with breaks nothing, though a quota may be lowered below what is used."""
    workspace = workspace_of(simulation)
    for _ in range(3):
        simulation.request("GET", "https://textit.com/api/v2/messages.json", token=workspace.token.key)
    workspace.access.rates = {"v2.messages": "2/hour"}

    assert simulator.breaches(simulation) == []


def _time_runs_back(simulation: Simulation) -> None:
    simulation.journal.event("message.created").time -= timedelta(days=1)


def _a_message_is_nobodys(simulation: Simulation) -> None:
    del workspace_of(simulation).messages[0]


def _a_revision_comes_again(simulation: Simulation) -> None:
    for _ in range(2):
        exchange = simulation.journal.begin(by="tester", to="couchdb.cht.example.org", method="PUT", path="/medic/a")
        exchange.response = b'{"ok":true,"id":"a","rev":"1-abc"}'
        simulation.journal.end(exchange, "answered", 201)


def _a_request_counts_twice(simulation: Simulation) -> None:
    workspace = workspace_of(simulation)
    simulation.request("GET", "https://textit.com/api/v2/messages.json", token=workspace.token.key)
    log = simulation.rapidpro("textit.com").api._throttle.log(workspace.token.bucket, "v2.messages")
    log.admit(simulation.clock.now(), 2500)


@pytest.mark.parametrize(
    ("tamper", "invariant"),
    [
        (_time_runs_back, "the journal is in order"),
        (_a_message_is_nobodys, "messages add up"),
        (_a_revision_comes_again, "revisions only grow"),
        (_a_request_counts_twice, "each request is counted once"),
    ],
)
def test_a_defect_is_named(simulation: Simulation, tamper: Callable[[Simulation], None], invariant: str) -> None:
    """Our own defects fail the test in which they show."""
    tamper(simulation)

    assert [(breach.invariant, breach.by_simulator) for breach in simulator.breaches(simulation)] == [(invariant, True)]
