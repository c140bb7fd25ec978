from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.console.unmatched import latest, unmatched
from rapidpro_simulator.simulation import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    with Simulation() as simulation:
        simulation.rapidpro("textit.com").installation.workspace("Main")
        simulation.cht("cht.example.org")
        yield simulation


@pytest.mark.parametrize(
    ("method", "url", "closest", "why"),
    [
        (
            "POST",
            "https://textit.com/api/v2/broadcast.json",
            "POST /api/v2/broadcasts.json",
            "there is no /api/v2/broadcast.json here",
        ),
        (
            "POST",
            "https://cht.example.org/api/v2/sms/rapidpro/incoming-message",
            "POST /api/v2/sms/rapidpro/incoming-messages",
            "there is no /api/v2/sms/rapidpro/incoming-message here",
        ),
    ],
)
def test_near_misses(simulation: Simulation, method: str, url: str, closest: str, why: str) -> None:
    """A request that no endpoint was there for is listed with the one that was probably meant."""
    last = simulation.journal.count
    user = simulation.instances["cht.example.org"].administrator
    simulation.request(method, url, json={}, auth=user)
    found = [each for each in unmatched(simulation) if each["entry"] > last]
    assert [(each["closest"], each["why"], each["by"]) for each in found] == [(closest, why, "tester")]


def test_a_wrong_method(simulation: Simulation) -> None:
    """Of a path that is there it says which methods it takes."""
    token = simulation.hosts["textit.com"].workspace("Main").token.key
    simulation.request("PUT", "https://textit.com/api/v2/broadcasts.json", json={}, token=token)
    assert unmatched(simulation)[-1]["why"] == "/api/v2/broadcasts.json takes GET, POST, not PUT"


def test_latest(simulation: Simulation) -> None:
    """As many as are wanted are the latest, the latest last."""
    token = simulation.hosts["textit.com"].workspace("Main").token.key
    for number in range(3):
        simulation.request("GET", f"https://textit.com/api/v3/{number}.json", token=token)
    assert [each["request"][-6:] for each in latest(simulation, 2)] == ["1.json", "2.json"]
    assert latest(simulation, 100) == unmatched(simulation)


def test_a_thing_that_is_not_there(simulation: Simulation) -> None:
    """A document, or a contact, that is not there is no endpoint that is missed."""
    last = simulation.journal.count
    token = simulation.hosts["textit.com"].workspace("Main").token.key
    uuid = "11111111-1111-4111-8111-111111111111"
    answer = simulation.request("DELETE", f"https://textit.com/api/v2/groups.json?uuid={uuid}", token=token)
    assert answer.status == 404
    user = simulation.instances["cht.example.org"].administrator
    assert simulation.request("GET", "https://cht.example.org/medic/nobody", auth=user).status == 404
    assert [each for each in unmatched(simulation) if each["entry"] > last] == []
