from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.console.pages import panels
from rapidpro_simulator.console.pages.looks import LONGEST_PAUSE, SHARE, SHORTEST_PAUSE, Looks
from rapidpro_simulator.console.pages.pages import Pages
from rapidpro_simulator.served.world import ServedWorld
from tests.support.patience import PATIENCE

from .conftest import SENDING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rapidpro_simulator.console.worlds import Worlds
    from rapidpro_simulator.served.plan import Plan

MANY = 10  # times as many messages in the larger world


@pytest.fixture
def world(plan: Plan, tmp_path: Path) -> Iterator[ServedWorld]:
    with ServedWorld("test", plan, tmp_path) as world:
        world.say(SENDING).result(PATIENCE)
        yield world


@pytest.fixture
def looks(worlds: Worlds, world: ServedWorld) -> Looks:
    return Pages(worlds, None).looks_at(world)


def look(looks: Looks, *names: str) -> None:
    async def look() -> None:
        await asyncio.gather(*(looks.panel(name, {}) for name in names))

    asyncio.run(look())


def test_made_once(looks: Looks) -> None:
    """However many look, one after the other or at once, a panel is made once."""
    look(looks, "sequence")
    look(looks, *["sequence"] * 20)
    assert looks.made == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "When a pending message is added",
        "When the next broadcast request is refused",
        "When nothing goes wrong any more",
    ],
)
def test_made_again(looks: Looks, world: ServedWorld, sentence: str) -> None:
    """When something has happened, or goes wrong from now on or not any more, a panel is made again."""
    world.say("When the next status request is refused").result(PATIENCE)
    look(looks, "faults")
    world.say(sentence).result(PATIENCE)
    look(looks, "faults")
    assert looks.made == 2


def test_an_answer_that_came_later(looks: Looks, world: ServedWorld) -> None:
    """The end of an exchange is news, although nothing new has begun."""
    pulses = [asyncio.run(looks.pulse())]
    exchange = world.read(lambda live: live.simulation.journal.begin(by="a", to="b", method="GET", path="/", query=""))
    begun = exchange.result(PATIENCE)
    pulses.append(asyncio.run(looks.pulse()))
    world.read(lambda live: live.simulation.journal.end(begun, "answered", 200)).result(PATIENCE)
    pulses.append(asyncio.run(looks.pulse()))
    assert all(before != after for before, after in pairwise(pulses))
    assert asyncio.run(looks.pulse()) == pulses[-1]


def test_quotas_by_the_minute(worlds: Worlds) -> None:
    """What was used an hour ago is free again, although nothing has happened since: quotas alone are made again."""
    world = worlds.find("main")
    looks = Pages(worlds, None).looks_at(world)
    look(looks, "quotas", "faults")
    world.say("When 2 minutes pass").result(PATIENCE)
    look(looks, "quotas", "faults")
    assert looks.made == 3


def test_pauses(looks: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    """The more a look costs, the longer is the pause until the next one, within reason."""
    assert looks.pause == SHORTEST_PAUSE
    monkeypatch.setattr(looks, "costs", {"sequence": 0.2, "messages": 0.1})
    assert looks.pause == pytest.approx(0.3 / SHARE)
    monkeypatch.setattr(looks, "costs", {"sequence": 60.0})
    assert looks.pause == LONGEST_PAUSE


@pytest.mark.long
def test_a_large_world(looks: Looks, world: ServedWorld) -> None:
    """A look at a world with 1,000 messages and more than 20,000 entries costs little more than at a small one.

    What is compared is processor time of the same process, so that a busy machine does not matter.
    """
    world.say(f"When {1000 // MANY} pending messages are added\nAnd 1 hour passes").result(PATIENCE)
    look(looks, *panels.PANELS)  # the templates are compiled
    world.say("When 1 minute passes").result(PATIENCE)
    look(looks, *panels.PANELS)
    small = sum(looks.costs.values())
    world.say(f"When {1000 - 1000 // MANY} pending messages are added\nAnd 2 hours pass").result(PATIENCE)
    assert world.read(lambda live: live.simulation.journal.count).result(PATIENCE) > 20_000
    look(looks, *panels.PANELS)
    assert sum(looks.costs.values()) < MANY / 2 * small
