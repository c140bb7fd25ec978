"""Sentinel as a process: when it starts, what it hears of, when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rapidpro_simulator.world.faults import FaultKind

if TYPE_CHECKING:
    from .conftest import SentinelWorld

RIGHT = {"transitions": {"default_responses": True}}
WRONG = {"transitions": {"no_such_transition": True}}


def jobs(world: SentinelWorld) -> int:
    """Return how often due tasks have been looked for."""
    return world.exchanges(path="/medic/_design/medic/_view/messages_by_state")


def test_it_waits_for_the_api(world: SentinelWorld) -> None:
    """Nothing is asked of CouchDB before the api has answered once; the question is repeated every ten seconds."""
    world.instance.stop_sentinel()
    world.advance(seconds=1)
    world.simulation.fault(kind=FaultKind.REFUSED, by="sentinel*", to="cht.*", count=2)
    before = world.exchanges()

    world.instance.start_sentinel()
    world.advance(seconds=19)
    assert world.exchanges() == before
    world.advance(seconds=2)
    assert world.exchanges() > before


def test_jobs_run_at_the_start_and_every_five_minutes(world: SentinelWorld) -> None:
    """Due tasks are looked for at once, and then every five minutes."""
    world.advance(minutes=1)
    assert jobs(world) == 1

    world.advance(minutes=60)
    assert jobs(world) == 13


def test_due_tasks_wait_for_the_morning(world: SentinelWorld) -> None:
    """Outside the hours that the settings name nobody looks for due tasks."""
    world.administrator.change_settings(schedule_morning_hours=9, schedule_evening_hours=17)
    world.advance(minutes=50)
    assert jobs(world) == 1

    world.advance(minutes=10)
    assert jobs(world) == 2


def test_wrong_settings_suspend_it_until_they_are_right(world: SentinelWorld) -> None:
    """While the transitions cannot be loaded no change is processed; what came meanwhile is, afterwards."""
    world.administrator.change_settings(**WRONG)
    world.put(_id="a")
    world.advance(minutes=10)
    assert world.info("a") is None
    assert world.log[0] == 'Unknown transition "no_such_transition"'
    assert 'Transitions are disabled. Unknown transition "no_such_transition"' in world.log

    world.administrator.ask("PUT", "/api/v1/settings?replace=1", json=RIGHT)
    world.advance(seconds=5)
    assert world.info("a") is not None


@pytest.mark.parametrize("path", ["/medic/_changes", "/medic/settings"])
def test_without_settings_it_ends(world: SentinelWorld, path: str) -> None:
    """Sentinel exits when it cannot read the settings or hear of new ones, and is started again."""
    world.advance(seconds=1)
    world.instance.stop_sentinel()
    world.simulation.fault(kind=FaultKind.STATUS, by="sentinel*", path=path, count=1)
    before = jobs(world)

    world.instance.start_sentinel()
    world.put(_id="a")
    world.advance(seconds=5)

    assert len(world.simulation.journal.where("sentinel.exit")) == 1
    assert (world.info("a") is not None, jobs(world) > before) == (True, True)


def test_a_crash_ends_it_until_it_is_started(world: SentinelWorld) -> None:
    """A fault that crashes sentinel leaves it down; what it had in memory is gone."""
    world.simulation.fault(kind=FaultKind.CRASH, by="sentinel*", path="/medic/a", count=1)
    world.put(_id="a")
    assert not world.sentinel.is_running
    assert [entry.kind for entry in world.simulation.journal.where("sentinel.*")][-1] == "sentinel.crashed"

    world.instance.start_sentinel()
    world.advance(seconds=20)
    assert world.info("a") is not None
