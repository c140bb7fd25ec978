from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.served.configuration import plan_of
from rapidpro_simulator.served.plan import InstancePlan, Plan, PlanError, RapidProPlan
from rapidpro_simulator.served.snapshot import SnapshotError, plan_of_snapshot, snapshot_of, tell_again
from rapidpro_simulator.served.world import ServedWorld, WorldEndedError
from rapidpro_simulator.testing.sentences import SentenceError
from tests.support.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STORY = """
Given a RapidPro workspace "Main"
And a CHT instance that sends through the workspace "Main"
When a pending message to "+254712345678" with the text "Visit tomorrow" is added
And 5 minutes pass
"""
EMPTY = {"speed": 0, "rapidpro": [], "cht": []}


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return plan_of(EMPTY, tmp_path)


@pytest.fixture
def world(plan: Plan, tmp_path: Path) -> Iterator[ServedWorld]:
    with ServedWorld("test", plan, tmp_path) as world:
        yield world


def statuses(world: ServedWorld) -> dict[str | None, int]:
    return world.read(lambda live: dict(live.simulation.hosts["textit.com"].workspace("Main").statuses())).result(
        PATIENCE
    )


def test_driven_by_sentences(world: ServedWorld) -> None:
    """A world does what sentences say, at once, although its time is paused."""
    assert world.say(STORY).result(PATIENCE) == 4
    assert statuses(world) == {"delivered": 1}
    assert world.read(lambda live: live.clock.frozen or live.clock.speed).result(PATIENCE) == 0


def test_what_failed(world: ServedWorld) -> None:
    """The first sentence that fails ends it; those before it are done, and the world lives on."""
    with pytest.raises(SentenceError, match="Main"):
        world.say(STORY + 'Then the workspace "Mian" has 1 message\nWhen 1 hour passes').result(PATIENCE)
    assert statuses(world) == {"delivered": 1}


def test_a_defect_of_the_caller(world: ServedWorld) -> None:
    """What an action raises is the caller's; the world goes on."""

    def fail(_: object) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        world.drive(fail).result(PATIENCE)
    assert world.read(lambda live: live.clock.speed).result(PATIENCE) == 0


def test_hosts_listen(world: ServedWorld) -> None:
    """A host that sentences have made can be reached from outside."""
    world.say(STORY).result(PATIENCE)
    urls = world.read(lambda live: [host.live_url for host in live.simulation.network.hosts]).result(PATIENCE)
    assert len(urls) >= 3
    assert all(url.startswith("http://127.0.0.1:") for url in urls)


def test_turned(world: ServedWorld) -> None:
    """Time passes by itself when it is told to."""
    world.turn(1000).result(PATIENCE)
    assert world.read(lambda live: live.clock.speed).result(PATIENCE) == 1000
    with pytest.raises(ValueError, match="speed"):
        world.turn(-1).result(PATIENCE)


def test_ended(plan: Plan, tmp_path: Path) -> None:
    """Who asks a world that has ended is told so."""
    world = ServedWorld("over", plan, tmp_path)
    world.close()
    world.close()
    with pytest.raises(WorldEndedError, match="the world over has ended"):
        world.say("When 1 hour passes").result(PATIENCE)
    with pytest.raises(WorldEndedError, match="over"):
        world.read(lambda live: live.clock.speed)


def test_a_plan_that_cannot_be(plan: Plan, tmp_path: Path) -> None:
    """A world that cannot begin says why, and leaves no thread."""
    plan = replace(plan, address="192.0.2.1", rapidpro=(RapidProPlan("textit.com"),))
    with pytest.raises(PlanError, match=r"192\.0\.2\.1 cannot be listened on"):
        ServedWorld("nowhere", plan, tmp_path)


def test_somebody_lives_in_its_time(plan: Plan, tmp_path: Path) -> None:
    """Where a part of CHT is left to another process, time does not jump: it would be left behind."""
    instance = InstancePlan("cht.example.org", without=("sentinel",))
    plan = replace(plan, speed=1, rapidpro=(RapidProPlan("textit.com"),), cht=(instance,))
    with ServedWorld("shared", plan, tmp_path) as world:
        assert world.read(lambda live: live.outsiders).result(PATIENCE) == ["the sentinel of cht.example.org"]
        before = world.read(lambda live: live.clock.seconds()).result(PATIENCE)
        world.say("When 1 second passes").result(PATIENCE)
        assert 1 <= world.read(lambda live: live.clock.seconds()).result(PATIENCE) - before < PATIENCE


class TestSnapshots:
    """A world that is saved can be told again."""

    def test_again(self, world: ServedWorld, tmp_path: Path) -> None:
        """The same plan and the same story make the same world: its journal, but for the ports."""
        world.say(STORY).result(PATIENCE)
        host = world.read(lambda live: live.simulation.hosts["textit.com"].live_url).result(PATIENCE)
        token = world.read(lambda live: live.simulation.hosts["textit.com"].workspace("Main").token.key)
        ask(f"{host}/api/v2/groups.json", token.result(PATIENCE), b'{"name": "Mothers"}')
        world.say("When 1 hour passes").result(PATIENCE)
        snapshot = world.read(snapshot_of).result(PATIENCE)
        with ServedWorld("again", plan_of_snapshot(snapshot, tmp_path), tmp_path) as again:
            again.drive(lambda live: tell_again(live, snapshot)).result(PATIENCE)
            assert lines(again) == lines(world)
            assert again.read(snapshot_of).result(PATIENCE)["story"] != []

    def test_too_new(self, tmp_path: Path) -> None:
        """A snapshot of a later version is refused with a sentence."""
        snapshot = {"snapshot": 99, "made_by": "9.9", "plan": {}}
        with pytest.raises(SnapshotError, match=r"format 99, made by rapidpro-simulator 9\.9"):
            plan_of_snapshot(snapshot, tmp_path)

    def test_none(self, tmp_path: Path) -> None:
        """What is no snapshot is refused."""
        with pytest.raises(SnapshotError, match="no snapshot"):
            plan_of_snapshot({"plan": {}}, tmp_path)


def lines(world: ServedWorld) -> list[str]:
    """Return what is in the journal, without who asked: in the second life nobody comes from outside."""
    return world.read(
        lambda live: [
            live.simulation.journal.line(entry).replace('"by":"outside"', '"by":"tester"')
            for entry in live.simulation.journal
        ]
    ).result(PATIENCE)


def ask(url: str, token: str, body: bytes) -> None:
    from urllib.request import Request, urlopen

    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    with urlopen(Request(url, data=body, headers=headers), timeout=PATIENCE) as response:
        assert response.status == 201
